import type { FailureClass } from '../../main/contract/failure-class.ts';
import type {
  AttemptOutcome,
  CancelReason,
  Notification,
  NotificationEvent,
  NotificationStatus,
} from '../../main/contract/notification.ts';
import type { HoldKind } from '../../main/contract/suppression.ts';

/** What the contract's words are called in the window. Records are exhaustive, so a new word must be named. */

export const STATUS_LABELS: Record<NotificationStatus, string> = {
  pending: 'Pending',
  sending: 'Sending',
  sent: 'Sent',
  failed: 'Failed',
  dead: 'Dead',
  cancelled: 'Cancelled',
};

export const STATUS_MEANINGS: Record<NotificationStatus, string> = {
  pending: 'Waiting for its first attempt',
  sending: 'An attempt is under way',
  sent: 'The channel has taken it',
  failed: 'The last attempt failed; another one follows by itself',
  dead: 'No more attempts are made until somebody requeues it',
  cancelled: 'It will not be sent',
};

export const EVENT_LABELS: Record<NotificationEvent, string> = {
  raised: 'Raised',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  reminder: 'Reminder',
  escalated: 'Escalated',
  flapping_started: 'Flapping started',
  flapping_stopped: 'Flapping stopped',
  test: 'Test',
};

export const CANCEL_LABELS: Record<CancelReason, string> = {
  superseded: 'Superseded by newer news of the same alert',
  channel_deleted: 'Its channel was deleted',
  discarded: 'Discarded by hand',
};

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

/** What it means for one in each status to be in a bundle. */
export const BUNDLED_LABELS: Record<NotificationStatus, string> = {
  pending: 'Leaves as one message with others',
  sending: 'Leaves as one message with others',
  sent: 'Left as one message with others',
  failed: 'Leaves as one message with others',
  dead: 'Was to leave as one message with others',
  cancelled: 'Was to leave as one message with others',
};

export const OUTCOME_LABELS: Record<AttemptOutcome, string> = {
  sent: 'Sent',
  transient: 'Failed for now',
  permanent: 'Failed for good',
  interrupted: 'Interrupted',
};

export const FAILURE_LABELS: Record<FailureClass, string> = {
  timeout: 'Timed out',
  dns: 'Name not found',
  connection: 'No connection',
  rate_limited: 'Rate limited',
  server_error: 'Server error',
  interrupted: 'Interrupted',
  channel_down: 'Channel was down',
  authentication: 'Credentials refused',
  not_found: 'Address not found',
  gone: 'Address gone',
  rejected: 'Rejected',
  redirect: 'Redirected',
  certificate: 'Certificate problem',
  configuration: 'Configuration problem',
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

export const UNKNOWN_FAILURE = 'Cause not on record';

/** What marks a dead letter as old news, and why that matters. */
export const OBSOLETE_LABEL = 'Obsolete: the alert has since resolved';
export const OBSOLETE_MEANING = 'Sending it now would tell old news';

/** Only a dead letter can be put back. */
export const canRequeue = ({ status }: Notification): boolean => status === 'dead';

/** What waits can be made due now. */
export const canRetry = ({ status }: Notification): boolean =>
  status === 'pending' || status === 'failed';

/** What has not begun to leave, or has died, can be given up. */
export const canDiscard = ({ status }: Notification): boolean =>
  status === 'pending' || status === 'failed' || status === 'dead';
