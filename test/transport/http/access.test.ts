import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFailure } from './failure-shape.ts';
import { ADMIN_TOKEN, StubbedHost } from './fixture.ts';

const ID = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';
const EVENT = { host: 'nas', kind: 'disk', status: 'firing' };

let host: StubbedHost;
beforeAll(async () => {
  host = await new StubbedHost().start();
});
afterAll(() => host.stop());

describe('tokens', () => {
  test('none is 401 and says how to send one', async () => {
    const answer = await host.send('/api/v1/alerts');
    expectFailure(answer, 'unauthenticated');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="Belfry"');
  });

  test.for([
    'Bearer bf_unknown',
    'Bearer ',
    'Bearer',
    `Token ${ADMIN_TOKEN}`,
    `Basic ${Buffer.from(`x:${ADMIN_TOKEN}`).toString('base64')}`,
    '',
  ])('"%s" is 401', async (authorization) => {
    const answer = await host.send('/api/v1/alerts', { headers: { authorization } });
    expectFailure(answer, 'unauthenticated');
  });

  test('the scheme is written in any case', async () => {
    const headers = { authorization: `bEARER ${ADMIN_TOKEN}` };
    expect((await host.send('/api/v1/alerts', { headers })).status).toBe(200);
  });

  test.for([
    ['ingest', 200, 403, 403, 403],
    ['read', 403, 200, 403, 403],
    ['operate', 200, 200, 200, 403],
    ['admin', 200, 200, 200, 200],
  ] as const)(
    'scope %s: ingest %d, read %d, operate %d, admin %d',
    async ([scope, ...expected]) => {
      const token = await host.newToken(scope);
      const answers = [
        await host.call('POST', '/api/v1/events', token, EVENT),
        await host.call('GET', '/api/v1/alerts', token),
        await host.call('POST', `/api/v1/notifications/${ID}/requeue`, token),
        await host.call('GET', '/api/v1/tokens', token),
      ];
      expect(answers.map((answer) => answer.status)).toEqual(expected);
      for (const answer of answers) if (answer.status === 403) expectFailure(answer, 'forbidden');
    },
  );

  test('a caller is named after its token and carries its source', async () => {
    const token = await host.newToken('operate', 'proxmox');
    await host.call('GET', '/api/v1/alerts', token);
    expect(host.asked.at(-1)?.caller).toMatchObject({
      actor: expect.stringMatching(/^token:operate /) as string,
      scope: 'operate',
      source: 'proxmox',
    });
  });

  test('a deleted token is refused at once', async () => {
    const created = await host.call('POST', '/api/v1/tokens', ADMIN_TOKEN, {
      name: 'short-lived',
      scope: 'read',
    });
    const { id, token } = created.json as { id: string; token: string };
    expect((await host.call('GET', '/api/v1/alerts', token)).status).toBe(200);
    expect((await host.call('DELETE', `/api/v1/tokens/${id}`)).status).toBe(200);
    expectFailure(await host.call('GET', '/api/v1/alerts', token), 'unauthenticated');
    expectFailure(await host.call('DELETE', `/api/v1/tokens/${id}`), 'not_found');
  });

  test('a name is given once', async () => {
    const body = { name: 'twice', scope: 'read' };
    expect((await host.call('POST', '/api/v1/tokens', ADMIN_TOKEN, body)).status).toBe(201);
    expectFailure(await host.call('POST', '/api/v1/tokens', ADMIN_TOKEN, body), 'name_taken');
  });

  test('strangers are refused before their body is read', async () => {
    const answer = await host.send('/api/v1/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '1048577' },
    });
    expectFailure(answer, 'unauthenticated');
  });
});

describe('Host', () => {
  const name = hostname().toLowerCase();
  test.for([
    'localhost',
    'localhost:8377',
    '127.0.0.1:8377',
    '192.168.1.20',
    '[::1]:8377',
    '[fd00::1]',
    name,
    `${name.split('.')[0] ?? name}.local:8377`,
    'belfry.example',
    'BELFRY.example:443',
  ])('%s passes', async (value) => {
    expect((await host.send('/', { headers: { host: value } })).status).toBe(200);
  });

  test.for([
    'evil.example',
    'evil.example:8377',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'notbelfry.example',
  ])('"%s" is 421 and names the flag', async (value) => {
    for (const path of ['/', '/api/v1/alerts', '/healthz']) {
      const answer = await host.send(path, { headers: { host: value } });
      expectFailure(answer, 'misdirected');
      expect(answer.text).toContain('--allowed-host');
    }
  });

  test('is not looked at when a token is sent', async () => {
    const answer = await host.send('/api/v1/alerts', {
      headers: { host: 'belfry.behind.a.proxy', authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    expect(answer.status).toBe(200);
  });

  test('a rebound name gets nowhere with a session either', async () => {
    const cookie = await host.cookie();
    const answer = await host.send('/api/v1/alerts', { headers: { host: 'evil.example', cookie } });
    expectFailure(answer, 'misdirected');
  });
});

describe('Origin', () => {
  const ours = () => new URL(host.url).host;

  test('our own page passes', async () => {
    const cookie = await host.cookie();
    const headers = { cookie, origin: `http://${ours()}` };
    expect((await host.send('/api/v1/alerts', { headers })).status).toBe(200);
  });

  test.for([
    'http://evil.example',
    'https://127.0.0.1',
    'http://127.0.0.1:1',
    'null',
    'file://',
    '',
  ])('"%s" is refused, whatever the credentials', async (origin) => {
    const cookie = await host.cookie();
    for (const credentials of [{ cookie }, { authorization: `Bearer ${ADMIN_TOKEN}` }, {}]) {
      const answer = await host.send('/api/v1/alerts', { headers: { origin, ...credentials } });
      expectFailure(answer, 'forbidden');
    }
  });

  test('a foreign page may not even ask whether it could', async () => {
    const answer = await host.send('/api/v1/events', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expectFailure(answer, 'forbidden');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});
