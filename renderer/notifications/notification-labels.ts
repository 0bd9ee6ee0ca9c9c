import type { Notification } from '../../main/contract/notification.ts';
import { alertTitle } from '../alerts/alert-labels.ts';
import { text } from '../messages/text.svelte.ts';

/** Returns "Firing, to ntfy". */
export const notificationName = ({ event, channelName }: Notification): string =>
  text('notifications.eventToChannel', {
    event: text(`common.notificationEvent.${event}`),
    channel: channelName,
  });

/** Returns what it is about: "backup_failed on nas". A test is about no alert. */
export const subjectTitle = ({ event, alert }: Notification): string =>
  event === 'test' ? text('notifications.testTitle') : alertTitle(alert);

/** Returns "Firing: backup_failed on nas". */
export const deliveryName = (notification: Notification): string =>
  notification.event === 'test'
    ? subjectTitle(notification)
    : text('notifications.eventOfAlert', {
        event: text(`common.notificationEvent.${notification.event}`),
        alert: subjectTitle(notification),
      });

/** Returns "backup_failed on nas to ntfy". */
export const notificationTitle = (notification: Notification): string =>
  text('notifications.alertToChannel', {
    alert: subjectTitle(notification),
    channel: notification.channelName,
  });

/** Returns true for a dead letter. */
export const canRequeue = ({ status }: Notification): boolean => status === 'dead';

/** Returns true for what waits, which can be made due now. */
export const canRetry = ({ status }: Notification): boolean =>
  status === 'pending' || status === 'failed';

/** Returns true for what is not being sent and was not sent. */
export const canDiscard = ({ status }: Notification): boolean =>
  status === 'pending' || status === 'failed' || status === 'dead';
