const HOUR_MS = 3_600_000;
const MORNING_HOUR = 8;

/** From now until eight tomorrow morning by the reader's clock, in milliseconds; days of 23 and 25 hours included. */
function untilMorningMs(nowMs: number): number {
  const now = new Date(nowMs);
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR);
  return morning.getTime() - nowMs;
}

export const SNOOZES = [
  { ms: HOUR_MS },
  { ms: 4 * HOUR_MS },
  { ms: untilMorningMs, label: 'Until tomorrow, 8:00' },
  { ms: 7 * 24 * HOUR_MS },
];
