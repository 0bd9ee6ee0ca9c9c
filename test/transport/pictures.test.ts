import { afterEach, beforeEach, expect, test } from 'vitest';
import { json } from '../channels/http-fake.ts';
import { until } from '../support/until.ts';
import { AppLab } from './app-lab.ts';

const PICTURE = 'https://grafana.example.org/a.png';

let lab: AppLab;
beforeEach(async () => {
  lab = await AppLab.start();
  lab.receiver.respond = json(200, { id: 'a' });
});
afterEach(() => lab[Symbol.asyncDispose]());

test.each<[string, string, unknown]>([
  [
    'Grafana',
    '/ingest/grafana',
    {
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Up' },
          annotations: {},
          startsAt: '2026-01-01T00:00:00Z',
          imageURL: PICTURE,
        },
      ],
    },
  ],
  [
    'Grafana’s contact point for an Alertmanager',
    '/api/v2/alerts',
    [{ labels: { alertname: 'Up' }, annotations: { image: PICTURE } }],
  ],
  [
    'an event',
    '/api/v1/events',
    { host: 'nas', kind: 'k', status: 'firing', annotations: { imageURL: PICTURE } },
  ],
  ['ntfy', '/', { topic: 'nas', message: 'm', attach: PICTURE }],
  [
    'Gotify',
    '/message',
    { message: 'm', extras: { 'client::notification': { bigImageUrl: PICTURE } } },
  ],
  [
    'Discord',
    '/api/webhooks/1/named',
    { embeds: [{ description: 'm', thumbnail: { url: PICTURE } }] },
  ],
  [
    'Slack',
    '/services/T0/B0/named',
    { text: 'm', blocks: [{ type: 'image', image_url: PICTURE, alt_text: 'a' }] },
  ],
])('a picture of %s reaches a channel that shows pictures', async (_, path, body) => {
  await lab.call('channels.create', {
    kind: 'ntfy',
    name: 'Phone',
    config: { server: lab.receiver.url, topic: 'belfry' },
  });
  expect([200, 201, 204]).toContain((await lab.http('POST', path, body)).status);
  await until(() => lab.receiver.received.length > 0, 'the notification arrives');
  expect(JSON.parse(lab.receiver.received[0]?.body ?? '')).toMatchObject({ attach: PICTURE });
});
