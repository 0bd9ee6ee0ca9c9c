/** The ids of ticked rows. Never changed, only replaced. */
type Ticks = ReadonlySet<string>;

const NO_TICKS: Ticks = new Set();

/** Returns the same with these rows ticked or unticked. */
function withTicks(ticks: Ticks, ids: readonly string[], ticked: boolean): Ticks {
  const these = new Set(ids);
  return new Set(ticked ? [...ticks, ...ids] : [...ticks].filter((id) => !these.has(id)));
}

/** A list whose rows can be ticked. */
export interface ChoosableList {
  /** The rows that are shown; null while they are awaited. */
  readonly items: readonly { readonly id: string }[] | null;
  /** Includes the rows that are not shown. */
  readonly total: number;
}

/**
 * The ticked rows of a list: some that are shown, or all that match, loaded or not. A row that leaves the
 * list is no longer chosen, since its tick would be invisible.
 */
export class ChosenRows<All> {
  readonly #list: ChoosableList;
  readonly #all: () => All;
  /** Replaced whole: a set that notified every row of each addition would take seconds for ten thousand. */
  #ticked = $state.raw(NO_TICKS);
  #everything = $state(false);
  /** The row that was ticked last, from which a range begins. */
  #anchor: string | null = null;
  readonly #ids = $derived.by(() => this.#shownIds.filter((id) => this.#ticked.has(id)));

  /** `all` returns the contract's selection of all that match. */
  constructor(list: ChoosableList, all: () => All) {
    this.#list = list;
    this.#all = all;
  }

  get count(): number {
    return this.#everything ? this.#list.total : this.#ids.length;
  }

  /** The number that match, including rows that are not shown. */
  get total(): number {
    return this.#list.total;
  }

  /** Every row that is shown is chosen. */
  get isAllShown(): boolean {
    const shown = this.#list.items?.length ?? 0;
    return shown > 0 && (this.#everything || this.#ids.length === shown);
  }

  /** Every row that is shown is chosen, and more that are not shown could be. */
  get canChooseMore(): boolean {
    return this.isAllShown && !this.#everything && this.#ids.length < this.#list.total;
  }

  /** All that match are chosen, those that are not loaded included. */
  get isEverything(): boolean {
    return this.#everything;
  }

  /** The contract's selection; meaningless while the count is 0. */
  get selection(): { readonly ids: string[] } | All {
    return this.#everything ? this.#all() : { ids: [...this.#ids] };
  }

  has(id: string): boolean {
    return this.#everything || this.#ticked.has(id);
  }

  /** Ticks or unticks one row; with `extend`, all from the row before this one that was touched. */
  set(id: string, ticked: boolean, extend: boolean): void {
    if (this.#everything) this.setShown(true);
    this.#ticked = withTicks(this.#ticked, extend ? this.#rangeTo(id) : [id], ticked);
    this.#anchor = id;
  }

  /** Ticks or unticks every row that is shown. */
  setShown(ticked: boolean): void {
    this.clear();
    if (ticked) this.#ticked = withTicks(this.#ticked, this.#shownIds, true);
  }

  setEverything(): void {
    this.clear();
    this.#everything = true;
  }

  clear(): void {
    this.#everything = false;
    this.#anchor = null;
    this.#ticked = NO_TICKS;
  }

  get #shownIds(): string[] {
    return (this.#list.items ?? []).map(({ id }) => id);
  }

  #rangeTo(id: string): string[] {
    const ids = this.#shownIds;
    const from = this.#anchor === null ? -1 : ids.indexOf(this.#anchor);
    const to = ids.indexOf(id);
    if (from === -1 || to === -1) return [id];
    return ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  }
}
