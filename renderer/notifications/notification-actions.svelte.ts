import { SvelteSet } from 'svelte/reactivity';
import type { Notification } from '../../main/contract/notification.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { BulkWork } from '../bulk/bulk-work.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { reasonText, text } from '../messages/text.svelte.ts';
import { notificationTitle } from './notification-labels.ts';

/** The actions on one notification. Each returns true if it worked, and shows a notice. */
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
    return this.#act('requeue', notification);
  }

  /** Makes it due now. The notice says what still holds it. */
  retry(notification: Notification): Promise<boolean> {
    return this.#act('retry', notification);
  }

  discard(notification: Notification): Promise<boolean> {
    return this.#act('discard', notification);
  }

  markAsRead(notification: Notification): Promise<boolean> {
    return this.#act('read', notification);
  }

  async #act(
    action: 'requeue' | 'retry' | 'discard' | 'read',
    shown: Notification,
  ): Promise<boolean> {
    const { id } = shown;
    if (this.#busy.has(id)) return false;
    this.#busy.add(id);
    const answer = await this.#client.call(`notifications.${action}`, { id });
    this.#busy.delete(id);
    const notification = notificationTitle(shown);
    if (!answer.ok) {
      this.#notices.problem(notification, answer.error);
      return false;
    }
    const hold = 'reason' in answer.value ? answer.value.reason : undefined;
    this.#notices.done(
      hold === undefined
        ? text(`notifications.done.${action}`, { notification })
        : text('notifications.done.retryHeld', { notification, hold: reasonText(hold) }),
      action === 'discard' ? this.#bulkWork.undoOf(id) : null,
    );
    return true;
  }
}
