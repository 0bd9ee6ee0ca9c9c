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

const largest = (ms: number): string => {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
};

/** "just now", "5 min ago", "in 2 h": in the largest whole unit, since nobody reads more in a list. */
export function relativeTime(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  if (Math.abs(ageMs) < 10 * SECOND) return 'just now';
  return ageMs > 0 ? `${largest(ageMs)} ago` : `in ${largest(-ageMs)}`;
}

/** Time until a moment, to the second: "now", "42 s", "3 min 05 s", "2 h 10 min", "3 d 4 h". */
export function countdown(untilMs: number, nowMs: number): string {
  const leftMs = untilMs - nowMs;
  if (leftMs <= 0) return 'now';
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (leftMs < MINUTE) return `${Math.ceil(leftMs / SECOND)} s`;
  if (leftMs < HOUR) {
    return `${Math.floor(leftMs / MINUTE)} min ${pad(Math.floor((leftMs % MINUTE) / SECOND))} s`;
  }
  if (leftMs < DAY) {
    return `${Math.floor(leftMs / HOUR)} h ${pad(Math.floor((leftMs % HOUR) / MINUTE))} min`;
  }
  return `${Math.floor(leftMs / DAY)} d ${Math.floor((leftMs % DAY) / HOUR)} h`;
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
