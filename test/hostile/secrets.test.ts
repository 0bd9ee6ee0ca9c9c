/** @module-tag slow */
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { channelKind, type ChannelKind } from '../../main/contract/channel-kind.ts';
import { METHODS, METHOD_NAMES } from '../../main/contract/methods.ts';
import { STREAM_PATH } from '../../main/transport/http/stream.ts';
import type { ChannelCase, FakeService } from '../channels/channel-case.ts';
import { HTTP_LIMITS } from '../../main/transport/http/http-limits.ts';
import { Lab, TOKEN } from '../cli/lab.ts';
import { until } from '../support/until.ts';

/**
 * A canary in every secret field of every kind of channel and in every credential of a sender, over one real
 * host. Receivers quote all that they were sent. Then everything that the program wrote anywhere is searched.
 */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Their services are no server of the test's own, so nothing may be sent to them. */
const UNSENT: ReadonlySet<ChannelKind> = new Set(['pushover', 'desktop']);

const CANARY = {
  user: 'c4nary-us3r',
  password: 'c4nary~p4ssw0rd',
  beat: 'c4nary-heartb3at-path',
  passphrase: 'c4nary passphras3 of the export',
  query: 'c4nary-qu3ry-t0ken',
  key: 'c4nary-g0tify-k3y',
};

let lab: Lab;
let services: FakeService[];
let canaries: string[];
/** The output of the process so far; `pushed` is that of the stream. */
let said = '';
let pushed = '';
let stream: WebSocket;

