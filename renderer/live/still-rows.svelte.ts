import type { Row, RowChange } from './pages.ts';
import { keepPlaces, waitingOf, withIds, withRows, type Id, type Waiting } from './places.ts';

const NOTHING: Waiting = { added: 0, moved: false };
const NO_IDS: ReadonlySet<Id> = new Set();
const NO_ROWS: ReadonlyMap<Id, never> = new Map<Id, never>();

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
  #mine = $state.raw(NO_IDS);
  /** The newest state of rows that have left the list while it was held. */
  #left = $state.raw<ReadonlyMap<Id, T>>(NO_ROWS);
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
    this.#mine = NO_IDS;
    this.#left = NO_ROWS;
  }

  /** Shows the list as it is now, and goes on from there. */
  show(): void {
    this.#asked += 1;
    this.#left = NO_ROWS;
  }

  /** Lets rows that the person acted on come and go at once. */
  actedOn(ids: readonly Id[]): void {
    if (this.#held) this.#mine = withIds(this.#mine, ids);
  }

  /** Lets every row come and go at once that is shown now, after work on many of them. */
  actedOnAll(): void {
    this.actedOn((this.#rows ?? []).map(({ id }) => id));
  }

  /** Takes the newest state of rows that may have left the list. */
  note(changes: readonly RowChange<T>[]): void {
    if (!this.#held) return;
    this.#left = withRows(this.#left, changes);
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
