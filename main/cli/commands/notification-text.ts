import type { Output } from '../../contract/methods.ts';
import type { Notification } from '../../contract/notification.ts';
import { messagesFor } from '../../messages/messages.ts';
import { nextStep } from '../../messages/reasons.ts';
import type { Look } from '../output/look.ts';
import { fields, section, table, type Column } from '../output/table.ts';
import { localProse, localTime } from '../output/amounts.ts';

const alertOf = ({ event, alert }: Notification): string =>
  event === 'test' ? '(test)' : `${alert.host} ${alert.kind}`;

/** The attempts of the current budget, as `3/5`; an exhausted one says `5/5`. */
const attemptsOf = ({ retryCount, maxAttempts }: Notification): string =>
  `${retryCount}/${maxAttempts}`;

const IDENTITY: readonly Column<Notification>[] = [
  { heading: 'ID', value: ({ id }) => id },
  { heading: 'CHANNEL', value: ({ channelName }) => channelName },
  { heading: 'EVENT', value: ({ event }) => event },
  { heading: 'ABOUT', value: alertOf },
];

/** Why it waits, failed or will not be sent; nothing when all is well. */
const troubleOf = (notification: Notification): string => {
  const { hold, held, cancelReason, lastError } = notification;
  if (cancelReason !== null) return cancelReason.replace('_', ' ');
  if (hold !== null && notification.status === 'pending') return `held by ${hold.detail}`;
  if (held) return 'held: its channel is disabled';
  return lastError ?? '';
};

const stepOf = ({ reason, lastErrorClass }: Notification): string =>
  nextStep(messagesFor('en'), reason, lastErrorClass) ?? '';

export const notificationTable = (rows: readonly Notification[], look: Look): string =>
  table(
    [
      ...IDENTITY,
      { heading: 'STATUS', value: ({ status }) => status },
      { heading: 'CREATED', value: ({ createdAt }) => localTime(createdAt) },
      { heading: 'FAILED', value: attemptsOf },
      { heading: 'WHY', value: (row) => localProse(troubleOf(row)) },
    ],
    rows,
    look,
  );

export const deadLetterTable = (rows: readonly Notification[], look: Look): string =>
  table(
    [
      ...IDENTITY,
      { heading: 'DIED', value: ({ updatedAt }) => localTime(updatedAt) },
      { heading: 'FAILED', value: attemptsOf },
      { heading: 'CAUSE', value: ({ lastErrorClass }) => lastErrorClass ?? '-' },
      { heading: 'NEWS', value: ({ obsolete }) => (obsolete ? 'obsolete' : 'current') },
      { heading: 'ERROR', value: ({ lastError }) => lastError ?? '' },
      { heading: 'NEXT STEP', value: stepOf },
    ],
    rows,
    look,
  );

type NotificationDetail = Output<'notifications.get'>;

const attemptTable = ({ attempts }: NotificationDetail, look: Look): string =>
  table(
    [
      { heading: 'TIME', value: ({ startedAt }) => localTime(startedAt) },
      { heading: 'ATTEMPT', value: ({ budget, number }) => `${budget}.${number}` },
      { heading: 'OUTCOME', value: ({ outcome }) => outcome },
      { heading: 'CLASS', value: ({ failureClass }) => failureClass ?? '-' },
      { heading: 'STATUS', value: ({ statusCode }) => statusCode ?? '-' },
      { heading: 'TOOK', value: ({ durationMs }) => `${durationMs} ms` },
      { heading: 'ASKED BY', value: ({ requeuedBy }) => requeuedBy ?? '-' },
      { heading: 'REQUEST', value: ({ request }) => request ?? '-' },
      {
        heading: 'ERROR',
        value: ({ error, responseExcerpt }) =>
          [error, responseExcerpt].filter((it) => it !== null && it !== '').join(' | '),
      },
    ],
    attempts,
    look,
  );

/** One notification whole, with every attempt. */
export function notificationText(notification: NotificationDetail, look: Look): string {
  const { alert, nextAttemptAt, readAt, alertStateNow } = notification;
  const said = fields(
    [
      ['Id', notification.id],
      ['Status', notification.status],
      ['Channel', notification.channelName],
      ['Event', notification.event],
      ['About', alertOf(notification)],
      ['Message', alert.message],
      ['Alert', notification.alertId],
      ['Alert is now', alertStateNow],
      ['Failed attempts', `${attemptsOf(notification)} of this budget`],
      ['Next attempt', nextAttemptAt === null ? null : localTime(nextAttemptAt)],
      ['Cause', notification.lastErrorClass],
      ['Last error', notification.lastError],
      ['Next step', notification.status === 'dead' ? stepOf(notification) : ''],
      ['Why', localProse(troubleOf({ ...notification, lastError: null }))],
      ['News', notification.obsolete ? 'obsolete: the alert has since closed' : null],
      ['Requeued by', notification.requeuedBy],
      ['In place of', notification.fallbackOf],
      ['Leaves with', notification.bundleId],
      ['Created', localTime(notification.createdAt)],
      ['Changed', localTime(notification.updatedAt)],
      ['Read', readAt === null ? null : localTime(readAt)],
    ],
    look,
  );
  const attempts = notification.attempts.length === 0 ? '' : attemptTable(notification, look);
  return said + section('Attempts', attempts, look);
}
