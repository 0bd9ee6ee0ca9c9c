const pad = (value: number): string => String(value).padStart(2, '0');

/** Returns a moment as a datetime-local input shows it, in the browser's time zone, to the minute. */
export function toLocalInput(atMs: number): string {
  const at = new Date(atMs);
  const date = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join('-');
  return `${date}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** Returns the moment of a datetime-local input; null while it is empty or invalid. */
export function fromLocalInput(text: string): number | null {
  const ms = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(ms) ? null : ms;
}

/** Returns the beginning of a moment's minute (ms UTC), as such an input shows it. */
export const wholeMinute = (atMs: number): number => atMs - (atMs % 60_000);

/** Returns a moment of the contract, ISO 8601 or milliseconds, in milliseconds since 1970. */
export const momentMs = (moment: string | number): number => new Date(moment).getTime();

/** Returns the time zone of the browser, such as Europe/Berlin. */
export const browserTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Returns every time zone that the browser knows, and UTC, which some browsers leave out. */
export const knownTimeZones = (): string[] => [
  ...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]),
];
