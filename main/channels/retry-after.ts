/** More than anybody waits; longer numbers count as this. */
const SECONDS_MAX = 1e9;

/**
 * The wait that a Retry-After header asks for, in ms: delay seconds or an HTTP date in any of its three
 * forms (RFC 9110, 5.6.7 and 10.2.3). Some services send fractions of a second. Null when it is absent or
 * says nothing we understand. A date that has passed means now.
 */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | null {
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (value === undefined || value === '') return null;
  if (/^\d+(?:\.\d+)?$/.test(value)) {
    return Math.ceil(Math.min(Number(value), SECONDS_MAX) * 1_000);
  }
  const date = dateOf(value);
  return date === null ? null : Math.max(0, date - now);
}

/** "Thu, 15 Jan 2026 12:03:00 GMT", "Thursday, 15-Jan-26 12:03:00 GMT" or "Thu Jan 15 12:03:00 2026", all UTC. */
function dateOf(value: string): number | null {
  if (!/^[A-Z][a-z]{2,8},? /.test(value)) return null;
  const withoutDay = value.replace(/^\w+,? /, '').replaceAll('-', ' ');
  const date = Date.parse(value.endsWith('GMT') ? withoutDay : `${withoutDay} GMT`);
  return Number.isNaN(date) ? null : date;
}
