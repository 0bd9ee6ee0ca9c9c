import { SvelteSet } from 'svelte/reactivity';
import type { Notification } from '../../main/contract/notification.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';

/** What a person can do to a notification. Each answers whether it worked, and says so. */
export class NotificationActions {
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

  requeue(notification: Notification): Promise<boolean> {
    return this.#act('notifications.requeue', notification, 'Requeued');
  }

  discard(notification: Notification): Promise<boolean> {
    return this.#act('notifications.discard', notification, 'Discarded');
  }

  async #act(
    method: 'notifications.requeue' | 'notifications.discard',
    { id, alert, channelName }: Notification,
    done: string,
  ): Promise<boolean> {
    if (this.#busy.has(id)) return false;
    this.#busy.add(id);
    const answer = await this.#client.call(method, { id });
    this.#busy.delete(id);
    const what = `${alert.kind} on ${alert.host} to ${channelName}`;
    if (answer.ok) this.#notices.done(`${done}: ${what}.`);
    else this.#notices.problem(what, answer.error);
    return answer.ok;
  }
}
