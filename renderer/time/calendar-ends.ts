const MORNING_HOUR = 8;
const DAYS_A_WEEK = 7;
const MONDAY = 1;

/** Returns the time until eight in the morning, that many days ahead by the reader's clock, in milliseconds; days may have 23 or 25 hours. */
function untilEightMs(nowMs: number, days: number): number {
  const now = new Date(nowMs);
  const eight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING_HOUR);
  return eight.getTime() - nowMs;
}

/** Returns the time until eight tomorrow morning. */
export const untilMorningMs = (nowMs: number): number => untilEightMs(nowMs, 1);

/** Returns the time until eight on the next Monday that is not today. */
export function untilMondayMs(nowMs: number): number {
  const ahead = (MONDAY - new Date(nowMs).getDay() + DAYS_A_WEEK) % DAYS_A_WEEK;
  return untilEightMs(nowMs, ahead === 0 ? DAYS_A_WEEK : ahead);
}
