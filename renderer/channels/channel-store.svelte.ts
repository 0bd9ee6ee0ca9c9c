import type { Channel } from '../../main/contract/channel.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener } from '../live/live-feed.svelte.ts';
import { remoteItems, type Remote } from '../live/remote.svelte.ts';

const byName = (a: Channel, b: Channel): number => a.name.localeCompare(b.name);

/** All channels, by name. There are a hundred at most, so the window keeps them all. */
export class ChannelStore implements FeedListener {
  readonly #remote: Remote<readonly Channel[]>;

  constructor(client: WindowClient) {
    this.#remote = remoteItems(() => client.call('channels.list', {}));
  }

  /** Null until the first answer. */
  get items(): readonly Channel[] | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  load(): Promise<void> {
    return this.#remote.load();
  }

  clear(): void {
    this.#remote.clear();
  }

  put(channel: Channel): void {
    this.#remote.change((channels) =>
      [...channels.filter(({ id }) => id !== channel.id), channel].sort(byName),
    );
  }

  remove(id: string): void {
    this.#remote.change((channels) => channels.filter((channel) => channel.id !== id));
  }

  changed(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.entity !== 'channel') continue;
      if (change.value) this.put(change.value);
      else this.remove(change.id);
    }
  }

  missed(): void {
    void this.load();
  }
}
