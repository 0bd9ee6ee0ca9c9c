import type { Change } from '../../main/contract/push.ts';
import type { Result } from '../../main/contract/result.ts';
import { FollowedValue, type FollowOptions } from './followed.ts';
import { remoteItems } from './remote.svelte.ts';
import { StillRows, type StillOptions } from './still-rows.svelte.ts';

export interface FollowedListOptions<T> extends FollowOptions {
  fetch(): Promise<Result<{ readonly items: readonly T[] }>>;
  /** Returns true if a pushed change makes the list stale. */
  concerns(change: Change): boolean;
  /** Sorts items that are put in; left out, they stay in place. */
  readonly order?: (a: T, b: T) => number;
  /** Keeps the rows in their places while somebody is among them. */
  readonly still?: Omit<StillOptions<T>, 'rows'>;
}

/** A list short enough to be fetched whole. */
export class FollowedList<T extends { readonly id: string }> extends FollowedValue<readonly T[]> {
  readonly #options: FollowedListOptions<T>;
  /** Null where rows need not keep their places. */
  readonly still: StillRows<T> | null;

  constructor(options: FollowedListOptions<T>) {
    super(
      { intervalMs: 1_000, ...options },
      remoteItems(() => options.fetch()),
    );
    this.#options = options;
    this.still = options.still ? new StillRows({ ...options.still, rows: () => this.value }) : null;
  }

  /** The items that are shown; null until the first answer. */
  get items(): readonly T[] | null {
    return this.still ? this.still.rows : this.value;
  }

  /** Loads and follows the list until the returned function is called. */
  open(): () => void {
    void this.load();
    return this.follow();
  }

  /** Takes the whole list that an action returned, and asks for what came after that. */
  set(items: readonly T[]): void {
    this.remote.set(items);
    this.reload();
  }

  /** Takes an item that an action returned. */
  put(item: T): void {
    this.still?.actedOn([item.id]);
    this.take(item);
  }

  /** Removes an item that an action has ended. */
  remove(id: string): void {
    this.still?.actedOn([id]);
    this.lose(id);
  }

  /** Replaces an item, or adds it at the end; then sorts the list if it has an order. */
  protected take(item: T): void {
    const { order } = this.#options;
    this.remote.change((items) => {
      const isKnown = items.some(({ id }) => id === item.id);
      const next = isKnown
        ? items.map((other) => (other.id === item.id ? item : other))
        : [...items, item];
      return order ? next.sort(order) : next;
    });
  }

  protected lose(id: string): void {
    this.remote.change((items) => items.filter((item) => item.id !== id));
  }

  protected isStale(change: Change): boolean {
    return this.#options.concerns(change);
  }
}
