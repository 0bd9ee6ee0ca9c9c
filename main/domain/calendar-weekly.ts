import type { WeeklyPeriod } from '../contract/suppression.ts';
import { merged, outlookOf, type Outlook, type Span } from './calendar-span.ts';
import { Zone } from './calendar-zone.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** More than a week back, so that a chain of periods which never breaks is seen whole from any day on. */
const DAYS_BACK = 8;
/** More than two weeks ahead: a daylight-saving change can swallow a period, and then the next counts. */
const DAYS_AHEAD = 16;

interface Daily {
  /** ISO weekdays on which it begins. */
  readonly days: ReadonlySet<number>;
  /** Since the midnight of the day on which it begins, by the wall clock. */
  readonly fromMs: number;
  readonly toMs: number;
}

const sinceMidnightMs = (timeOfDay: string): number => {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  return (hours * 60 + minutes) * MINUTE_MS;
};

function daily({ days, from, to }: WeeklyPeriod): Daily {
  const fromMs = sinceMidnightMs(from);
  const toMs = sinceMidnightMs(to);
  return { days: new Set(days), fromMs, toMs: toMs > fromMs ? toMs : toMs + DAY_MS };
}

/**
 * How weekly periods of a time zone stand at a moment. Beginnings and ends are read off the clock on
 * the wall, so a night is an hour shorter or longer when the clock changes. A beginning or end that the
 * clock skips is when it jumps (a period that lies in the skipped hour as a whole does not happen). Of a
 * time that it shows twice, the first is taken for beginnings and the second for ends: whoever asks for
 * quiet would rather have an hour too much of it. Periods that follow each other without a break have no
 * end, and are given one `DAYS_AHEAD` from now.
 */
export function weeklyOutlook(
  periods: readonly WeeklyPeriod[],
  timeZone: string,
): (now: number) => Outlook {
  const all = periods.map(daily);
  const zone = new Zone(timeZone);
  return (now) => {
    const today = Math.floor(zone.wallAt(now) / DAY_MS) * DAY_MS;
    const spans: Span[] = [];
    for (let day = today - DAYS_BACK * DAY_MS; day <= today + DAYS_AHEAD * DAY_MS; day += DAY_MS) {
      // Sunday is 0 to JavaScript and 7 to ISO 8601.
      const weekday = new Date(day).getUTCDay() || 7;
      for (const { days, fromMs, toMs } of all) {
        if (!days.has(weekday)) continue;
        const startsAt = zone.momentsOf(day + fromMs).first;
        const endsAt = zone.momentsOf(day + toMs).last;
        if (endsAt > startsAt) spans.push({ startsAt, endsAt });
      }
    }
    return outlookOf(merged(spans), now);
  };
}
