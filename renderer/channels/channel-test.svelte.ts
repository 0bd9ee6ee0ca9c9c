import type { Notification } from '../../main/contract/notification.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';

/** A test notification through the real queue, followed until it has an outcome. */
export class ChannelTest implements FeedListener {
  readonly #client: WindowClient;
  readonly #feed: LiveFeed;
  #asking = $state(false);
  #id: string | null = null;
  #notification = $state.raw<Notification | null>(null);
  #failure = $state.raw<Failure | null>(null);

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#client = client;
    this.#feed = feed;
  }

  get asking(): boolean {
    return this.#asking;
  }

  /** How the test stands; null before the first one. */
  get notification(): Notification | null {
    return this.#notification;
  }

  /** Why it could not even be begun. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Follows the feed until the answer is called. */
  open(): () => void {
    return this.#feed.listen(this);
  }

  async start(channelId: string): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.#id = null;
    this.#notification = null;
    this.#failure = null;
    const answer = await this.#client.call('channels.test', { id: channelId });
    if (answer.ok) {
      this.#id = answer.value.notificationId;
      await this.#look();
    } else {
      this.#failure = answer.error;
    }
    this.#asking = false;
  }

  changed(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.entity !== 'notification' || change.id !== this.#id) continue;
      if (change.value) this.#notification = change.value;
    }
  }

  missed(): void {
    void this.#look();
  }

  async #look(): Promise<void> {
    const id = this.#id;
    if (id === null) return;
    const before = this.#notification;
    const answer = await this.#client.call('notifications.get', { id });
    // A push that came meanwhile is at least as new, or is followed by one that is.
    if (id !== this.#id || this.#notification !== before) return;
    if (answer.ok) this.#notification = answer.value;
    else this.#failure = answer.error;
  }
}
