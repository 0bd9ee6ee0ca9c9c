/** From `startsAt` on, up to but without `endsAt`; ms UTC. */
export interface Span {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** How things stand at a moment: the span that is on, and the first beginning after it. */
export interface Outlook {
  readonly span: Span | null;
  readonly nextStart: number | null;
}

/**
 * The times at which something recurring is on. Any moment may be asked about, in
 * any order; moments are ms UTC.
 */
export interface Calendar {
  /**
   * Returns the span that is on at `now`, with its true end; null when none is. Spans that
   * overlap or touch count as one.
   */
  spanAt(now: number): Span | null;
  /** The first beginning after `now` of something that is not on already; null when there is none. */
  nextStart(now: number): number | null;
}

/** Joins what overlaps or touches. */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.startsAt - b.startsAt)) {
    const last = result.at(-1);
    if (last === undefined || span.startsAt > last.endsAt) result.push(span);
    else if (span.endsAt > last.endsAt) {
      result[result.length - 1] = { startsAt: last.startsAt, endsAt: span.endsAt };
    }
  }
  return result;
}

/**
 * Finds the spans from `from` on, in order; the first may have begun before. What is on for good comes in
 * pieces that touch. A caller stops after as many as it wants.
 */
export function* spansFrom(calendar: Calendar, from: number): Iterable<Span> {
  for (let at: number | null = from; at !== null;) {
    const span = calendar.spanAt(at);
    // A piece of what goes on began with the piece before it.
    if (span)
      yield at === from ? span : { startsAt: Math.max(span.startsAt, at), endsAt: span.endsAt };
    const after: number = span?.endsAt ?? at;
    at = span && calendar.spanAt(after) ? after : calendar.nextStart(after);
  }
}

/** How things stand at `now`, of spans that are `merged`. */
export const outlookOf = (spans: readonly Span[], now: number): Outlook => ({
  span: spans.find(({ startsAt, endsAt }) => startsAt <= now && now < endsAt) ?? null,
  nextStart: spans.find(({ startsAt }) => startsAt > now)?.startsAt ?? null,
});

/**
 * Remembers the last answer for as long as it holds, since every event asks. Clocks jump, so a moment
 * before the answer's time computes again, as does one after it.
 */
export class RememberedCalendar implements Calendar {
  readonly #look: (now: number) => Outlook;
  #outlook: Outlook = { span: null, nextStart: null };
  #from = Infinity;
  #until = -Infinity;

  /** `look` works out how things stand at a moment. */
  constructor(look: (now: number) => Outlook) {
    this.#look = look;
  }

  spanAt(now: number): Span | null {
    return this.#at(now).span;
  }

  nextStart(now: number): number | null {
    return this.#at(now).nextStart;
  }

  #at(now: number): Outlook {
    if (now < this.#from || now >= this.#until) {
      this.#outlook = this.#look(now);
      const { span, nextStart } = this.#outlook;
      this.#from = span?.startsAt ?? now;
      this.#until = span?.endsAt ?? nextStart ?? Infinity;
    }
    return this.#outlook;
  }
}