const call = async <T>(verb: string, path: string, body?: unknown): Promise<T> => {
  const answer = await lab.server.call(verb, path, body);
  if (answer.status >= 300) throw new Error(`${verb} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
};

/** Fetches a text with the admin token. */
const read = async (path: string): Promise<string> =>
  (await fetch(lab.server.url + path, { headers: { authorization: `Bearer ${TOKEN}` } })).text();

async function addChannel(kind: ChannelKind): Promise<FakeService> {
  const found = (await import(`../channels/cases/${kind}.ts`)) as Record<string, ChannelCase>;
  const service = await Object.values(found)[0]!.start();
  service.play('echo');
  const enabled = !UNSENT.has(kind);
  const retry = { baseMs: 10, capMs: 1_000, maxAttempts: 2, jitter: false };
  await call('POST', '/api/v1/channels', {
    kind,
    name: kind,
    config: service.config,
    enabled,
    retry,
  });
  return service;
}

/** A sender's credentials, right and wrong, wherever senders put them, beside bodies that cannot be read. */
async function sendWithCredentials(token: string): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const post = (path: string, headers: Record<string, string>, body: string) =>
    fetch(lab.server.url + path, { method: 'POST', headers: { ...json, ...headers }, body });
  for (const secret of [token, CANARY.query]) {
    await post(`/ingest/uptime-kuma?token=${secret}`, {}, '{"msg":7}');
    await post('/message', { 'x-gotify-key': secret }, '{"message":7}');
    await post('/message', { 'x-gotify-key': CANARY.key }, '{');
    for (const path of [
      `services/T0/B0/${secret}`,
      `hooks/${secret}`,
      `hooks/1/${secret}`,
      `api/webhooks/1/${secret}`,
    ]) {
      await post(`/${path}`, {}, '{"text":');
      await post(`/${path}/elsewhere`, {}, '{}');
    }
    await post('/alert', { authorization: `Key ${secret}` }, '{"resource":7}');
    await post(`/api/alert?api-key=${secret}`, {}, '{"resource":7}');
    await post('/api/v1/events', { authorization: `Bearer ${secret}` }, '{');
    await fetch(`${lab.server.url}/ping/${secret}/no-such-job`);
    await fetch(`${lab.server.url}/api/push/${secret}`);
    await post(`/notify/${secret}`, {}, '{"nobody":1}');
  }
  // Enough of them for a line of the log.
  for (let n = 0; n < HTTP_LIMITS.failuresPerWindowMax; n += 1) {
    const headers = { authorization: `Bearer ${CANARY.query}` };
    await fetch(`${lab.server.url}/api/v1/alerts`, { headers });
  }
  const link = `https://${CANARY.user}:${CANARY.password}@nas.lan/job?token=${CANARY.query}`;
  const event = { host: 'nas', kind: 'with_link', status: 'firing', url: link };
  await post('/api/v1/events', { authorization: `Bearer ${token}` }, JSON.stringify(event));
}

/** Waits until each channel that may send has a dead letter, whose failure quotes its receiver. */
async function failed(): Promise<string[]> {
  for (;;) {
    const { data } = await call<{ data: { id: string; channelName: string }[] }>(
      'GET',
      '/api/v1/notifications?status=dead,failed&per_page=500',
    );
    const names = new Set(data.map(({ channelName }) => channelName));
    if (names.size >= channelKind.options.length - UNSENT.size) return data.map(({ id }) => id);
  }
}

beforeAll(async () => {
  lab = await Lab.start();
  for (const output of [lab.server.child.stderr, lab.server.child.stdout]) {
    output?.on('data', (chunk: Buffer | string) => (said += String(chunk)));
  }
  stream = new WebSocket(lab.server.url.replace('http', 'ws') + STREAM_PATH, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  stream.on('message', (data: Buffer) => (pushed += data.toString()));
  await once(stream, 'open');
  services = [];
  for (const kind of channelKind.options) services.push(await addChannel(kind));
  const url = `${lab.receiver.url}/${CANARY.beat}?key=${CANARY.query}`;
  await call('PATCH', '/api/v1/settings', { outboundHeartbeat: { url } });
  const { token } = await call<{ token: string }>('POST', '/api/v1/tokens', {
    ...{ name: 'sender', scope: 'ingest' },
  });
  const link = await call<{ url: string }>('POST', '/api/v1/session/link', {});
  await sendWithCredentials(token);
  canaries = [
    ...services.flatMap(({ secrets }) => secrets),
    ...Object.values(CANARY),
    token,
    TOKEN,
    link.url.split('/').at(-1) ?? '',
  ];
});
afterAll(async () => {
  stream.terminate();
  for (const service of services) {
    await service.adapter.close?.();
    await service[Symbol.asyncDispose]();
  }
  await lab[Symbol.asyncDispose]();
});

/** The canaries in a text, in any case of letters. */
const found = (text: string): string[] => {
  const lower = text.toLowerCase();
  return canaries.filter((canary) => lower.includes(canary.toLowerCase()));
};

test('no answer of the API shows a secret', async () => {
  const ids = await failed();
  const lists = METHOD_NAMES.map((name) => METHODS[name].http)
    .filter(({ verb, path }) => verb === 'GET' && !path.includes(':'))
    .map(({ path }) => path);
  expect(lists.length).toBeGreaterThan(20);
  const { items: alerts } = await call<{ items: { id: string }[] }>('GET', '/api/v1/alerts');
  const { items: channels } = await call<{ items: { id: string }[] }>('GET', '/api/v1/channels');
  const { items: rejected } = await call<{ items: { id: string }[] }>(
    'GET',
    '/api/v1/rejected-input',
  );
  expect(rejected.length).toBeGreaterThan(0);
  const paths = [
    ...lists,
    ...['/metrics', '/api/notifications/dlq', '/api/v2/alerts', '/api/v2/status', '/'],
    ...ids.map((id) => `/api/v1/notifications/${id}`),
    ...alerts.map(({ id }) => `/api/v1/alerts/${id}`),
    ...channels.map(({ id }) => `/api/v1/channels/${id}`),
    ...rejected.map(({ id }) => `/api/v1/rejected-input/${id}`),
  ];
  for (const path of paths) expect([path, found(await read(path))]).toEqual([path, []]);
});

test('no export shows a secret, with a passphrase neither', async () => {
  for (const input of [{}, { passphrase: CANARY.passphrase }]) {
    const { yaml } = await call<{ yaml: string }>('POST', '/api/v1/config/export', input);
    expect(yaml).toContain('outboundHeartbeat');
    expect(found(yaml)).toEqual([]);
    const preview = await call('POST', '/api/v1/config/preview', { yaml, ...input });
    expect(found(JSON.stringify(preview))).toEqual([]);
  }
});

test('no command shows a secret', async () => {
  const [id = ''] = await failed();
  for (const args of [
    ['status'],
    ['channels', 'list'],
    ['dead-letters', 'list'],
    ['notifications', 'show', id],
    ['settings', 'list'],
    ['sessions', 'list'],
    ['export'],
  ]) {
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = await lab.cli(...args, ...more);
      expect([args, found(stdout + stderr)]).toEqual([args, []]);
    }
  }
});

test('no error quotes a secret that it was given', async () => {
  const secret = CANARY.password;
  for (const [path, body] of [
    ['/api/v1/channels', { kind: 'webhook', name: 'w', config: { url: secret } }],
    ['/api/v1/channels', { kind: 'webhook', name: 'w', config: { url: 7, secret } }],
    ['/api/v1/channels', { kind: 'smtp', name: 'w', config: { password: [secret] } }],
    ['/api/v1/channels', { kind: 'telegram', name: 'w', config: { token: `${secret} ` } }],
    ['/api/v1/session', { code: secret }],
    ['/api/v1/config/preview', { yaml: `channels: ${secret}`, passphrase: secret }],
  ] as const) {
    const { status, body: answer } = await lab.server.call('POST', path, body);
    expect(status).toBeGreaterThanOrEqual(400);
    const shown = JSON.stringify(answer);
    expect([path, path.includes('preview') ? [] : found(shown)]).toEqual([path, []]);
  }
});

test('no push message and no line of the log shows a secret', async () => {
  await failed();
  expect(pushed).toContain('"hello"');
  expect(found(pushed)).toEqual([]);
  await until(() => said !== '', 'a line of the log');
  expect(found(said)).toEqual([]);
});

test('no file in the data directory holds a secret in clear', async () => {
  await call('POST', '/api/v1/backups', {});
  const files = readdirSync(lab.dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(lab.dataDir, name))
    .filter((path) => statSync(path).isFile());
  expect(files.filter((path) => path.includes('backup'))).not.toEqual([]);
  expect(files.filter((path) => path.endsWith('-wal'))).not.toEqual([]);
  for (const path of files) {
    expect([path, found(readFileSync(path, 'latin1'))]).toEqual([path, []]);
  }
});
