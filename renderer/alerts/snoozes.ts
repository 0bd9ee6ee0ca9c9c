const HOUR_MS = 3_600_000;
const MORNING_HOUR = 8;

/** From now until eight tomorrow morning by the reader's clock, in milliseconds; days of 23 and 25 hours included. */
function untilMorningMs(nowMs: number): number {
  const now = new Date(nowMs);
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR);
  return morning.getTime() - nowMs;
}

export interface Snooze {
  readonly label: string;
  /** How long it lasts if it begins now. */
  durationMs(nowMs: number): number;
}

export const SNOOZES: readonly Snooze[] = [
  { label: '1 hour', durationMs: () => HOUR_MS },
  { label: '4 hours', durationMs: () => 4 * HOUR_MS },
  { label: 'Until tomorrow, 8:00', durationMs: untilMorningMs },
  { label: '1 week', durationMs: () => 7 * 24 * HOUR_MS },
];
