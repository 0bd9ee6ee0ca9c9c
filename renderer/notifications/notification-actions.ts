import type { Notification } from '../../main/contract/notification.ts';
import { Actions } from '../app/actions.svelte.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { BulkWork } from '../bulk/bulk-work.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { reasonText, text } from '../messages/text.svelte.ts';
import { notificationTitle } from './notification-labels.ts';

export type NotificationAction = 'requeue' | 'retry' | 'discard' | 'read';

/** The actions on one notification. */
export class NotificationActions extends Actions {
  readonly #client: WindowClient;
  readonly #bulkWork: BulkWork;

  constructor(client: WindowClient, notices: Notices, bulkWork: BulkWork) {
    super(notices);
    this.#client = client;
    this.#bulkWork = bulkWork;
  }

  /** Returns true if it worked. The notice of a retry says what still holds the notification. */
  async act(action: NotificationAction, shown: Notification): Promise<boolean> {
    const { id } = shown;
    const notification = notificationTitle(shown);
    const answer = await this.run(
      { id, title: notification },
      () => this.#client.call(`notifications.${action}`, { id }),
      (value) =>
        'reason' in value && value.reason
          ? text('notifications.done.retryHeld', { notification, hold: reasonText(value.reason) })
          : text(`notifications.done.${action}`, { notification }),
      action === 'discard' ? this.#bulkWork.undoOf(id) : null,
    );
    return answer !== null;
  }
}
