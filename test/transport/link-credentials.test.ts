import { afterEach, beforeEach, expect, test } from 'vitest';
import { status } from '../support/http-receiver.ts';
import { until } from '../support/until.ts';
import { AppLab } from './app-lab.ts';

/** The credential in every link below. */
const SECRET = 'hunter2hunter2';
const LINK = `https://grafana.lan/d/abc?orgId=1&panel=2&apikey=${SECRET}`;
const CLEAN = 'https://grafana.lan/d/abc?orgId=1&panel=2';
const USER_LINK = `https://ann:${SECRET}@nas.lan/x`;

let lab: AppLab;
beforeEach(async () => {
  lab = await AppLab.start();
  lab.receiver.respond = status(200);
});
afterEach(() => lab[Symbol.asyncDispose]());

const READS = [
  '/api/v1/alerts',
  '/api/v2/alerts',
  '/api/v2/alerts/groups',
  '/api/v1/notifications',
];

/** Everything that whoever may read is shown, and what the receivers got. */
async function shown(): Promise<string> {
  const { items } = await lab.call<{ items: { id: string }[] }>('alerts.list', {});
  const paths = [...READS, ...items.map(({ id }) => `/api/v1/alerts/${id}`)];
  const answers = await Promise.all(paths.map((path) => lab.http('GET', path)));
  return [
    ...answers.map(({ text }) => text),
    ...lab.receiver.received.map(({ body }) => body),
  ].join('\n');
}

const ALERT = {
  labels: { alertname: 'Up', instance: USER_LINK },
  annotations: { summary: `Down, see ${LINK}.`, runbook: USER_LINK },
  generatorURL: LINK,
};
const GRAFANA = { ...ALERT, status: 'firing', startsAt: '2026-01-01T00:00:00Z', silenceURL: LINK };

test.each<[string, string, unknown]>([
  [
    'an event',
    '/api/v1/events',
    {
      host: 'nas',
      kind: 'k',
      status: 'firing',
      message: `See ${LINK}.`,
      url: LINK,
      labels: { probe: USER_LINK },
      annotations: { runbook: LINK },
    },
  ],
  ['Prometheus', '/api/v2/alerts', [ALERT]],
  ['Alertmanager', '/ingest/alertmanager', { version: '4', status: 'firing', alerts: [GRAFANA] }],
  [
    'Grafana',
    '/ingest/grafana',
    {
      status: 'firing',
      alerts: [{ ...GRAFANA, panelURL: LINK, dashboardURL: LINK, imageURL: LINK }],
    },
  ],
  [
    'Alerta',
    '/alert',
    {
      resource: USER_LINK,
      event: 'probe',
      severity: 'major',
      text: `See ${LINK}`,
      value: LINK,
      attributes: { runbook: LINK, moreInfo: `<a href="${LINK}">more</a>` },
    },
  ],
  [
    'Gotify',
    '/message',
    {
      title: `T ${LINK}`,
      message: `See ${LINK}`,
      extras: { 'client::notification': { click: { url: LINK } } },
    },
  ],
  [
    'Discord',
    '/api/webhooks/1/named',
    {
      username: `U ${LINK}`,
      content: `See ${LINK}`,
      embeds: [{ title: LINK, url: LINK, image: { url: LINK }, description: `[more](${LINK})` }],
    },
  ],
  [
    'Slack',
    '/services/T0/B0/named',
    {
      text: `See <${LINK}|it>`,
      attachments: [{ title: 'T', title_link: LINK, text: LINK, image_url: LINK }],
    },
  ],
  ['ntfy', '/', { topic: 'nas', message: `See ${LINK}`, click: LINK, attach: LINK }],
  ['Apprise', '/notify/key', { title: LINK, body: `See ${LINK}`, type: 'failure' }],
])('%s loses the credentials of its links, and nothing else of them', async (_, path, body) => {
  await lab.channel();
  expect([200, 201, 204]).toContain((await lab.http('POST', path, body)).status);
  await until(() => lab.receiver.received.length > 0, 'the notification arrives');
  const all = await shown();
  expect(all).not.toContain(SECRET);
  expect(all).toContain(CLEAN);
});

test('the end of a condition that was named by a link finds it', async () => {
  const event = { host: USER_LINK, kind: 'probe', dedupKey: LINK };
  await lab.http('POST', '/api/v1/events', { ...event, status: 'firing' });
  const { json } = await lab.http('POST', '/api/v1/events', { ...event, status: 'resolved' });
  expect(json).toMatchObject({ results: [{ action: 'resolved' }] });
  expect(await shown()).not.toContain(SECRET);
});

test('what a ping brings along loses them too', async () => {
  const { pingId, id } = await lab.call<{ pingId: string; id: string }>('heartbeats.create', {
    name: 'nightly',
    schedule: { type: 'period', periodMs: 3_600_000 },
    graceMs: 60_000,
  });
  await lab.raw('POST', `/ping/${pingId}/fail`, `failed at ${LINK}`, 'text/plain');
  const heartbeat = JSON.stringify(await lab.call('heartbeats.get', { id }));
  expect(heartbeat).toContain(CLEAN);
  expect(`${heartbeat}${await shown()}`).not.toContain(SECRET);
});
