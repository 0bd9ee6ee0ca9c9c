const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
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

  /** What the wall shows at a moment, to the second. */
  wallAt(moment: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(moment)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  /** When the wall shows `wallMs`. A time that the clock skips is taken for the moment at which it jumps. */
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
