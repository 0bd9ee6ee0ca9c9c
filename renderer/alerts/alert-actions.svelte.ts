import { SvelteSet } from 'svelte/reactivity';
import type { Alert } from '../../main/contract/alert.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';

/** What a person can do to an alert. Each answers whether it worked, and says so. */
export class AlertActions {
  readonly #client: WindowClient;
  readonly #notices: Notices;
  readonly #busy = new SvelteSet<string>();

  constructor(client: WindowClient, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  acknowledge(alert: Alert): Promise<Alert | null> {
    return this.#act('alerts.acknowledge', alert, 'Acknowledged');
  }

  resolve(alert: Alert): Promise<Alert | null> {
    return this.#act('alerts.resolve', alert, 'Resolved');
  }

  async #act(
    method: 'alerts.acknowledge' | 'alerts.resolve',
    { id, kind, host }: Alert,
    done: string,
  ): Promise<Alert | null> {
    if (this.#busy.has(id)) return null;
    this.#busy.add(id);
    const answer = await this.#client.call(method, { id });
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(`${kind} on ${host}`, answer.error);
      return null;
    }
    this.#notices.done(`${done}: ${kind} on ${host}.`);
    return answer.value;
  }
}
