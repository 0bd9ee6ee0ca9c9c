export interface Weekday {
  /** ISO number, Monday 1 to Sunday 7. */
  readonly day: number;
  readonly name: string;
  readonly short: string;
}

export const WEEKDAYS: readonly Weekday[] = [
  { day: 1, name: 'Monday', short: 'Mon' },
  { day: 2, name: 'Tuesday', short: 'Tue' },
  { day: 3, name: 'Wednesday', short: 'Wed' },
  { day: 4, name: 'Thursday', short: 'Thu' },
  { day: 5, name: 'Friday', short: 'Fri' },
  { day: 6, name: 'Saturday', short: 'Sat' },
  { day: 7, name: 'Sunday', short: 'Sun' },
];

/** Days in a few words: "every day", "Mon–Fri", "Mon, Wed, Sat–Sun". Runs of two or more are joined. */
export function daysWords(days: readonly number[]): string {
  const chosen = WEEKDAYS.filter(({ day }) => days.includes(day));
  if (chosen.length === WEEKDAYS.length) return 'every day';
  const runs: Weekday[][] = [];
  for (const weekday of chosen) {
    const run = runs.at(-1);
    if (run?.at(-1)?.day === weekday.day - 1) run.push(weekday);
    else runs.push([weekday]);
  }
  return runs
    .map((run) => [run[0]?.short, run.length > 1 ? run.at(-1)?.short : null])
    .map((ends) => ends.filter(Boolean).join('–'))
    .join(', ');
}
