const pad = (value: number): string => String(value).padStart(2, '0');

/** A moment as a datetime-local input shows it, in the browser's time zone, to the minute. */
export function toLocalInput(atMs: number): string {
  const at = new Date(atMs);
  const date = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join('-');
  return `${date}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** The moment that a datetime-local input says; null while it is empty or no date. */
export function fromLocalInput(text: string): number | null {
  const ms = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(ms) ? null : ms;
}

/** The beginning of a moment's minute (ms UTC), as such an input shows it. */
export const wholeMinute = (atMs: number): number => atMs - (atMs % 60_000);

/** A moment of the contract, ISO 8601 or milliseconds, in milliseconds since 1970. */
export const momentMs = (moment: string | number): number => new Date(moment).getTime();

/** The time zone of the browser, such as Europe/Berlin. */
export const browserTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Every time zone that the browser knows; not all browsers count UTC among them. */
export const knownTimeZones = (): string[] => [
  ...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]),
];
