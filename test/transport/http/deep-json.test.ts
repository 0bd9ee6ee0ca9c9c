import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../main/contract/limits.ts';
import { ADMIN_TOKEN, AppLab } from '../app-lab.ts';
import { send, type Answer } from './fixture.ts';

/** Lists within lists, or objects within objects, as text: no stack has to be as deep. */
const deep = (levels: number, open = '[', close = ']'): string =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;
const deepObject = (levels: number): string => deep(levels, '{"a":', '}');

let lab: AppLab;
beforeAll(async () => {
  lab = await AppLab.start();
  await lab.call('mappedWebhooks.create', {
    name: 'Deep',
    slug: 'deep',
    mapping: { host: 'host', kind: '"k"', status: '"firing"', labels: '$' },
  });
});
afterAll(() => lab[Symbol.asyncDispose]());

const json = (verb: string, path: string, body: string): Promise<Answer> =>
  lab.raw(verb, path, body, 'application/json');

const total = async (): Promise<number> =>
  (await lab.call<{ total: number }>('alerts.list', {})).total;

const LIMIT = `more than ${LIMITS.jsonDepthMax} levels`;

/** Refused with the limit, and nothing of it is stored. */
async function expectRefused(sent: () => Promise<Answer>): Promise<void> {
  const before = await total();
  const answer = await sent();
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
  expect(answer.status, answer.text).toBeLessThan(500);
  expect(answer.text).toContain(LIMIT);
  expect(await total()).toBe(before);
}

describe.each([101, 4_500, 60_000])('JSON that is nested %d levels deep', (levels) => {
  const event = (extra: string): string =>
    `{"host":"nas","kind":"deep-${levels}","status":"firing"${extra}}`;
  const label = `,"labels":{"a":${deep(levels)}}`;

  test.each([
    ['an event', 'POST', '/api/v1/events', event(label)],
    ['an unknown field of an event', 'POST', '/api/v1/events', event(`,"x":${deepObject(levels)}`)],
    ['a list that holds nothing else', 'POST', '/api/v1/events', `[${event(label)}]`],
    ['a job report', 'POST', '/api/v1/jobs', `{"host":"h","job":"backup","x":${deep(levels)}}`],
    ['a channel', 'POST', '/api/v1/channels', `{"kind":"webhook","config":${deepObject(levels)}}`],
    ['settings', 'PATCH', '/api/v1/settings', deepObject(levels)],
    ['a sign-in', 'POST', '/api/v1/session', `{"code":${deep(levels)}}`],
    ['an older dead-letter route', 'POST', '/api/notifications/dlq/retry', deepObject(levels)],
    ['an alert of Prometheus', 'POST', '/api/v2/alerts', `[{"labels":{"a":${deep(levels)}}}]`],
    ['a silence', 'POST', '/api/v2/silences', `{"matchers":${deep(levels)}}`],
    ['a group', 'POST', '/ingest/alertmanager', `{"status":"firing","alerts":[${deep(levels)}]}`],
    [
      'a value of Grafana’s',
      'POST',
      '/ingest/grafana',
      `{"status":"firing","alerts":[{"labels":{"alertname":"A"},"values":${deepObject(levels)}}]}`,
    ],
    [
      'an alert of Alerta',
      'POST',
      '/alert',
      `{"resource":"r","event":"e","attributes":${deepObject(levels)}}`,
    ],
    ['Gotify’s extras', 'POST', '/message', `{"message":"m","extras":${deepObject(levels)}}`],
    ['ntfy’s actions', 'POST', '/', `{"topic":"t","message":"m","actions":[${deep(levels)}]}`],
    ['a notification of Apprise', 'POST', '/notify/k', `{"body":"b","tag":${deep(levels)}}`],
    ['Home Assistant', 'POST', '/ingest/home-assistant', `{"message":"m","x":${deep(levels)}}`],
    ['Shoutrrr', 'POST', '/ingest/shoutrrr', `{"message":"m","x":${deep(levels)}}`],
    ['Proxmox', 'POST', '/ingest/proxmox', `{"title":"t","fields":${deepObject(levels)}}`],
    ['a mapped webhook', 'POST', '/ingest/mapped/deep', `{"host":"h","x":${deep(levels)}}`],
    ['Uptime Kuma', 'POST', '/ingest/uptime-kuma', `{"msg":"m","heartbeat":${deep(levels)}}`],
  ])('is refused as %s', async (_name, verb, path, body) => {
    await expectRefused(() => json(verb, path, body));
  });

  test('is refused in the field of a form', async () => {
    const form = new URLSearchParams({ data: `{"msg":"m","monitor":${deep(levels)}}` });
    await expectRefused(() =>
      lab.raw('POST', '/ingest/uptime-kuma', String(form), 'application/x-www-form-urlencoded'),
    );
  });

  test('is rejected by its index beside neighbours that are stored', async () => {
    const good = `{"host":"nas","kind":"beside-${levels}","status":"firing"}`;
    const answer = await json('POST', '/api/v1/events', `[${good},${event(label)}]`);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({
      accepted: 1,
      results: [
        { action: 'raised' },
        { action: 'rejected', message: expect.stringContaining(LIMIT) as string },
      ],
    });
    const jobs = `[{"host":"h${levels}","job":"check","status":"failed"},{"host":${deep(levels)}}]`;
    expect((await json('POST', '/api/v1/jobs', jobs)).json).toMatchObject({
      accepted: 1,
      results: [{ action: 'raised' }, { action: 'rejected' }],
    });
  });

  test.each([
    ['/api/v2/alerts', (alerts: string) => `[${alerts}]`],
    ['/ingest/alertmanager', (alerts: string) => `{"status":"firing","alerts":[${alerts}]}`],
  ])('keeps no neighbour at %s from being stored', async (path, group) => {
    const before = await total();
    const good = `{"labels":{"alertname":"Beside","at":"${path}","levels":"${levels}"}}`;
    const bad = `{"labels":{"alertname":"Bad"},"x":${deepObject(levels)}}`;
    const answer = await json('POST', path, group(`${bad},${good}`));
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain(`alert 0: is nested ${LIMIT}`);
    expect(await total()).toBe(before + 1);
  });
});

