import { messages, text } from '../messages/text.svelte.ts';

/** ISO numbers, Monday 1 to Sunday 7. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** Returns days in a few words: "every day", "Mon–Fri", "Mon, Wed, Sat–Sun". Runs of two or more are joined. */
export function daysText(days: readonly number[]): string {
  const chosen = WEEKDAYS.filter((day) => days.includes(day));
  if (chosen.length === WEEKDAYS.length) return text('time.everyDay');
  const runs: number[][] = [];
  for (const day of chosen) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) => [...new Set([run[0] ?? 1, run.at(-1) ?? 7])])
    .map((ends) => ends.map((day) => messages().weekday(day, 'short')).join('–'))
    .join(', ');
}
