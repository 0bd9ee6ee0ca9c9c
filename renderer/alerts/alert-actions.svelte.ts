import { SvelteSet } from 'svelte/reactivity';
import type { Alert } from '../../main/contract/alert.ts';
import type { Result } from '../../main/contract/result.ts';
import { alertName } from './alert-name.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';

/** What a person can do to an alert. Each answers the changed alert, or null when it did not work, and says so. */
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
    const { id } = alert;
    return this.#act(alert, 'Acknowledged', () => this.#client.call('alerts.acknowledge', { id }));
  }

  unacknowledge(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'Open again', () => this.#client.call('alerts.unacknowledge', { id }));
  }

  resolve(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'Resolved', () => this.#client.call('alerts.resolve', { id }));
  }

  snooze(alert: Alert, durationMs: number): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'Snoozed', () =>
      this.#client.call('alerts.snooze', { id, durationMs }),
    );
  }

  unsnooze(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'No longer snoozed', () =>
      this.#client.call('alerts.unsnooze', { id }),
    );
  }

  async #act(
    alert: Alert,
    done: string,
    call: () => Promise<Result<Alert>>,
  ): Promise<Alert | null> {
    const { id, host } = alert;
    const name = `${alertName(alert)} on ${host}`;
    if (this.#busy.has(id)) return null;
    this.#busy.add(id);
    const answer = await call();
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(name, answer.error);
      return null;
    }
    this.#notices.done(`${done}: ${name}.`);
    return answer.value;
  }
}
