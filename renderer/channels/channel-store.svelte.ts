import type { Channel } from '../../main/contract/channel.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener } from '../live/live-feed.svelte.ts';
import { Remote } from '../live/remote.svelte.ts';

const byName = (a: Channel, b: Channel): number => a.name.localeCompare(b.name);

/** All channels, by name. There are a hundred at most, so the window keeps them all. */
export class ChannelStore implements FeedListener {
  readonly #remote: Remote<readonly Channel[]>;

  constructor(client: WindowClient) {
    this.#remote = new Remote(async () => {
      const answer = await client.call('channels.list', {});
      return answer.ok ? { ok: true, value: answer.value.items } : answer;
    });
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
    const others = (this.#remote.value ?? []).filter(({ id }) => id !== channel.id);
    this.#remote.set([...others, channel].sort(byName));
  }

  remove(id: string): void {
    this.#remote.set((this.#remote.value ?? []).filter((channel) => channel.id !== id));
  }

  changed(changes: readonly Change[]): void {
    // Before the first answer there is no list to apply a change to; the answer brings it.
    if (this.#remote.value === null) return;
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
