import type { Change } from '../../main/contract/push.ts';
import type { Failure, Result } from '../../main/contract/result.ts';
import type { WindowClock } from '../time/clock.ts';
import { Throttle } from '../time/throttle.ts';
import type { FeedListener, LiveFeed } from './live-feed.svelte.ts';
import { remoteItems, type Remote } from './remote.svelte.ts';

const REFRESH_INTERVAL_MS = 1_000;

export interface FollowedListOptions<T> {
  readonly feed: LiveFeed;
  readonly clock: WindowClock;
  fetch(): Promise<Result<{ readonly items: readonly T[] }>>;
  /** Whether a pushed change makes the list old. */
  concerns(change: Change): boolean;
  /** How items are sorted that are put in; left where they are when left out. */
  order?(a: T, b: T): number;
}

/** A list short enough to be fetched whole, again whenever a push concerns it, while somebody looks at it. */
export class FollowedList<T extends { readonly id: string }> implements FeedListener {
  readonly #options: FollowedListOptions<T>;
  readonly #remote: Remote<readonly T[]>;
  readonly #refresh: Throttle;
  #followers = 0;

  constructor(options: FollowedListOptions<T>) {
    this.#options = options;
    this.#remote = remoteItems(() => options.fetch());
    this.#refresh = new Throttle(options.clock, REFRESH_INTERVAL_MS, () => void this.load());
  }

  /** In the host's order; null until the first answer. */
  get items(): readonly T[] | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  /** Loads and follows the list until the answer is called. */
  open(): () => void {
    void this.load();
    return this.follow();
  }

  /** Follows the list without loading it, until the answer is called. */
  follow(): () => void {
    const leave = this.#options.feed.listen(this);
    this.#followers += 1;
    return () => {
      this.#followers -= 1;
      if (this.#followers > 0) return;
      leave();
      this.#refresh.stop();
    };
  }

  load(): Promise<void> {
    return this.#remote.load();
  }

  /** Takes the whole list that an action answered, and asks for what came after that. */
  set(items: readonly T[]): void {
    this.#remote.set(items);
    this.#refresh.request();
  }

  /** Puts an item in the place of its older self, or at the end, or where the order wants it. */
  put(item: T): void {
    const options = this.#options;
    this.#remote.change((items) => {
      const isKnown = items.some(({ id }) => id === item.id);
      const next = isKnown
        ? items.map((other) => (other.id === item.id ? item : other))
        : [...items, item];
      return options.order ? next.sort((a, b) => options.order?.(a, b) ?? 0) : next;
    });
  }

  remove(id: string): void {
    this.#remote.change((items) => items.filter((item) => item.id !== id));
  }

  changed(changes: readonly Change[]): void {
    if (changes.some((change) => this.#options.concerns(change))) this.#refresh.request();
  }

  missed(): void {
    this.#refresh.request();
  }
}
