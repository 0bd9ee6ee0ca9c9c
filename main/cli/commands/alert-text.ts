import type { Alert } from '../../contract/alert.ts';
import type { Output } from '../../contract/methods.ts';
import type { Look } from '../output/look.ts';
import { fields, section, table } from '../output/table.ts';
import { counted, localTime, reasonText } from '../output/amounts.ts';
import { notificationTable } from './notification-text.ts';

/** What is said of an alert beside its state. */
const marksOf = (alert: Alert): string =>
  [
    alert.flapping ? 'flapping' : null,
    alert.mutedBy === null ? null : `muted (${alert.mutedBy.kind})`,
    alert.autoAcknowledged ? 'automatically' : null,
  ]
    .filter((mark) => mark !== null)
    .join(', ');

export const alertTable = (alerts: readonly Alert[], look: Look): string =>
  table(
    [
      { heading: 'ID', value: ({ id }) => id },
      { heading: 'SEVERITY', value: ({ severity }) => severity },
      { heading: 'STATE', value: ({ state }) => state },
      { heading: 'SINCE', value: ({ startedAt }) => localTime(startedAt) },
      { heading: 'HOST', value: ({ host }) => host },
      { heading: 'KIND', value: ({ kind }) => kind },
      {
        heading: 'MESSAGE',
        value: (alert) => [marksOf(alert), alert.message].filter((it) => it !== '').join(': '),
      },
    ],
    alerts,
    look,
  );

type AlertDetail = Output<'alerts.get'>;

const pairsText = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

function alertFields(alert: AlertDetail, look: Look): string {
  const { mutedBy } = alert;
  return fields(
    [
      ['Id', alert.id],
      ['State', alert.state],
      ['Severity', alert.severity],
      ['Host', alert.host],
      ['Kind', alert.kind],
      ['Dedup key', alert.dedupKey],
      ['Source', alert.source],
      ['Message', alert.message],
      ['Began', localTime(alert.startedAt)],
      ['Last seen', `${localTime(alert.lastSeenAt)}, ${counted(alert.occurrences, 'report')}`],
      ['Closed', alert.closedAt === null ? null : localTime(alert.closedAt)],
      ['Snoozed until', alert.snoozedUntil === null ? null : localTime(alert.snoozedUntil)],
      ['Ends by itself', alert.endsAt === null ? null : localTime(alert.endsAt)],
      ['Marks', marksOf(alert)],
      ['Muted by', mutedBy === null ? null : reasonText(mutedBy.reason)],
      ['Link', alert.url],
      ['Labels', pairsText(alert.labels)],
      ['Annotations', pairsText(alert.annotations)],
    ],
    look,
  );
}

const whyOf = ({ reason, later }: AlertDetail['explanation'][number]): string =>
  [reason, later].flatMap((part) => (part ? [reasonText(part)] : [])).join(' ');

/** Why each channel was notified or not, one line each. */
const explanationTable = (alert: AlertDetail, look: Look): string =>
  table(
    [
      { heading: 'CHANNEL', value: ({ channelName }) => channelName },
      { heading: 'VERDICT', value: ({ verdict }) => verdict.replace('_', ' ') },
      { heading: 'WHY', value: whyOf },
    ],
    alert.explanation,
    look,
  );

/** Returns one alert whole: what it is, who was notified and why, and what happened when. */
export function alertText(alert: AlertDetail, look: Look): string {
  const timeline = table(
    [
      { heading: 'TIME', value: ({ at }) => localTime(at) },
      { heading: 'WHAT', value: ({ type }) => type },
      { heading: 'BY', value: ({ actor }) => actor },
      { heading: 'DETAIL', value: ({ reason }) => reasonText(reason) },
    ],
    alert.timeline,
    look,
  );
  const notifications =
    alert.notifications.length === 0 ? '' : notificationTable(alert.notifications, look);
  const explained = alert.explanation.length === 0 ? '' : explanationTable(alert, look);
  return (
    alertFields(alert, look) +
    section('Who was notified', explained, look) +
    section('Notifications', notifications, look) +
    section('Timeline', timeline, look)
  );
}
