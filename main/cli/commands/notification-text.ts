import type { Output } from '../../contract/methods.ts';
import {
  attemptsMade,
  type BulkJob,
  type DeadLetterGroup,
  type Notification,
} from '../../contract/notification.ts';
import type { Messages } from '../../messages/messages.ts';
import {
  nextStep,
  renderActor,
  renderAlertText,
  renderFailure,
  renderGroup,
} from '../../messages/reasons.ts';
import { localTime, sentence, type Look } from '../output/look.ts';
import { safeLine } from '../output/safe-text.ts';
import { fields, moments, named, section, type Column } from '../output/table.ts';

const aboutText = (messages: Messages, { event, alert }: Notification): string =>
  event === 'test' ? messages.text('cli.notifications.show.test') : `${alert.host} ${alert.kind}`;

/** Returns the attempts made of the current budget, as `3/5`; an exhausted one is `5/5`. */
const attemptsOf = (notification: Notification): string =>
  `${attemptsMade(notification)}/${notification.maxAttempts}`;

/** Returns why it is held, failed or will not be sent; '' if nothing is wrong. */
function reasonText(messages: Messages, notification: Notification): string {
  const { hold, held, cancelReason, status } = notification;
  if (cancelReason !== null) return messages.text(`cli.notifications.cancelReason.${cancelReason}`);
  if (hold !== null && status === 'pending') {
    return messages.text('cli.notifications.show.heldBy', {
      cause: sentence(messages, hold.reason),
    });
  }
  if (held) return messages.text('cli.notifications.show.channelHolds');
  return safeLine(renderFailure(messages, notification) ?? '');
}

const actorOrNull = (messages: Messages, actor: string | null): string | null =>
  actor === null ? null : renderActor(messages, actor);

const IDENTITY: readonly Column<Notification>[] = [
  'id',
  { heading: 'channel', value: ({ channelName }) => channelName },
  'event',
  { heading: 'about', value: (row, messages) => aboutText(messages, row) },
];

export const NOTIFICATION_COLUMNS: readonly Column<Notification>[] = [
  ...IDENTITY,
  'status',
  moments('created', 'createdAt'),
  { heading: 'attempts', value: attemptsOf },
  { heading: 'reason', value: (row, messages) => reasonText(messages, row) },
];

export const DEAD_COLUMNS: readonly Column<Notification>[] = [
  ...IDENTITY,
  moments('failedAt', 'updatedAt'),
  { heading: 'attempts', value: attemptsOf },
  { heading: 'cause', value: ({ lastErrorClass }) => lastErrorClass },
  {
    heading: 'obsolete',
    value: ({ obsolete }, messages) => messages.text(obsolete ? 'common.yes' : 'common.no'),
  },
  { heading: 'error', value: (row, messages) => renderFailure(messages, row) },
  {
    heading: 'nextStep',
    value: ({ reason, lastErrorClass }, messages) => nextStep(messages, reason, lastErrorClass),
  },
];

export const GROUP_COLUMNS: readonly Column<DeadLetterGroup>[] = [
  'count',
  'obsolete',
  { heading: 'channel', value: ({ channelName }) => channelName },
  'class',
  moments('first', 'firstAt'),
  moments('last', 'lastAt'),
  { heading: 'group', value: ({ key }) => key },
  { heading: 'cause', value: (group, messages) => renderGroup(messages, group) },
  {
    heading: 'nextStep',
    value: (group, messages) => nextStep(messages, group.reason, group.class),
  },
];

export const JOB_COLUMNS: readonly Column<BulkJob>[] = [
  { heading: 'job', value: ({ id }) => id },
  'action',
  'state',
  moments('started', 'startedAt'),
  'changed',
  'unchanged',
  'total',
  'problem',
];

type NotificationDetail = Output<'notifications.get'>;

const ATTEMPTS: readonly Column<NotificationDetail['attempts'][number]>[] = [
  moments('time', 'startedAt'),
  { heading: 'attempt', value: ({ budget, number }) => `${budget}.${number}` },
  'outcome',
  { heading: 'class', value: ({ failureClass }) => failureClass },
  { heading: 'status', value: ({ statusCode }) => statusCode },
  { heading: 'took', value: ({ durationMs }) => `${durationMs} ms` },
  {
    heading: 'requeuedBy',
    value: ({ requeuedBy }, messages) => actorOrNull(messages, requeuedBy),
  },
  'request',
  {
    heading: 'error',
    value: (attempt, messages) =>
      [renderFailure(messages, attempt), attempt.responseExcerpt]
        .filter((it) => it !== null && it !== '')
        .join(' | '),
  },
];

/** Returns one notification whole, with every attempt. */
export function notificationText(notification: NotificationDetail, look: Look): string {
  const { messages } = look;
  const { alert, attempts, event, status, reason, lastErrorClass } = notification;
  const shown = fields(
    [
      ...named(notification, 'id', 'status'),
      ['channel', notification.channelName],
      ['event', event],
      ['about', aboutText(messages, notification)],
      [
        'message',
        event === 'test' ? messages.text('message.test.body') : renderAlertText(messages, alert),
      ],
      ['alert', notification.alertId],
      ['alertNow', notification.alertStateNow],
      ['attempts', attemptsOf(notification)],
      ['nextAttempt', localTime(notification.nextAttemptAt)],
      ['cause', lastErrorClass],
      ['lastError', renderFailure(messages, notification)],
      ['nextStep', status === 'dead' ? nextStep(messages, reason, lastErrorClass) : null],
      ['reason', reasonText(messages, { ...notification, reason: null })],
      ['obsolete', notification.obsolete ? messages.text('cli.notifications.show.obsolete') : null],
      ['requeuedBy', actorOrNull(messages, notification.requeuedBy)],
      ['fallbackOf', notification.fallbackOf],
      ['bundle', notification.bundleId],
      ['created', localTime(notification.createdAt)],
      ['updated', localTime(notification.updatedAt)],
      ['read', localTime(notification.readAt)],
    ],
    look,
  );
  return (
    shown + section(messages.text('cli.notifications.show.attempts'), ATTEMPTS, attempts, look)
  );
}
