import type { Alert } from '../../contract/alert.ts';
import type { Output } from '../../contract/methods.ts';
import type { Messages } from '../../messages/messages.ts';
import type { Look } from '../output/look.ts';
import { fields, section, table, type Column } from '../output/table.ts';
import { localTime, sentence } from '../output/amounts.ts';
import { notificationColumns } from './notification-text.ts';

/** Returns what is noteworthy of an alert beside its state. */
const flagsOf = (messages: Messages, { flapping, mutedBy, autoAcknowledged }: Alert): string =>
  [
    flapping ? messages.text('cli.alerts.show.flapping') : null,
    mutedBy === null ? null : messages.text('cli.alerts.show.suppressed', { kind: mutedBy.kind }),
    autoAcknowledged ? messages.text('cli.alerts.show.automatically') : null,
  ]
    .filter((flag) => flag !== null)
    .join(', ');

export const alertColumns = (messages: Messages): readonly Column<Alert>[] => [
  { heading: 'id', value: ({ id }) => id },
  { heading: 'severity', value: ({ severity }) => severity },
  { heading: 'state', value: ({ state }) => state },
  { heading: 'since', value: ({ startedAt }) => localTime(startedAt) },
  { heading: 'host', value: ({ host }) => host },
  { heading: 'kind', value: ({ kind }) => kind },
  {
    heading: 'message',
    value: (alert) =>
      [flagsOf(messages, alert), alert.message].filter((it) => it !== '').join(': '),
  },
];

type AlertDetail = Output<'alerts.get'>;

const pairsText = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

const timeOrNull = (atMs: number | null): string | null => (atMs === null ? null : localTime(atMs));

function alertFields(alert: AlertDetail, look: Look): string {
  const { mutedBy, occurrences: count } = alert;
  const { messages } = look;
  return fields(
    [
      ['id', alert.id],
      ['state', alert.state],
      ['severity', alert.severity],
      ['host', alert.host],
      ['kind', alert.kind],
      ['dedupKey', alert.dedupKey],
      ['source', alert.source],
      ['message', alert.message],
      ['started', localTime(alert.startedAt)],
      [
        'lastSeen',
        messages.text('cli.alerts.show.lastSeen', { at: localTime(alert.lastSeenAt), count }),
      ],
      ['closed', timeOrNull(alert.closedAt)],
      ['snoozedUntil', timeOrNull(alert.snoozedUntil)],
      ['autoResolves', timeOrNull(alert.endsAt)],
      ['flags', flagsOf(messages, alert)],
      ['suppressedBy', mutedBy === null ? null : sentence(messages, mutedBy.reason)],
      ['link', alert.url],
      ['labels', pairsText(alert.labels)],
      ['annotations', pairsText(alert.annotations)],
    ],
    look,
  );
}

/** Returns why each channel was notified or not, one line each. */
const explanationTable = (alert: AlertDetail, look: Look): string =>
  table(
    [
      { heading: 'channel', value: ({ channelName }) => channelName },
      {
        heading: 'verdict',
        value: ({ verdict }) => look.messages.text(`cli.verdict.${verdict}`),
        code: ({ verdict }) => verdict,
      },
      {
        heading: 'reason',
        value: ({ reason, later }) =>
          `${sentence(look.messages, reason)} ${sentence(look.messages, later)}`.trim(),
      },
    ],
    alert.explanation,
    look,
  );

/** Returns one alert whole: what it is, who was notified and why, and its timeline. */
export function alertText(alert: AlertDetail, look: Look): string {
  const { messages } = look;
  const timeline = table(
    [
      { heading: 'time', value: ({ at }) => localTime(at) },
      { heading: 'event', value: ({ type }) => type },
      { heading: 'by', value: ({ actor }) => actor },
      { heading: 'detail', value: ({ reason }) => sentence(messages, reason) },
    ],
    alert.timeline,
    look,
  );
  const notifications =
    alert.notifications.length === 0
      ? ''
      : table(notificationColumns(messages), alert.notifications, look);
  const explanation = alert.explanation.length === 0 ? '' : explanationTable(alert, look);
  return (
    alertFields(alert, look) +
    section(messages.text('cli.alerts.show.notified'), explanation, look) +
    section(messages.text('cli.alerts.show.notifications'), notifications, look) +
    section(messages.text('cli.alerts.show.timeline'), timeline, look)
  );
}
