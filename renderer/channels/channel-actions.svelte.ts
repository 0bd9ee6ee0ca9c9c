import { SvelteSet } from 'svelte/reactivity';
import type { Channel } from '../../main/contract/channel.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { ChannelStore } from './channel-store.svelte.ts';

/** Switching channels on and off, and deleting them. */
export class ChannelActions {
  readonly #client: WindowClient;
  readonly #store: ChannelStore;
  readonly #notices: Notices;
  readonly #busy = new SvelteSet<string>();

  constructor(client: WindowClient, store: ChannelStore, notices: Notices) {
    this.#client = client;
    this.#store = store;
    this.#notices = notices;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  async setEnabled({ id, name }: Channel, enabled: boolean): Promise<void> {
    this.#busy.add(id);
    const answer = await this.#client.call('channels.update', { id, enabled });
    this.#busy.delete(id);
    if (!answer.ok) return this.#notices.problem(name, answer.error);
    this.#store.put(answer.value);
    this.#notices.done(
      enabled ? `${name} is enabled.` : `${name} is disabled. What it is owed waits.`,
    );
  }

  async delete({ id, name }: Channel): Promise<boolean> {
    this.#busy.add(id);
    const answer = await this.#client.call('channels.delete', { id });
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(name, answer.error);
      return false;
    }
    this.#store.remove(id);
    const { cancelled } = answer.value;
    const what = cancelled === 1 ? 'notification was' : 'notifications were';
    this.#notices.done(`${name} is deleted; ${cancelled} ${what} cancelled.`);
    return true;
  }
}
