import type { Change } from '../../main/contract/push.ts';
import type { WindowClock } from '../time/clock.ts';
import { Throttle } from '../time/throttle.ts';
import type { FeedListener, LiveFeed } from './live-feed.svelte.ts';

export interface FollowOptions {
  readonly feed: LiveFeed;
  readonly clock: WindowClock;
  /** It is fetched at most once in this time. */
  readonly intervalMs?: number;
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
