import { SvelteSet } from 'svelte/reactivity';
import type { Channel } from '../../main/contract/channel.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { ChannelStore } from './channel-store.svelte.ts';

/** Switches channels on and off, pauses, resumes and deletes them. */
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
      enabled
        ? `${name} is enabled.`
        : `${name} is disabled. It gets nothing new; what was queued waits.`,
    );
  }

  /** Without a duration it is paused until somebody resumes it. */
  async pause({ id, name }: Channel, durationMs: number | null): Promise<void> {
    this.#busy.add(id);
    const input = durationMs === null ? { id } : { id, durationMs };
    const answer = await this.#client.call('channels.pause', input);
    this.#busy.delete(id);
    if (!answer.ok) return this.#notices.problem(name, answer.error);
    this.#store.put(answer.value);
    this.#notices.done(`${name} is paused. Its notifications are queued and wait.`);
  }

  async resume({ id, name }: Channel): Promise<void> {
    this.#busy.add(id);
    const answer = await this.#client.call('channels.resume', { id });
    this.#busy.delete(id);
    if (!answer.ok) return this.#notices.problem(name, answer.error);
    this.#store.put(answer.value);
    this.#notices.done(`${name} is resumed.`);
  }

  /** `detach` takes it out of the routes and channels that lead to it. */
  async delete({ id, name }: Channel, detach: boolean): Promise<boolean> {
    this.#busy.add(id);
    const answer = await this.#client.call('channels.delete', { id, detach });
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
