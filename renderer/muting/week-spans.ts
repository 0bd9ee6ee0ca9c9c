import type { WeeklyPeriod } from '../../main/contract/suppression.ts';

/** A stretch of one day, in minutes from its midnight. */
export interface WeekSpan {
  /** ISO number, Monday 1 to Sunday 7. */
  readonly day: number;
  readonly fromMinute: number;
  readonly toMinute: number;
}

export const DAY_MINUTES = 1_440;

const minuteOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

const after = (day: number): number => (day % 7) + 1;

/** The stretches of a week that periods cover; what goes over midnight is two of them. */
export function weekSpans(periods: readonly WeeklyPeriod[]): WeekSpan[] {
  return periods.flatMap(({ days, from, to }) => {
    const fromMinute = minuteOf(from);
    const toMinute = minuteOf(to);
    return days.flatMap((day) =>
      toMinute > fromMinute
        ? [{ day, fromMinute, toMinute }]
        : [
            { day, fromMinute, toMinute: DAY_MINUTES },
            ...(toMinute > 0 ? [{ day: after(day), fromMinute: 0, toMinute }] : []),
          ],
    );
  });
}
