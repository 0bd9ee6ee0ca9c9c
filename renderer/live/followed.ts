import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { WindowClock } from '../time/clock.ts';
import { Throttle } from '../time/throttle.ts';
import type { FeedListener, LiveFeed } from './live-feed.svelte.ts';
import type { Remote } from './remote.svelte.ts';

export interface FollowOptions {
  readonly feed: LiveFeed;
  readonly clock: WindowClock;
  /** It is fetched at most once in this time. */
  readonly intervalMs?: number;
}

/** The source of lists: the host, and how its changes are followed. */
export interface FollowSource extends FollowOptions {
  readonly client: WindowClient;
}

/** Something that is fetched from the host, again whenever a push may have changed it, while it is shown. */
export abstract class Followed implements FeedListener {
  readonly #feed: LiveFeed;
  readonly #refresh: Throttle;
  #followers = 0;

  constructor({ feed, clock, intervalMs = 250 }: FollowOptions) {
    this.#feed = feed;
    this.#refresh = new Throttle(clock, intervalMs, () => void this.load());
  }

  abstract load(): Promise<void>;
  abstract changed(changes: readonly Change[]): void;

  missed(): void {
    this.reload();
  }

  /** Follows changes, without loading, until the returned function is called. */
  follow(): () => void {
    const leave = this.#feed.listen(this);
    this.#followers += 1;
    return () => {
      this.#followers -= 1;
      if (this.#followers > 0) return;
      leave();
      this.#refresh.stop();
    };
  }

  /** Fetches again, now or when the interval ends. */
  reload(): void {
    this.#refresh.request();
  }

  /** Fetches again if it is shown; after an action, in case its push is late. */
  refresh(): void {
    if (this.#followers > 0) this.reload();
  }
}

/** A value that is fetched whole, again whenever a push concerns it. */
export abstract class FollowedValue<T> extends Followed {
  protected readonly remote: Remote<T>;

  constructor(options: FollowOptions, remote: Remote<T>) {
    super(options);
    this.remote = remote;
  }

  /** Null until the first answer. */
  get value(): T | null {
    return this.remote.value;
  }

  get failure(): Failure | null {
    return this.remote.failure;
  }

  load(): Promise<void> {
    return this.remote.load();
  }

  /** Returns true if a pushed change makes the value stale. */
  protected abstract isStale(change: Change): boolean;

  changed(changes: readonly Change[]): void {
    if (changes.some((change) => this.isStale(change))) this.reload();
  }
}
