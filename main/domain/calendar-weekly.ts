import type { WeeklyPeriod } from '../contract/suppression.ts';
import { merged, outlookOf, type Outlook, type Span } from './calendar-span.ts';

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

/** Returns the moments from `from` up to but without `to` at which a day begins in a time zone. */
export function daysIn(timeZone: string, from: number, to: number): number[] {
  const zone = new Zone(timeZone);
  const days: number[] = [];
  let wall = Math.floor(zone.wallAt(from) / DAY_MS) * DAY_MS;
  for (; ; wall += DAY_MS) {
    const { first } = zone.momentsOf(wall);
    if (first >= to) return days;
    if (first >= from) days.push(first);
  }
}

const SECOND_MS = 1_000;
/** Enough for every day that is looked at together; what is older is worked out again. */
const OFFSETS_MAX = 400;

/** The moments at which a clock on the wall shows a time; both the same unless it shows it twice. */
export interface Shown {
  readonly first: number;
  readonly last: number;
}

/**
 * Translates between moments (ms UTC) and what a clock on the wall of an IANA time zone shows. A wall
 * time is written as the ms UTC at which a clock in Greenwich would show the same, so that days can be
 * counted on it: there each has 24 hours.
 */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** Offsets at UTC midnights, which is where days are measured from again and again. */
  readonly #offsets = new Map<number, number>();

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Returns the local time at a moment, to the second, as the ms UTC of the same date and time. */
  wallAt(moment: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(moment)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  /**
   * Returns the moments of the local time `wallMs`. A time that the clock skips is taken for
   * the moment at which it jumps.
   */
  momentsOf(wallMs: number): Shown {
    const midnight = Math.floor(wallMs / DAY_MS) * DAY_MS;
    const before = this.#offsetAtMidnight(midnight - DAY_MS);
    const after = this.#offsetAtMidnight(midnight + 2 * DAY_MS);
    if (before === after) return { first: wallMs - before, last: wallMs - before };
    const shown = [wallMs - before, wallMs - after]
      .filter((moment) => this.wallAt(moment) === wallMs)
      .sort((a, b) => a - b);
    const [first, last = first] = shown;
    if (first !== undefined && last !== undefined) return { first, last };
    const jump = this.#jumpBetween(wallMs - after, wallMs - before);
    return { first: jump, last: jump };
  }

  #offset(moment: number): number {
    return this.wallAt(moment) - Math.floor(moment / SECOND_MS) * SECOND_MS;
  }

  #offsetAtMidnight(midnight: number): number {
    let offset = this.#offsets.get(midnight);
    if (offset === undefined) {
      if (this.#offsets.size >= OFFSETS_MAX) this.#offsets.clear();
      offset = this.#offset(midnight);
      this.#offsets.set(midnight, offset);
    }
    return offset;
  }

  /** The first moment of the new offset, which lies after `from` and not after `until`. */
  #jumpBetween(from: number, until: number): number {
    const old = this.#offset(from);
    let [low, high] = [from, until];
    while (high - low > SECOND_MS) {
      const middle = low + Math.floor((high - low) / 2 / SECOND_MS) * SECOND_MS;
      if (this.#offset(middle) === old) low = middle;
      else high = middle;
    }
    return high;
  }
}
