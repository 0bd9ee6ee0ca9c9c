import type { Notification } from '../../main/contract/notification.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { Remote } from '../live/remote.svelte.ts';

/** A test notification through the real queue, followed until it has an outcome. */
export class ChannelTest implements FeedListener {
  readonly #client: WindowClient;
  readonly #feed: LiveFeed;
  readonly #remote: Remote<Notification>;
  #asking = $state(false);
  #id: string | null = null;
  #refusal = $state.raw<Failure | null>(null);

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#client = client;
    this.#feed = feed;
    this.#remote = new Remote<Notification>(() =>
      client.call('notifications.get', { id: this.#id ?? '' }),
    );
  }

  get asking(): boolean {
    return this.#asking;
  }

  /** The latest state of the test; null before the first one. */
  get notification(): Notification | null {
    return this.#remote.value;
  }

  /** The reason that it could not be started or fetched. */
  get failure(): Failure | null {
    return this.#refusal ?? this.#remote.failure;
  }

  /** Follows the feed until the answer is called. */
  open(): () => void {
    return this.#feed.listen(this);
  }

  async start(channelId: string): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.#id = null;
    this.#refusal = null;
    this.#remote.set(null);
    const answer = await this.#client.call('channels.test', { id: channelId });
    if (answer.ok) {
      this.#id = answer.value.notificationId;
      await this.#remote.load();
    } else {
      this.#refusal = answer.error;
    }
    this.#asking = false;
  }

  changed(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.entity !== 'notification' || change.id !== this.#id) continue;
      if (change.value) this.#remote.set(change.value);
    }
  }

  missed(): void {
    if (this.#id !== null) void this.#remote.load();
  }
}
