import { SvelteSet } from 'svelte/reactivity';
import type { Heartbeat } from '../../main/contract/heartbeat.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { HeartbeatStore } from './heartbeat-store.svelte.ts';

/** Pausing, resuming and deleting heartbeats. */
export class HeartbeatActions {
  readonly #client: WindowClient;
  readonly #store: HeartbeatStore;
  readonly #notices: Notices;
  readonly #busy = new SvelteSet<string>();

  constructor(client: WindowClient, store: HeartbeatStore, notices: Notices) {
    this.#client = client;
    this.#store = store;
    this.#notices = notices;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  pause(heartbeat: Heartbeat): Promise<void> {
    return this.#act('heartbeats.pause', heartbeat, 'is paused until it is resumed or pings again');
  }

  resume(heartbeat: Heartbeat): Promise<void> {
    return this.#act('heartbeats.resume', heartbeat, 'is expected again');
  }

  async delete({ id, name }: Heartbeat): Promise<boolean> {
    this.#busy.add(id);
    const answer = await this.#client.call('heartbeats.delete', { id });
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(name, answer.error);
      return false;
    }
    this.#store.remove(id);
    this.#notices.done(`${name} is deleted.`);
    return true;
  }

  async #act(
    method: 'heartbeats.pause' | 'heartbeats.resume',
    { id, name }: Heartbeat,
    done: string,
  ): Promise<void> {
    this.#busy.add(id);
    const answer = await this.#client.call(method, { id });
    this.#busy.delete(id);
    if (!answer.ok) return this.#notices.problem(name, answer.error);
    this.#store.put(answer.value);
    this.#notices.done(`${name} ${done}.`);
  }
}
