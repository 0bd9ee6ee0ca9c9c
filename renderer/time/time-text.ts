const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment in the reader's own time zone and manner, to the second. */
export const absoluteTime = (atMs: number): string => absolute.format(atMs);

const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment as it is said in a sentence, by the reader's clock: the time alone today, else with its date. */
export function spokenTime(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return (isToday ? timeOfDay : dayAndTime).format(atMs);
}

/** A length of time, in the two largest units at most: "350 ms", "1.5 s", "4 min", "1 h 30 min". */
export function duration(ms: number): string {
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${Math.round(ms / 100) / 10} s`;
  const [unitMs, unit, nextMs, next]: [number, string, number, string] =
    ms < HOUR
      ? [MINUTE, 'min', SECOND, 's']
      : ms < DAY
        ? [HOUR, 'h', MINUTE, 'min']
        : [DAY, 'd', HOUR, 'h'];
  const rest = Math.floor((ms % unitMs) / nextMs);
  return `${Math.floor(ms / unitMs)} ${unit}${rest > 0 ? ` ${rest} ${next}` : ''}`;
}
