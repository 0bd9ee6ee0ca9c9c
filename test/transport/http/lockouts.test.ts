import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { networkOf } from '../../../main/transport/http/failure-limit.ts';
import { ActionLab } from './action-lab.ts';
import { ADMIN_TOKEN } from '../app-lab.ts';
import type { Answer, Send } from './fixture.ts';

let lab: ActionLab;
beforeAll(async () => {
  lab = await ActionLab.start();
  await lab.lab.call('settings.update', { stormEnabled: false });
});
afterAll(() => lab[Symbol.asyncDispose]());

const ask = (method: string, path: string, options: Send = {}): Promise<Answer> =>
  lab.request(method, path, options);

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const basic = (password: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` },
});
const json = (body: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const messageFor = (headers: Record<string, string>) => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message: 'The backup is done.' }),
});

const newCode = async (): Promise<string> => {
  const { url } = await lab.lab.call<{ url: string }>('session.link', {});
  return url.split('/#/sign-in/')[1] ?? '';
};
const redeem = (code: string) => ask('POST', '/api/v1/session', json({ code }));
const newToken = async (scope: string): Promise<string> =>
  (await lab.lab.call<{ token: string }>('tokens.create', { name: randomUUID(), scope })).token;
const newHeartbeat = async (): Promise<string> => {
  const schedule = { type: 'period', periodMs: 3_600_000 };
  const input = { name: randomUUID(), slug: randomUUID(), schedule, graceMs: 60_000 };
  return (await lab.lab.call<{ pingId: string }>('heartbeats.create', input)).pingId;
};
const cookieName = async (): Promise<string> =>
  (await redeem(await newCode())).headers['set-cookie']?.[0]?.split('=')[0] ?? '';

/** Fails in one kind of credential, as a stranger or a forgotten script does. */
const FAILURES: Readonly<Record<string, () => Promise<Answer>>> = {
  'an action link': () => ask('GET', '/act/x'),
  'a pressed action link': () => ask('POST', '/act/x'),
  'a deleted heartbeat': () => ask('GET', '/ping/c2a9e0a4-6d0e-4c62-9b6a-0d9d4b7f3e55'),
  'a wrong ping key': () => ask('GET', '/ping/wrong-key/nightly'),
  'a deleted push monitor': () => ask('GET', '/api/push/c2a9e0a4-6d0e-4c62-9b6a-0d9d4b7f3e55'),
  'a bearer token': () => ask('GET', '/api/v1/alerts', bearer('wrong')),
  'a basic password': () => ask('GET', '/metrics', basic('wrong')),
  'a gotify key': () => ask('POST', '/message', messageFor({ 'x-gotify-key': 'wrong' })),
  'a token in the query': () => ask('POST', '/message?token=wrong', messageFor({})),
  'a session cookie': async () =>
    ask('GET', '/api/v1/alerts', { headers: { cookie: `${await cookieName()}=wrong` } }),
  'a sign-in code': () => redeem('wrong'),
};

/** Comes with a right credential from the same address. */
const RIGHT: Readonly<Record<string, () => Promise<Answer>>> = {
  'the admin token': () => ask('GET', '/api/v1/tokens', bearer(ADMIN_TOKEN)),
  'the admin token as a basic password': () => ask('GET', '/metrics', basic(ADMIN_TOKEN)),
  'a read token': async () => ask('GET', '/api/v1/alerts', bearer(await newToken('read'))),
  'a gotify key': async () =>
    ask('POST', '/message', messageFor({ 'x-gotify-key': await newToken('ingest') })),
  'a sign-in code': async () => redeem(await newCode()),
  'a session cookie': async () => {
    const cookie = (await redeem(await newCode())).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    return ask('GET', '/api/v1/alerts', { headers: { cookie } });
  },
  'a ping address': async () => ask('GET', `/ping/${await newHeartbeat()}`),
  'a push address': async () => ask('GET', `/api/push/${await newHeartbeat()}?status=up`),
  'an action link': async () => ask('POST', (await lab.raised(randomUUID())).acknowledge),
};

describe.each(Object.entries(FAILURES))('forty failures of %s', (_kind, failure) => {
  test('are soon answered with 429, or as 401 by a format that knows no other word', async () => {
    for (let n = 0; n < 39; n += 1) expect([401, 404, 429]).toContain((await failure()).status);
    expect([401, 429]).toContain((await failure()).status);
  });

  test.each(Object.entries(RIGHT))('refuse nothing to %s', async (_name, come) => {
    expect((await come()).status).toBe(200);
  });

  test('refuse no stream', async () => {
    const { port } = new URL(lab.lab.app.url ?? '');
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`,
    );
    const head = await new Promise<string>((resolve, reject) => {
      socket.once('data', (data: Buffer) => resolve(data.toString()));
      socket.once('error', reject);
    });
    socket.destroy();
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
  });
});

test('failures of one kind are no failures of another', async () => {
  await using fresh = await ActionLab.start();
  for (let n = 0; n < 40; n += 1) await fresh.request('GET', '/act/x');
  expect((await fresh.request('GET', '/api/v1/alerts', bearer('wrong'))).status).toBe(401);
  expect((await fresh.request('GET', `/ping/${randomUUID()}`)).status).toBe(404);
  expect((await fresh.request('GET', '/metrics', basic('wrong'))).status).toBe(401);
  expect((await fresh.request('POST', '/api/v1/session', json({ code: 'wrong' }))).status).toBe(
    401,
  );
});

test.each([
  ['10.0.0.7', '10.0.0.7'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('failures of %s count for %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
