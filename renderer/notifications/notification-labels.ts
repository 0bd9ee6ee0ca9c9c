import type { FailureClass } from '../../main/contract/failure-class.ts';
import type { Notification } from '../../main/contract/notification.ts';
import type { HoldKind } from '../../main/contract/suppression.ts';
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

/** Why it waits on purpose; "until …" follows where the end is known. */
export const HOLD_LABELS: Record<HoldKind, string> = {
  hold_for: 'Waits to see whether it lasts',
  grouping: 'Collected with others',
  storm: 'Collected into the summary of a storm',
  pause: 'Held by a pause',
  silence: 'Held by a silence',
  maintenance: 'Held by maintenance',
  inhibition: 'Held while another alert fires',
  quiet_hours: 'Held by quiet hours',
  snooze: 'Held by a snooze',
};

/** What somebody who looks at a dead letter should do, one sentence for each cause. */
export const NEXT_STEPS: Record<FailureClass, string> = {
  timeout: 'Check that the receiver is up and not overloaded, then requeue.',
  dns: 'Check the host name in the channel and this machine’s DNS, then requeue.',
  connection: 'Start the receiver, or check the address, port and firewall, then requeue.',
  rate_limited: 'The receiver asked for fewer messages: wait a little, then requeue.',
  server_error: 'The receiver had an error of its own: look at its log, then requeue.',
  interrupted:
    'Belfry stopped in the middle of it, so it may have arrived: look there before you requeue.',
  channel_down:
    'Get the receiver going again and send a test, then requeue what does not come back by itself.',
  authentication: 'Renew the credentials in the channel, send a test, then requeue.',
  not_found: 'The address leads nowhere: correct the URL in the channel, then requeue.',
  gone: 'The receiver wants nothing more at this address: give the channel a new URL, or delete it.',
  rejected:
    'This message alone was refused: read the error and the answer in the details; requeue once it would be accepted.',
  redirect: 'Redirects are not followed: put the final address into the channel, then requeue.',
  certificate: 'Renew the receiver’s certificate or make this machine trust it, then requeue.',
  configuration: 'The channel’s configuration is incomplete: edit it, send a test, then requeue.',
};

/** Returns true for a dead letter. */
export const canRequeue = ({ status }: Notification): boolean => status === 'dead';

/** Returns true for what waits, which can be made due now. */
export const canRetry = ({ status }: Notification): boolean =>
  status === 'pending' || status === 'failed';

/** Returns true for what is not being sent and was not sent. */
export const canDiscard = ({ status }: Notification): boolean =>
  status === 'pending' || status === 'failed' || status === 'dead';
