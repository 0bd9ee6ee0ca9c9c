import {
  NO_LINKS,
  type Delivery,
  type DeliveryLinks,
} from '../../main/channels/channel-adapter.ts';
import { oneLine } from '../../main/domain/message-text.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import type { AlertSnapshot } from '../../main/contract/notification.ts';

/** The moment of all of it; the suite's clock stands there. */
export const NOW = Date.UTC(2026, 0, 15, 12);

const idOf = (number: number): string =>
  `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;

const ALERT: AlertSnapshot = {
  id: idOf(900),
  source: 'api',
  host: 'nas',
  kind: 'backup_failed',
  dedupKey: 'photos',
  severity: 'warning',
  state: 'open',
  message: 'No space left on /srv/photos',
  labels: { disk: 'sda' },
  annotations: { runbook: 'https://wiki.lan/backup' },
  url: 'https://nas.lan/jobs/7',
  startedAt: NOW - 600_000,
  lastSeenAt: NOW - 1_000,
  occurrences: 3,
  acknowledgedAt: null,
  closedAt: null,
};

/** The tokens that make the links of actions work for whoever has them. */
export const ACTION_TOKENS = ['acknowledge-t0ken', 'snooze-t0ken'] as const;

const LINKS: DeliveryLinks = {
  window: `https://belfry.lan/#/alerts/${ALERT.id}`,
  actions: [
    { name: 'acknowledge', url: `https://belfry.lan/act/${ACTION_TOKENS[0]}` },
    { name: 'snooze', url: `https://belfry.lan/act/${ACTION_TOKENS[1]}` },
  ],
};

const delivery = (number: number, over: Partial<Delivery>): Delivery => ({
  notificationId: idOf(number),
  event: 'raised',
  attempt: 1,
  alert: ALERT,
  knownAs: (over.alert ?? ALERT).id,
  overtakenBy: null,
  bundle: null,
  createdAt: NOW - 2_000,
  thread: null,
  links: NO_LINKS,
  loudness: 0,
  wasLouder: false,
  messages: messagesFor('en'),
  templated: null,
  ...over,
});

/** Texts with which a sender could break markup, ping everybody, leave its line or turn the text around. */
const HOSTILE = [
  '@everyone @here @channel <!channel> <@U123> <@&1> @room',
  '**bold** _it_ `code` ```fence``` ~~no~~ ||spoiler|| # head > quote [a](http://evil.lan) ![i](http://evil.lan/i.png)',
  '<script>alert(1)</script> <b>&amp; &lt;</b> <https://evil.lan|Click> \\ " \' {{x}} ${y} %0a',
  'NUL \u0000 bell \u0007 escape \u001b[31m carriage\rreturn delete \u007f',
  'right to left \u202Egnp.exe\u202C \u2066isolated\u2069 zero\u200Bwidth lone \uD800 surrogate',
  'Subject: injected\r\nBcc: evil@evil.lan',
].join('\n');

const hostileAlert: AlertSnapshot = {
  ...ALERT,
  id: idOf(901),
  host: 'nas\r\nX-Evil: 1\u0000 <b>@everyone</b> \u202Etxt',
  kind: 'k*_`[x](http://evil.lan) & <@U1>',
  message: HOSTILE,
  labels: { '__proto__\u0000': HOSTILE, '<b>': '@everyone' },
  url: 'javascript:alert(1)',
};

/** 100 kB of what readers see as single characters and services count as many. */
export const LONG_TEXT = '👩‍👩‍👧‍👦 naïve e\u0301 日本 '.repeat(2_000);

const pictured = (number: number, imageURL: string): AlertSnapshot => ({
  ...ALERT,
  id: idOf(number),
  annotations: { imageURL },
});

const resolvedAlert: AlertSnapshot = { ...ALERT, state: 'resolved', closedAt: NOW };

/** Everything that a destination can be asked to tell, by what it is, in the order in which it is sent. */
export const SAMPLES: Readonly<Record<string, Delivery>> = {
  raised: delivery(1, { links: LINKS }),
  escalated: delivery(2, {
    event: 'escalated',
    alert: { ...ALERT, severity: 'critical' },
    attempt: 2,
    links: LINKS,
  }),
  acknowledged: delivery(3, {
    event: 'acknowledged',
    alert: { ...ALERT, state: 'acknowledged', acknowledgedAt: NOW - 500 },
  }),
  reminder: delivery(4, { event: 'reminder', links: LINKS }),
  resolved: delivery(5, { event: 'resolved', alert: resolvedAlert }),
  informational: delivery(6, {
    alert: { ...ALERT, id: idOf(902), severity: 'info', message: '', url: null },
  }),
  'flapping started': delivery(7, { event: 'flapping_started' }),
  'flapping stopped': delivery(8, { event: 'flapping_stopped', alert: resolvedAlert }),
  group: delivery(9, {
    bundle: {
      kind: 'group',
      members: [
        { event: 'raised', alert: ALERT, overtakenBy: null },
        {
          event: 'raised',
          alert: { ...ALERT, id: idOf(903), dedupKey: 'music', severity: 'critical' },
          overtakenBy: { state: 'resolved', severity: 'critical' },
        },
        { event: 'resolved', alert: { ...resolvedAlert, id: idOf(904) }, overtakenBy: null },
      ],
      knownAs: [ALERT.id, idOf(903), idOf(904)],
    },
  }),
  test: delivery(10, { event: 'test', alert: { ...ALERT, id: idOf(10), url: null } }),
  late: delivery(11, { overtakenBy: { state: 'resolved', severity: 'warning' } }),
  hostile: delivery(12, { alert: hostileAlert, links: LINKS }),
  long: delivery(13, {
    alert: {
      ...ALERT,
      id: idOf(905),
      host: 'h'.repeat(512),
      kind: 'k'.repeat(512),
      message: LONG_TEXT,
    },
    links: LINKS,
  }),
  // What templates make of it is as hostile as the alert: a title in one line, and the rest as it came.
  templated: delivery(14, {
    alert: { ...hostileAlert, id: idOf(906), host: 'nas', kind: 'disk_full', labels: {} },
    templated: { title: oneLine(`Templated: ${HOSTILE}`), body: `Template of ada\n${HOSTILE}` },
  }),
  louder: delivery(15, {
    event: 'reminder',
    alert: { ...ALERT, id: idOf(907), severity: 'critical' },
    loudness: 1,
  }),
  loudest: delivery(16, {
    event: 'reminder',
    alert: { ...hostileAlert, id: idOf(908), severity: 'critical' },
    loudness: 9,
  }),
  'end of the loudest': delivery(17, {
    event: 'resolved',
    alert: { ...resolvedAlert, id: idOf(909), severity: 'critical' },
    wasLouder: true,
  }),
  picture: delivery(18, {
    alert: pictured(910, 'https://grafana.example.org/public/img/a.png?from=now-1h'),
    links: LINKS,
  }),
  'picture in a private network': delivery(19, {
    alert: pictured(911, 'http://grafana.lan/a.png'),
  }),
  'hostile picture': delivery(20, {
    alert: pictured(912, 'https://evil@camera.example.org/a.png)[x]("<script>\\'),
  }),
  'picture that is none': delivery(21, {
    alert: pictured(913, 'javascript:alert(1)//a.png'),
  }),
};
