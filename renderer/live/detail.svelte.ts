import type { Change } from '../../main/contract/push.ts';
import type { Failure, Result } from '../../main/contract/result.ts';
import type { WindowClock } from '../time/clock.ts';
import { Throttle } from '../time/throttle.ts';
import type { FeedListener, LiveFeed } from './live-feed.svelte.ts';
import { Remote } from './remote.svelte.ts';

const REFRESH_INTERVAL_MS = 300;

export interface DetailOptions<T> {
  readonly feed: LiveFeed;
  readonly clock: WindowClock;
  fetch(id: string): Promise<Result<T>>;
  /** Whether a pushed change makes what is shown of `id` old. */
  concerns(change: Change, id: string): boolean;
}

/** The one entity that a detail pane shows, fetched whole again whenever a push concerns it. */
export class Detail<T> implements FeedListener {
  readonly #options: DetailOptions<T>;
  readonly #remote: Remote<T>;
  readonly #refresh: Throttle;
  #id: string | null = null;

  constructor(options: DetailOptions<T>) {
    this.#options = options;
    this.#remote = new Remote(() => options.fetch(this.#id ?? ''));
    this.#refresh = new Throttle(options.clock, REFRESH_INTERVAL_MS, () => {
      void this.#remote.load();
    });
  }

  get value(): T | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  /** Loads and follows one entity until the answer is called. */
  open(id: string): () => void {
    this.#id = id;
    this.#remote.clear();
    void this.#remote.load();
    const leave = this.#options.feed.listen(this);
    return () => {
      leave();
      this.#refresh.stop();
    };
  }

  reload(): void {
    this.#refresh.request();
  }

  changed(changes: readonly Change[]): void {
    const id = this.#id;
    if (id !== null && changes.some((change) => this.#options.concerns(change, id))) this.reload();
  }

  missed(): void {
    this.reload();
  }
}
