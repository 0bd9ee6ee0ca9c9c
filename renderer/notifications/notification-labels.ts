import type { Notification } from '../../main/contract/notification.ts';
import { alertTitle } from '../alerts/alert-labels.ts';
import { text } from '../messages/text.svelte.ts';

/** Returns "Firing, to ntfy". */
export const notificationName = ({ event, channelName }: Notification): string =>
  text('notifications.eventToChannel', {
    event: text(`common.notificationEvent.${event}`),
    channel: channelName,
  });

/** Returns "backup_failed on nas to ntfy". */
export const notificationTitle = ({ alert, channelName }: Notification): string =>
  text('notifications.alertToChannel', { alert: alertTitle(alert), channel: channelName });

/** Returns true for a dead letter. */
export const canRequeue = ({ status }: Notification): boolean => status === 'dead';

/** Returns true for what waits, which can be made due now. */
export const canRetry = ({ status }: Notification): boolean =>
  status === 'pending' || status === 'failed';

/** Returns true for what is not being sent and was not sent. */
export const canDiscard = ({ status }: Notification): boolean =>
  status === 'pending' || status === 'failed' || status === 'dead';
