const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Each unit of a duration with the next smaller one, which is the last that is written beside it. */
const UNITS = [
  { unit: 'day', unitMs: DAY_MS, below: 'hour', belowMs: HOUR_MS },
  { unit: 'hour', unitMs: HOUR_MS, below: 'minute', belowMs: MINUTE_MS },
  { unit: 'minute', unitMs: MINUTE_MS, below: 'second', belowMs: SECOND_MS },
] as const;
const NOW_MS = 10 * SECOND_MS;
/** How much longer than it is a remaining time may be said to be. */
const LONGEST_SAID = 1.25;
/** 1 January 2024 was a Monday. */
const MONDAY_MS = Date.UTC(2024, 0, 1);

export interface DurationOptions {
  /** `remaining` rounds up, so that nothing ends before it is said to; `elapsed`, the default, rounds down. */
  readonly rounding?: 'elapsed' | 'remaining';
  /** `short` ("2 hr 10 min") is the default, `long` ("2 hours, 10 minutes") is for sentences. */
  readonly width?: 'short' | 'long';
}

/** How one locale writes numbers, moments, durations and lists: Intl, with each formatter made once. */
export class Formats {
  /** A BCP 47 tag. */
  readonly locale: string;
  readonly #made = new Map<string, unknown>();

  constructor(locale: string) {
    this.locale = locale;
  }

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    return this.#once('number', options, Intl.NumberFormat).format(value);
  }

  /** Returns a moment in the host's time zone to the second, as "1 Feb 2024, 13:04:05". */
  dateTime(atMs: number): string {
    return this.#moment({ dateStyle: 'medium', timeStyle: 'medium' }, atMs);
  }

  date(atMs: number): string {
    return this.#moment({ dateStyle: 'medium' }, atMs);
  }

  /** Returns two days and what lies between them, as "22 – 28 Mar 2027". */
  dateRange(fromMs: number, toMs: number): string {
    return this.#dates({ dateStyle: 'medium' }, fromMs, toMs).formatRange(fromMs, toMs);
  }

  /** Returns a day of a week that is known, as "Mon 22". */
  dayOfWeek(atMs: number): string {
    return this.#moment({ weekday: 'short', day: 'numeric' }, atMs);
  }

  timeOfDay(atMs: number): string {
    return this.#moment({ timeStyle: 'short' }, atMs);
  }

  /** Returns a moment as a sentence needs it: the time alone today, else with its date. */
  moment(atMs: number, nowMs: number): string {
    const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
    if (isToday) return this.timeOfDay(atMs);
    return this.#moment({ dateStyle: 'medium', timeStyle: 'short' }, atMs);
  }

  /** Returns a time with a beginning and an end, as "1 Feb 2024, 13:00 – 15:00"; in the host's time zone, or in another. */
  momentRange(fromMs: number, toMs: number, timeZone?: string): string {
    const options = { dateStyle: 'medium', timeStyle: 'short', timeZone } as const;
    return this.#dates(options, fromMs, toMs).formatRange(fromMs, toMs);
  }

  /** Returns the name of a day of the week; 1 is Monday, 7 Sunday. */
  weekday(day: number, width: 'short' | 'long' = 'long'): string {
    return this.#moment({ weekday: width, timeZone: 'UTC' }, MONDAY_MS + (day - 1) * DAY_MS);
  }

  /** Returns "a, b and c", or with "or". */
  list(items: readonly string[], type: 'and' | 'or' = 'and'): string {
    const options = { type: type === 'and' ? 'conjunction' : 'disjunction' } as const;
    return this.#once('list', options, Intl.ListFormat).format(items);
  }

  /**
   * Returns a length of time in its two largest units at most: "350 ms", "1.5 sec", "4 min",
   * "1 hr 30 min". Seconds have a decimal below ten, and none in what remains.
   */
  duration(ms: number, { rounding = 'elapsed', width = 'short' }: DurationOptions = {}): string {
    const round = rounding === 'elapsed' ? Math.floor : Math.ceil;
    const part = (value: number, unit: string): string =>
      this.number(value, {
        style: 'unit',
        unit,
        unitDisplay: width,
        maximumFractionDigits: 1,
      });
    for (const { unit, unitMs, below, belowMs } of UNITS) {
      const rounded = round(ms / belowMs) * belowMs;
      if (rounded < unitMs) continue;
      const parts = [part(Math.floor(rounded / unitMs), unit)];
      const rest = (rounded % unitMs) / belowMs;
      if (rest > 0) parts.push(part(rest, below));
      const options = { type: 'unit', style: width === 'short' ? 'narrow' : 'long' } as const;
      return this.#once('list', options, Intl.ListFormat).format(parts);
    }
    if (rounding === 'remaining') return part(Math.ceil(ms / SECOND_MS), 'second');
    if (ms > 0 && ms < SECOND_MS) return part(Math.floor(ms), 'millisecond');
    return part(ms < NOW_MS ? Math.floor(ms / 100) / 10 : Math.floor(ms / SECOND_MS), 'second');
  }

  /** Returns how long ago something was, in one unit: "4 min", "2 hr". Its `nowMs` may be ten seconds old. */
  age(atMs: number, nowMs: number): string {
    const ageMs = Math.max(0, nowMs - atMs);
    const { unit, unitMs } = UNITS.find(({ unitMs }) => ageMs >= unitMs) ?? {
      ...{ unit: 'second', unitMs: SECOND_MS },
    };
    return this.number(Math.floor(ageMs / unitMs), { style: 'unit', unit, unitDisplay: 'short' });
  }

  /**
   * Returns "5 minutes ago" or "in 2 hours", in one unit, or null within ten seconds of now. What is to
   * come rounds up, by a quarter at most: 28 hours are not 2 days. Its `nowMs` may be ten seconds old.
   */
  protected timeFrom(atMs: number, nowMs: number): string | null {
    const ageMs = nowMs - atMs;
    const lengthMs = Math.abs(ageMs);
    const isPast = ageMs > 0;
    // A moment that has just passed lies ahead of an old `nowMs`.
    if (lengthMs < (isPast ? NOW_MS : NOW_MS + 2 * SECOND_MS)) return null;
    const amount = (unitMs: number): number =>
      isPast ? Math.floor(lengthMs / unitMs) : Math.max(1, Math.ceil((lengthMs - NOW_MS) / unitMs));
    const fits = ({ unitMs }: { unitMs: number }): boolean =>
      isPast ? lengthMs >= unitMs : amount(unitMs) * unitMs <= lengthMs * LONGEST_SAID;
    const { unit, unitMs } = UNITS.find(fits) ?? { unit: 'second' as const, unitMs: SECOND_MS };
    return this.#once('relative', { style: 'long' }, Intl.RelativeTimeFormat).format(
      isPast ? -amount(unitMs) : amount(unitMs),
      unit,
    );
  }

  #moment(options: Intl.DateTimeFormatOptions, atMs: number): string {
    return this.#dates(options, atMs).format(atMs);
  }

  /** Returns the formatter of moments. A laptop travels: one that was made in another time zone is not used. */
  #dates(options: Intl.DateTimeFormatOptions, ...momentsMs: number[]): Intl.DateTimeFormat {
    const offset = (atMs: number): number => new Date(atMs).getTimezoneOffset();
    const zone = options.timeZone ?? momentsMs.map(offset).join();
    return this.#once(`moment ${zone}`, options, Intl.DateTimeFormat);
  }

  #once<Options, Format>(
    kind: string,
    options: Options,
    make: new (locale: string, options: Options) => Format,
  ): Format {
    const key = kind + JSON.stringify(options);
    const made = (this.#made.get(key) as Format | undefined) ?? new make(this.locale, options);
    this.#made.set(key, made);
    return made;
  }
}
