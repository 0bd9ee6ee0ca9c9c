import type { Alert } from '../../contract/alert.ts';
import type { Output } from '../../contract/methods.ts';
import type { SavedView } from '../../contract/saved-view.ts';
import type { Messages } from '../../messages/messages.ts';
import { renderActor, renderAlertText } from '../../messages/reasons.ts';
import { localTime, sentence, type Look } from '../output/look.ts';
import { fields, moments, named, section, type Column } from '../output/table.ts';
import { NOTIFICATION_COLUMNS } from './notification-text.ts';

/** Returns what is noteworthy of an alert beside its state. */
const flagsOf = (messages: Messages, { flapping, mutedBy, autoAcknowledged }: Alert): string =>
  [
    flapping ? messages.text('cli.alerts.show.flapping') : null,
    mutedBy === null ? null : messages.text('alerts.mark.muted', { kind: mutedBy.kind }),
    autoAcknowledged ? messages.text('cli.alerts.show.automatically') : null,
  ]
    .filter((flag) => flag !== null)
    .join(', ');

export const VIEW_COLUMNS: readonly Column<SavedView>[] = [
  'name',
  { heading: 'search', value: ({ params }) => params.q ?? null },
  { heading: 'tab', value: ({ params }) => params.tab ?? null },
  { heading: 'groupedBy', value: ({ params }) => params.group ?? null },
];

export const ALERT_COLUMNS: readonly Column<Alert>[] = [
  'id',
  'severity',
  'state',
  moments('since', 'startedAt'),
  'host',
  'kind',
  {
    heading: 'message',
    value: (alert, messages) =>
      [flagsOf(messages, alert), renderAlertText(messages, alert)]
        .filter((it) => it !== '')
        .join(': '),
  },
];

type AlertDetail = Output<'alerts.get'>;

const EXPLANATION: readonly Column<AlertDetail['explanation'][number]>[] = [
  { heading: 'channel', value: ({ channelName }) => channelName },
  {
    heading: 'verdict',
    value: ({ verdict }, messages) => messages.text(`cli.verdict.${verdict}`),
    code: ({ verdict }) => verdict,
  },
  {
    heading: 'reason',
    value: ({ reason, later }, messages) =>
      `${sentence(messages, reason)} ${sentence(messages, later)}`.trim(),
  },
];

const TIMELINE: readonly Column<AlertDetail['timeline'][number]>[] = [
  moments('time', 'at'),
  { heading: 'event', value: ({ type }) => type },
  { heading: 'by', value: ({ actor }, messages) => renderActor(messages, actor) },
  { heading: 'detail', value: ({ reason }, messages) => sentence(messages, reason) },
];

const pairsText = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

/** Returns one alert whole: what it is, who was notified and why, and its timeline. */
export function alertText(alert: AlertDetail, look: Look): string {
  const { mutedBy, occurrences: count } = alert;
  const { messages } = look;
  const lastSeen = { at: localTime(alert.lastSeenAt), count };
  const shown = fields(
    [
      ...named(alert, 'id', 'state', 'severity', 'host', 'kind', 'dedupKey', 'source', 'message'),
      ['started', localTime(alert.startedAt)],
      ['lastSeen', messages.text('cli.alerts.show.lastSeen', lastSeen)],
      ['closed', localTime(alert.closedAt)],
      ['snoozedUntil', localTime(alert.snoozedUntil)],
      ['autoResolves', localTime(alert.endsAt)],
      ['flags', flagsOf(messages, alert)],
      ['suppressedBy', sentence(messages, mutedBy?.reason ?? null)],
      ['link', alert.url],
      ['labels', pairsText(alert.labels)],
      ['annotations', pairsText(alert.annotations)],
    ],
    look,
  );
  return [
    shown,
    section(messages.text('cli.alerts.show.notified'), EXPLANATION, alert.explanation, look),
    section(
      messages.text('cli.alerts.show.notifications'),
      NOTIFICATION_COLUMNS,
      alert.notifications,
      look,
    ),
    section(messages.text('cli.alerts.show.timeline'), TIMELINE, alert.timeline, look),
  ].join('');
}