test('what was rejected for its depth is kept for a look, and a replay refuses it again', async () => {
  await lab.call('rejected.clear', {});
  const deepEvent = `{"host":"nas","kind":"k","status":"firing","x":${deep(6_000)}}`;
  await json(
    'POST',
    '/api/v1/events',
    `[${deepEvent},{"host":"nas","kind":"k2","status":"firing"}]`,
  );
  const id = await lab.newestRejected();
  const { body } = await lab.call<{ body: string }>('rejected.get', { id });
  expect(body).toContain('"kind":"k"');
  const replayed = await lab.http('POST', `/api/v1/rejected-input/${id}/replay`, {});
  expect(replayed.status, replayed.text).toBe(200);
  expect(replayed.json).toMatchObject({ accepted: 0 });
});

test('a mapping is previewed on what is too deep with the reason', async () => {
  const mapping = { host: 'host', kind: '"k"', status: '"firing"' };
  const answer = await lab.http('POST', '/api/v1/mapped-webhooks/preview', {
    mapping,
    body: deepObject(5_000),
  });
  expect(answer.json).toMatchObject({ problems: [expect.stringContaining(LIMIT) as string] });
});

test('a configuration that is nested too deep is refused', async () => {
  const answer = await lab.http('POST', '/api/v1/config/preview', { yaml: deep(5_000) });
  expect(answer.status, answer.text).toBe(400);
  expect(answer.text).toContain('nested too deeply');
});

test('as deep as the limit is taken', async () => {
  const answer = await json(
    'POST',
    '/message',
    `{"message":"m","extras":${deepObject(LIMITS.jsonDepthMax - 1)}}`,
  );
  expect(answer.status, answer.text).toBe(200);
});

test('a push with a body that is too deep is refused', async () => {
  const { pingId } = await lab.call<{ pingId: string }>('heartbeats.create', {
    name: 'Deep',
    schedule: { type: 'period', periodMs: 600_000 },
    graceMs: 60_000,
  });
  const answer = await send(lab.app.url ?? '', `/api/push/${pingId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
    body: deepObject(5_000),
  });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(LIMIT);
});
