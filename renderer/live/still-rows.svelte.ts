import type { Row, RowChange } from './pages.ts';

type Id = Row['id'];

/** What may come and go at once while places are kept. */
export interface PlaceRules<T> {
  /** Returns true if a row that is new to the list may show. */
  enters(id: Id): boolean;
  /** Returns what to show of a row that has left; null to let it go. */
  left(row: T): T | null;
}

/** Returns how many rows two lists share at their start, then how many at their end. */
function sharedEnds(a: readonly Row[], b: readonly Row[]): [start: number, end: number] {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start]?.id === b[start]?.id) start += 1;
  let end = 0;
  while (end < most - start && a.at(-1 - end)?.id === b.at(-1 - end)?.id) end += 1;
  return [start, end];
}

/** Returns the part of `next` that stands below all that is shown: it moves nothing. */
function tailOf<T extends Row>(shown: readonly T[], next: readonly T[]): readonly T[] {
  const known = new Set(shown.map(({ id }) => id));
  const last = next.findLastIndex(({ id }) => known.has(id));
  return last === -1 && shown.length > 0 ? [] : next.slice(last + 1);
}

/** Adds the rows of `next` that may enter, each behind the row that it follows there. */
function withEntered<T extends Row>(
  rows: readonly T[],
  next: readonly T[],
  enters: (id: Id) => boolean,
): readonly T[] {
  const shown = new Set(rows.map(({ id }) => id));
  const followers = new Map<Id | null, T[]>();
  let before: Id | null = null;
  for (const row of next) {
    if (shown.has(row.id)) before = row.id;
    else if (enters(row.id)) followers.set(before, [...(followers.get(before) ?? []), row]);
  }
  if (followers.size === 0) return rows;
  return [
    ...(followers.get(null) ?? []),
    ...rows.flatMap((row) => [row, ...(followers.get(row.id) ?? [])]),
  ];
}

/**
 * Returns the rows of `next` in the places of `shown`: each row as it is now where it was, and what stands
 * below all of them behind it. Other new rows, moves and departures wait, unless the rules let them through.
 */
export function keepPlaces<T extends Row>(
  shown: readonly T[],
  next: readonly T[],
  rules: PlaceRules<T>,
): readonly T[] {
  // Most changes concern a few rows of what may be a hundred thousand.
  const [start, end] = sharedEnds(shown, next);
  const before = shown.slice(start, shown.length - end);
  const after = next.slice(start, next.length - end);
  if (before.length === 0 && after.length === 0) return next;
  const now = new Map(after.map((row) => [row.id, row]));
  const kept = before.flatMap((row) => now.get(row.id) ?? rules.left(row) ?? []);
  const tail = end > 0 ? [] : tailOf(before, after).filter(({ id }) => !rules.enters(id));
  const entered = withEntered([...kept, ...tail], after, (id) => rules.enters(id));
  return [...next.slice(0, start), ...entered, ...next.slice(next.length - end)];
}

/** The differences between what is shown and the list as it is now. */
export interface Waiting {
  /** Rows that are not shown yet. */
  readonly added: number;
  /** True if a row has moved or left. */
  readonly moved: boolean;
}

const NOTHING: Waiting = { added: 0, moved: false };

/** Returns what waits while places are kept. */
export function waitingOf(shown: readonly Row[], next: readonly Row[]): Waiting {
  const [start, end] = sharedEnds(shown, next);
  const before = shown.slice(start, shown.length - end).map(({ id }) => id);
  const after = next.slice(start, next.length - end).map(({ id }) => id);
  const known = new Set(before);
  const common = after.filter((id) => known.has(id));
  const moved = common.length < before.length || common.some((id, index) => id !== before[index]);
  return { added: after.length - common.length, moved };
}

export interface StillOptions<T> {
  /** Returns the list as it is now; null while it is awaited. */
  rows(): readonly T[] | null;
  /** Returns what to show of a row that has left while places are kept; the row as it was when left out. */
  readonly left?: (row: T) => T;
  /** True if the order is kept until somebody asks, also while no one points at it. */
  readonly ordered?: boolean;
}

/**
 * Keeps the rows of a list in their places while somebody points at them or has the focus among them. Rows
 * change in place; new rows, moves and departures wait until they are asked for or the list is left. What a
 * person has done shows at once.
 */
export class StillRows<T extends Row> {
  readonly #options: StillOptions<T>;
  #held = $state(false);
  #asked = $state(0);
  #answered = 0;
  /** The rows that the person has acted on while the list was held. */
  #mine = $state.raw<ReadonlySet<Id>>(new Set());
  /** The newest state of rows that have left the list while it was held. */
  #left = $state.raw<ReadonlyMap<Id, T>>(new Map());
  #last: readonly T[] | null = null;
  readonly #rows = $derived.by(() => (this.#last = this.#next()));
  readonly #waiting = $derived.by(() => {
    const rows = this.#options.rows();
    const shown = this.#rows;
    return rows && shown && rows !== shown ? waitingOf(shown, rows) : NOTHING;
  });

  constructor(options: StillOptions<T>) {
    this.#options = options;
  }

  get rows(): readonly T[] | null {
    return this.#rows;
  }

  get waiting(): Waiting {
    return this.#waiting;
  }

  /** Keeps every row in its place from now on. */
  hold(): void {
    this.#held = true;
  }

  /** Shows the list as it is; one that is ordered keeps its order. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#mine = new Set();
    this.#left = new Map();
  }

  /** Shows the list as it is now, and goes on from there. */
  show(): void {
    this.#asked += 1;
    this.#left = new Map();
  }

  /** Lets rows that the person acted on come and go at once. */
  actedOn(ids: readonly Id[]): void {
    if (this.#held) this.#mine = new Set([...this.#mine, ...ids]);
  }

  /** Lets every row come and go at once that is shown now, after work on many of them. */
  actedOnAll(): void {
    this.actedOn((this.#rows ?? []).map(({ id }) => id));
  }

  /** Takes the newest state of rows that may have left the list. */
  note(changes: readonly RowChange<T>[]): void {
    if (!this.#held) return;
    const known = changes.flatMap(({ id, value }) => (value ? [[id, value] as const] : []));
    if (known.length > 0) this.#left = new Map([...this.#left, ...known]);
  }

  #next(): readonly T[] | null {
    const rows = this.#options.rows();
    const isAsked = this.#asked !== this.#answered;
    this.#answered = this.#asked;
    const mine = this.#mine;
    const left = this.#left;
    if (isAsked || !rows || !this.#last) return rows;
    if (!this.#held) {
      const { ordered } = this.#options;
      return ordered
        ? keepPlaces(this.#last, rows, { enters: () => true, left: () => null })
        : rows;
    }
    return keepPlaces(this.#last, rows, {
      enters: (id) => mine.has(id),
      left: (row) => {
        if (mine.has(row.id)) return null;
        return left.get(row.id) ?? this.#options.left?.(row) ?? row;
      },
    });
  }
}
