import type { AlertSelection } from '../../main/contract/alert.ts';
import type { AlertList } from './alert-list.svelte.ts';
import { NO_TICKS, withTicks } from './ticks.ts';

/**
 * The alerts of a list that a person has ticked: rows that are shown, or all that match, however many are
 * not loaded. A row that leaves the list is no longer chosen, since nobody could see that it is.
 */
export class ChosenAlerts {
  readonly #alerts: AlertList;
  /** Replaced whole: a set that told every row of each addition would take seconds for ten thousand. */
  #ticked = $state.raw(NO_TICKS);
  #everything = $state(false);
  /** The row that was ticked last, from which a range begins. */
  #anchor: string | null = null;
  readonly #ids = $derived.by(() => this.#shownIds.filter((id) => this.#ticked.has(id)));

  constructor(alerts: AlertList) {
    this.#alerts = alerts;
  }

  get count(): number {
    return this.#everything ? this.#alerts.total : this.#ids.length;
  }

  /** Every row that is shown is chosen. */
  get isAllShown(): boolean {
    const shown = this.#alerts.items?.length ?? 0;
    return shown > 0 && (this.#everything || this.#ids.length === shown);
  }

  /** All that match are chosen, those that are not loaded included. */
  get isEverything(): boolean {
    return this.#everything;
  }

  /** What the contract is to act upon; meaningless while the count is 0. */
  get selection(): AlertSelection {
    if (!this.#everything) return { ids: [...this.#ids] };
    const { search } = this.#alerts;
    return { filter: search === '' ? {} : { q: search } };
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
    return (this.#alerts.items ?? []).map(({ id }) => id);
  }

  #rangeTo(id: string): string[] {
    const ids = this.#shownIds;
    const from = this.#anchor === null ? -1 : ids.indexOf(this.#anchor);
    const to = ids.indexOf(id);
    if (from === -1 || to === -1) return [id];
    return ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  }
}
