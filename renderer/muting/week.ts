const DAYS = 7;
const MONDAY = 1;

/** A week by the reader's clock, Monday first. Its days may have 23 or 25 hours. */
export interface Week {
  /** The beginnings of its days. */
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Returns the week that is `offset` weeks after that of a moment. */
export function weekAt(nowMs: number, offset: number): Week {
  const now = new Date(nowMs);
  const sinceMonday = (now.getDay() + DAYS - MONDAY) % DAYS;
  const monday = now.getDate() - sinceMonday + offset * DAYS;
  const day = (index: number): number =>
    new Date(now.getFullYear(), now.getMonth(), monday + index).getTime();
  const days = Array.from({ length: DAYS }, (_, index) => day(index));
  return { days, from: day(0), to: day(DAYS) };
}

/** Returns where a moment lies in a week, in percent, and at its edge what lies beyond. */
export const percentOf = ({ from, to }: Week, atMs: number): number =>
  (Math.min(Math.max(atMs, from), to) - from) / ((to - from) / 100);
