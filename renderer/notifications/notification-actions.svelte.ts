import { SvelteSet } from 'svelte/reactivity';
import type { Notification } from '../../main/contract/notification.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { BulkWork } from '../bulk/bulk-work.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { reasonText } from '../messages/text.svelte.ts';

/** What a person can do to a notification. Each answers whether it worked, and says so. */
export class NotificationActions {
  readonly #client: WindowClient;
  readonly #notices: Notices;
  readonly #bulkWork: BulkWork;
  readonly #busy = new SvelteSet<string>();

  constructor(client: WindowClient, notices: Notices, bulkWork: BulkWork) {
    this.#client = client;
    this.#notices = notices;
    this.#bulkWork = bulkWork;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  requeue(notification: Notification): Promise<boolean> {
    return this.#act('notifications.requeue', notification, 'Requeued');
  }

  /** Makes it due now. What still keeps it is said. */
  async retry({ id, alert, channelName }: Notification): Promise<boolean> {
    if (this.#busy.has(id)) return false;
    this.#busy.add(id);
    const answer = await this.#client.call('notifications.retry', { id });
    this.#busy.delete(id);
    const what = `${alert.kind} on ${alert.host} to ${channelName}`;
    if (!answer.ok) this.#notices.problem(what, answer.error);
    else {
      const { reason } = answer.value;
      this.#notices.done(
        reason === undefined
          ? `Retrying: ${what}.`
          : `${what} is still on hold: ${reasonText(reason)}.`,
      );
    }
    return answer.ok;
  }

  discard(notification: Notification): Promise<boolean> {
    return this.#act('notifications.discard', notification, 'Discarded');
  }

  markAsRead(notification: Notification): Promise<boolean> {
    return this.#act('notifications.read', notification, 'Marked as read');
  }

  async #act(
    method: 'notifications.requeue' | 'notifications.discard' | 'notifications.read',
    { id, alert, channelName }: Notification,
    done: string,
  ): Promise<boolean> {
    if (this.#busy.has(id)) return false;
    this.#busy.add(id);
    const answer = await this.#client.call(method, { id });
    this.#busy.delete(id);
    const what = `${alert.kind} on ${alert.host} to ${channelName}`;
    const undo = method === 'notifications.discard' ? this.#bulkWork.undoOf(id) : null;
    if (answer.ok) this.#notices.done(`${done}: ${what}.`, undo);
    else this.#notices.problem(what, answer.error);
    return answer.ok;
  }
}
