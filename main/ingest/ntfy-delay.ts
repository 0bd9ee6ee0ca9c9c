/** ntfy's `X-Delay` (https://docs.ntfy.sh/publish/#scheduled-delivery): a moment in one of three ways. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** ntfy's own bounds. */
export const DELAY_MIN_MS = 10 * SECOND_MS;
export const DELAY_MAX_MS = 3 * DAY_MS;

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

/** Reads `30m`, `1h30m`, `2 days`: numbers with units, of which the first letter counts. */
function durationMs(text: string): number | null {
  const parts = [
    ...text.matchAll(
      /(\d{1,9})\s*(d(?:ays?)?|h(?:ours?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)\s*/gy,
    ),
  ];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return null;
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit?.[0] ?? ''] ?? 0),
    0,
  );
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_WORD = `today|tomorrow|${WEEKDAYS.join('|')}`;
const SPOKEN = new RegExp(
  `^(?:(${DAY_WORD})(?:,|\\s+at)?\\s*)?(?:at\\s+)?(?:(\\d{1,2})(?::(\\d{2}))?\\s*(am|pm)?)?$`,
);

/** Reads `tomorrow, 10am`, `17:30`, `monday, 7am` as the next such moment in this machine's time zone. */
function spokenMoment(text: string, now: number): number | null {
  const [, day, hourText, minuteText, half] = SPOKEN.exec(text) ?? [];
  if (hourText === undefined ? day === undefined : !half && !minuteText) return null;
  const today = new Date(now);
  const given = Number(hourText ?? today.getHours());
  const hour = half === undefined ? given : (given % 12) + (half === 'pm' ? 12 : 0);
  const minute = Number(minuteText ?? (hourText === undefined ? today.getMinutes() : 0));
  if (hour > 23 || minute > 59 || (half !== undefined && given > 12)) return null;
  const weekday = WEEKDAYS.indexOf(day ?? '');
  const ahead = weekday >= 0 ? (weekday - today.getDay() + 7) % 7 : day === 'tomorrow' ? 1 : 0;
  const at = (days: number): number =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, hour, minute).getTime();
  const moment = at(ahead);
  return moment > now ? moment : at(ahead + (weekday >= 0 ? 7 : 1));
}

/** Returns the moment in ms UTC; null for what cannot be read. */
export function delayedUntil(given: string, now: number): number | null {
  const text = given.trim().toLowerCase();
  if (/^\d{1,12}$/.test(text)) {
    const moment = Number(text) * SECOND_MS;
    return moment < now - SECOND_MS ? null : moment;
  }
  const duration = durationMs(text);
  return duration === null ? spokenMoment(text, now) : now + duration;
}
