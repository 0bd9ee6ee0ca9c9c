import type { Output } from '../../contract/methods.ts';
import type { Notification } from '../../contract/notification.ts';
import type { Messages } from '../../messages/messages.ts';
import { nextStep, renderFailure } from '../../messages/reasons.ts';
import type { Look } from '../output/look.ts';
import { fields, section, table, type Column } from '../output/table.ts';
import { localTime, sentence } from '../output/amounts.ts';
import { safeLine } from '../output/safe-text.ts';

const aboutText = (messages: Messages, { event, alert }: Notification): string =>
  event === 'test' ? messages.text('cli.notifications.show.test') : `${alert.host} ${alert.kind}`;

/** Returns the failed attempts of the current budget, as `3/5`; an exhausted one is `5/5`. */
const attemptsOf = ({ retryCount, maxAttempts }: Notification): string =>
  `${retryCount}/${maxAttempts}`;

const identityColumns = (messages: Messages): readonly Column<Notification>[] => [
  { heading: 'id', value: ({ id }) => id },
  { heading: 'channel', value: ({ channelName }) => channelName },
  { heading: 'event', value: ({ event }) => event },
  { heading: 'about', value: (row) => aboutText(messages, row) },
];

/** Returns why it is held, failed or will not be sent; '' if nothing is wrong. */
function reasonText(messages: Messages, notification: Notification): string {
  const { hold, held, cancelReason, status } = notification;
  if (cancelReason !== null) return messages.text(`cli.notifications.cancelReason.${cancelReason}`);
  if (hold !== null && status === 'pending') {
    return messages.text('cli.notifications.show.heldBy', {
      cause: sentence(messages, hold.reason),
    });
  }
  if (held) return messages.text('cli.notifications.show.channelDisabled');
  return safeLine(renderFailure(messages, notification) ?? '');
}

const stepText = (messages: Messages, { reason, lastErrorClass }: Notification): string =>
  nextStep(messages, reason, lastErrorClass) ?? '';

export const notificationColumns = (messages: Messages): readonly Column<Notification>[] => [
  ...identityColumns(messages),
  { heading: 'status', value: ({ status }) => status },
  { heading: 'created', value: ({ createdAt }) => localTime(createdAt) },
  { heading: 'attempts', value: attemptsOf },
  { heading: 'reason', value: (row) => reasonText(messages, row) },
];

export const deadColumns = (messages: Messages): readonly Column<Notification>[] => [
  ...identityColumns(messages),
  { heading: 'failedAt', value: ({ updatedAt }) => localTime(updatedAt) },
  { heading: 'attempts', value: attemptsOf },
  { heading: 'cause', value: ({ lastErrorClass }) => lastErrorClass ?? '-' },
  {
    heading: 'obsolete',
    value: ({ obsolete }) => messages.text(obsolete ? 'common.yes' : 'common.no'),
  },
  { heading: 'error', value: (row) => renderFailure(messages, row) ?? '' },
  { heading: 'nextStep', value: (row) => stepText(messages, row) },
];

type NotificationDetail = Output<'notifications.get'>;

const attemptColumns = (
  messages: Messages,
): readonly Column<NotificationDetail['attempts'][number]>[] => [
  { heading: 'time', value: ({ startedAt }) => localTime(startedAt) },
  { heading: 'attempt', value: ({ budget, number }) => `${budget}.${number}` },
  { heading: 'outcome', value: ({ outcome }) => outcome },
  { heading: 'class', value: ({ failureClass }) => failureClass ?? '-' },
  { heading: 'status', value: ({ statusCode }) => statusCode ?? '-' },
  { heading: 'took', value: ({ durationMs }) => `${durationMs} ms` },
  { heading: 'requeuedBy', value: ({ requeuedBy }) => requeuedBy ?? '-' },
  { heading: 'request', value: ({ request }) => request ?? '-' },
  {
    heading: 'error',
    value: (attempt) =>
      [renderFailure(messages, attempt), attempt.responseExcerpt]
        .filter((it) => it !== null && it !== '')
        .join(' | '),
  },
];

const timeOrNull = (atMs: number | null): string | null => (atMs === null ? null : localTime(atMs));

/** Returns one notification whole, with every attempt. */
export function notificationText(notification: NotificationDetail, look: Look): string {
  const { messages } = look;
  const { alert, attempts } = notification;
  const shown = fields(
    [
      ['id', notification.id],
      ['status', notification.status],
      ['channel', notification.channelName],
      ['event', notification.event],
      ['about', aboutText(messages, notification)],
      ['message', alert.message],
      ['alert', notification.alertId],
      ['alertNow', notification.alertStateNow],
      ['attempts', attemptsOf(notification)],
      ['nextAttempt', timeOrNull(notification.nextAttemptAt)],
      ['cause', notification.lastErrorClass],
      ['lastError', renderFailure(messages, notification)],
      ['nextStep', notification.status === 'dead' ? stepText(messages, notification) : null],
      ['reason', reasonText(messages, { ...notification, reason: null })],
      ['obsolete', notification.obsolete ? messages.text('cli.notifications.show.obsolete') : null],
      ['requeuedBy', notification.requeuedBy],
      ['fallbackOf', notification.fallbackOf],
      ['bundle', notification.bundleId],
      ['created', localTime(notification.createdAt)],
      ['updated', localTime(notification.updatedAt)],
      ['read', timeOrNull(notification.readAt)],
    ],
    look,
  );
  const drawn = attempts.length === 0 ? '' : table(attemptColumns(messages), attempts, look);
  return shown + section(messages.text('cli.notifications.show.attempts'), drawn, look);
}
