import type { Output } from '../../main/contract/methods.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { remoteItems, type Remote } from '../live/remote.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import { Throttle } from '../time/throttle.ts';

export type FlappingCondition = Output<'conditions.flapping'>['items'][number];

const REFRESH_INTERVAL_MS = 250;
/** Entities whose change may begin, end or show in a flapping: settings hold its limits. */
const CONCERNS: ReadonlySet<Change['entity']> = new Set(['alert', 'status', 'settings']);

/** Identity of a condition as one key, since its episodes come and go while it flaps. */
export const conditionKey = (condition: FlappingCondition): string =>
  JSON.stringify([condition.source, condition.host, condition.kind, condition.dedupKey]);

/** Returns true if a search finds the condition by host, kind, source or the message of its newest alert. */
export const isFound = (condition: FlappingCondition, search: string): boolean =>
  [condition.host, condition.kind, condition.source, condition.alert?.message ?? ''].some((text) =>
    text.toLowerCase().includes(search.toLowerCase()),
  );

/** The conditions that flap now, fetched again at most four times a second while they are shown. */
export class FlappingList implements FeedListener {
  readonly #feed: LiveFeed;
  readonly #remote: Remote<readonly FlappingCondition[]>;
  readonly #refresh: Throttle;

  constructor(client: WindowClient, feed: LiveFeed, clock: WindowClock) {
    this.#feed = feed;
    this.#remote = remoteItems(() => client.call('conditions.flapping', {}));
    this.#refresh = new Throttle(clock, REFRESH_INTERVAL_MS, () => void this.#remote.load());
  }

  /** Null until the first answer. */
  get items(): readonly FlappingCondition[] | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  /** Loads and follows the conditions until the returned function is called. */
  open(): () => void {
    const leave = this.#feed.listen(this);
    this.reload();
    return () => {
      leave();
      this.#refresh.stop();
    };
  }

  reload(): void {
    this.#refresh.request();
  }

  changed(changes: readonly Change[]): void {
    if (changes.some(({ entity }) => CONCERNS.has(entity))) this.reload();
  }

  missed(): void {
    this.reload();
  }
}
