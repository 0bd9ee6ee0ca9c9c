/** @module-tag slow */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN } from '../transport/app-lab.ts';
import { AttackLab } from './attack-lab.ts';

/** Requests that mean one thing to a check and another to what follows it: pollution, paths, names, smuggling. */

let lab: AttackLab;
beforeAll(async () => {
  lab = await AttackLab.start();
});
afterAll(() => lab[Symbol.asyncDispose]());
afterEach(async () => {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(await lab.isWell()).toBe(true);
});

const AUTHORIZATION = `Authorization: Bearer ${ADMIN_TOKEN}`;

describe('prototype pollution', () => {
  const POLLUTED = '{"polluted":"yes","scope":"admin"}';
  test.each([
    [
      'an event',
      '/api/v1/events',
      `{"host":"nas","kind":"p","status":"firing","__proto__":${POLLUTED}}`,
    ],
    [
      'labels',
      '/api/v1/events',
      '{"host":"nas","kind":"p","status":"firing","labels":{"__proto__":"yes","constructor":"yes","prototype":"yes"}}',
    ],
    [
      'labels of Prometheus',
      '/api/v2/alerts',
      '[{"labels":{"alertname":"p","__proto__":"yes","constructor":"yes"},"annotations":{"__proto__":"yes"}}]',
    ],
    [
      'settings',
      '/api/v1/settings',
      `{"__proto__":${POLLUTED},"constructor":{"prototype":${POLLUTED}}}`,
    ],
    [
      'a channel',
      '/api/v1/channels',
      `{"kind":"__proto__","name":"p","config":{"__proto__":${POLLUTED}}}`,
    ],
    [
      'a kind that every object has',
      '/api/v1/channels',
      '{"kind":"constructor","name":"p","config":{}}',
    ],
    ['a scope that every object has', '/api/v1/tokens', '{"name":"p","scope":"constructor"}'],
    ['Gotify extras', '/message', `{"message":"m","extras":{"__proto__":${POLLUTED}}}`],
  ])('by %s', async (_name, path, body) => {
    const answer = await lab.request(path === '/api/v1/settings' ? 'PATCH' : 'POST', path, {
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status, answer.text).toBeLessThan(500);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'by a query called %s',
    async (name) => {
      const answer = await lab.request('GET', `/api/v1/alerts?${name}=1&${name}[polluted]=yes`);
      expect(answer.status, answer.text).toBe(400);
    },
  );

  test('a label called __proto__ is left out, and the others stay', async () => {
    const labels = '{"__proto__":"yes","disk":"sda"}';
    const body = `{"host":"nas","kind":"proto_label","status":"firing","labels":${labels}}`;
    expect((await lab.json('/api/v1/events', body)).status).toBe(200);
    const { text } = await lab.request('GET', '/api/v1/alerts?kind=proto_label');
    expect(text).toContain('"labels":{"disk":"sda"}');
  });
});

describe('what is said twice', () => {
  test('keys of JSON: the last one counts, for the check and for what follows', async () => {
    const body = '{"host":"nas","kind":"twice_first","status":"firing","kind":"twice_last"}';
    expect((await lab.json('/api/v1/events', body)).status).toBe(200);
    expect([await lab.alertsOf('twice_first'), await lab.alertsOf('twice_last')]).toEqual([0, 1]);
  });

  test.each(['limit=1&limit=2', 'limit[]=1', 'limit[a]=1', 'q=a&q=b', 'state=open&state[]=x'])(
    'a query such as %s is refused, never guessed',
    async (query) => {
      expect((await lab.request('GET', `/api/v1/alerts?${query}`)).status).toBe(400);
    },
  );

  test('Authorization headers: a wrong one first is not helped by a right one behind it', async () => {
    const { statuses } = await lab.raw(
      `GET /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${'x'.repeat(43)}\r\n${AUTHORIZATION}\r\nConnection: close\r\n\r\n`,
    );
    expect(statuses).toEqual([401]);
  });
});

test.each([
  ['X-HTTP-Method-Override', '/api/v1/sessions'],
  ['X-HTTP-Method', '/api/v1/sessions'],
  ['X-Method-Override', '/api/v1/sessions'],
  ['X-Original-URL', '/healthz'],
  ['X-Rewrite-URL', '/healthz'],
])('a method or path override by %s does nothing', async (header, path) => {
  await lab.lab.cookie('overridden');
  const count = async () =>
    (await lab.lab.call<{ items: unknown[] }>('sessions.list', {})).items.length;
  const before = await count();
  const value = path === '/healthz' ? '/api/v1/tokens' : 'DELETE';
  const { status, text } = await lab.request('GET', `${path}?_method=DELETE`, {
    headers: { [header]: value },
  });
  expect([200, 400]).toContain(status);
  expect(text).not.toContain('"scope"');
  expect(await count()).toBe(before);
});

describe('paths that lead around the guard', () => {
  const PATHS = [
    '/api/v1/../v1/tokens',
    '/healthz/../api/v1/tokens',
    '/assets/../api/v1/tokens',
    '/api/v1/%2e%2e/v1/tokens',
    '/api%2fv1%2ftokens',
    '/api/v1/tokens%2f',
    '/api/v1/tokens%00',
    '/api/v1/tokens;a=b',
    '/api/v1/tokens/.',
    '//api/v1/tokens',
    '/api//v1/tokens',
    '/api\\v1\\tokens',
    '/API/V1/TOKENS',
    '/api/v1/tokens#',
    '/api/v1/tokens?a#/healthz',
    '/./api/v1/tokens',
    '/%61pi/v1/tokens',
    'http://localhost/api/v1/tokens',
    '*',
  ];
  const request = (path: string, more = '') =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}Connection: close\r\n\r\n`;

  test.each(PATHS)('%s lets no stranger in', async (path) => {
    const { statuses, text } = await lab.raw(request(path));
    expect(statuses).toHaveLength(1);
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(statuses[0]).toBeLessThan(500);
    expect(text).not.toContain('"items"');
  });

  test.each(PATHS)('%s gives a token for events no more than it may', async (path) => {
    const { token } = await lab.lab.call<{ token: string }>('tokens.create', {
      name: path,
      scope: 'ingest',
    });
    const { text } = await lab.raw(request(path, `Authorization: Bearer ${token}\r\n`));
    expect(text).not.toContain('"items"');
  });

  test.each([
    '/assets/../secret.key',
    '/assets/..%2fsecret.key',
    '/assets/%2e%2e/belfry.db',
    '/assets/..\\belfry.db',
    '/assets//etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/assets/%252e%252e/secret.key',
    '/assets/index.html%00.js',
  ])('%s leads to no file', async (path) => {
    const { statuses, text } = await lab.raw(request(path));
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(text).not.toMatch(/SQLite format|root:/);
  });
});

describe('names in the Host header', () => {
  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:8377',
    'localhost@evil.example',
    'evil.example#localhost',
    'localhost,evil.example',
    'evil.example localhost',
    '[::1].evil.example',
    '',
    '127.0.0.1/evil.example',
    '0x7f000001.evil.example',
    'xn--lcalhost-56a',
  ])('%s is not ours', async (host) => {
    const { statuses } = await lab.raw(
      `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect([400, 421]).toContain(statuses[0]);
  });

  test('none is refused, and of two only the first is read', async () => {
    const ask = (hosts: string) =>
      lab.raw(`GET /healthz HTTP/1.1\r\nConnection: close\r\n${hosts}\r\n`);
    expect((await ask('')).statuses).toEqual([400]);
    expect((await ask('Host: evil.example\r\nHost: localhost\r\n')).statuses).toEqual([421]);
  });

  test('X-Forwarded-Host is not believed', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'localhost',
      forwarded: 'host=localhost',
    };
    expect((await lab.anonymous('GET', '/healthz', headers)).status).toBe(421);
  });

  test('X-Forwarded-For makes nobody another guesser', async () => {
    const statuses = new Set<number>();
    for (let n = 0; n < 60; n += 1) {
      const headers = { authorization: `Bearer guess-${n}`, 'x-forwarded-for': `10.0.0.${n}` };
      statuses.add((await lab.anonymous('GET', '/api/v1/alerts', headers)).status);
    }
    expect([...statuses].sort()).toEqual([401, 429]);
  });
});

describe('request smuggling', () => {
  const EVENT = '{"host":"nas","kind":"smuggled","status":"firing"}';
  const SMUGGLED = `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\n${AUTHORIZATION}\r\nContent-Type: application/json\r\nContent-Length: ${EVENT.length}\r\nConnection: close\r\n\r\n${EVENT}`;
  const head = (...lines: string[]) =>
    [
      'POST /api/v1/events HTTP/1.1',
      'Host: localhost',
      AUTHORIZATION,
      'Content-Type: application/json',
      ...lines,
      '\r\n',
    ].join('\r\n');

  test('the request that would be smuggled works on its own', async () => {
    const { statuses } = await lab.raw(
      SMUGGLED.replace('"smuggled"', '"by_itself"').replace(
        String(EVENT.length),
        String(EVENT.length + 1),
      ),
    );
    expect(statuses).toEqual([200]);
  });

  test.each([
    ['length and chunks', head('Content-Length: 4', 'Transfer-Encoding: chunked') + '0\r\n\r\n'],
    ['chunks and length', head('Transfer-Encoding: chunked', 'Content-Length: 4') + '0\r\n\r\n'],
    ['two lengths', head('Content-Length: 2', 'Content-Length: 0') + '{}'],
    ['a list of lengths', head('Content-Length: 2, 2') + '{}'],
    ['a signed length', head('Content-Length: +2') + '{}'],
    ['a negative length', head('Content-Length: -2') + '{}'],
    ['a hexadecimal length', head('Content-Length: 0x2') + '{}'],
    ['a length beyond all numbers', head('Content-Length: 18446744073709551618') + '{}'],
    ['an unknown encoding', head('Transfer-Encoding: xchunked') + '0\r\n\r\n'],
    ['an encoding behind chunked', head('Transfer-Encoding: chunked, identity') + '0\r\n\r\n'],
    [
      'an encoding after a tab',
      head('Transfer-Encoding:\tchunked', 'Content-Length: 4') + '0\r\n\r\n',
    ],
    [
      'a space before the colon',
      head('Transfer-Encoding : chunked', 'Content-Length: 4') + '0\r\n\r\n',
    ],
    [
      'a folded header',
      head('X-Folded: a', ' Transfer-Encoding: chunked', 'Content-Length: 4') + '0\r\n\r\n',
    ],
    ['a header without a name', head(': x', 'Content-Length: 0')],
    ['a bare carriage return', head('X-A: b\rTransfer-Encoding: chunked', 'Content-Length: 0')],
    ['a NUL in a header', head('X-A: b\0c', 'Content-Length: 0')],
    ['a chunk size with a sign', head('Transfer-Encoding: chunked') + '+0\r\n\r\n'],
    ['a chunk size that overflows', head('Transfer-Encoding: chunked') + 'fffffffffffffffff\r\n'],
    ['a chunk size with letters', head('Transfer-Encoding: chunked') + '0x0\r\n\r\n'],
    ['an HTTP version of our own', 'GET /healthz HTTP/1.9\r\nHost: localhost\r\n\r\n'],
    ['HTTP/2 in clear', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('by %s', async (_name, ambiguous) => {
    const { statuses } = await lab.raw(`${ambiguous}${SMUGGLED}`);
    expect(statuses[0]).toBe(400);
    expect(statuses).toHaveLength(1);
    expect(await lab.alertsOf('smuggled')).toBe(0);
  });

  test('by the body of a GET, which is read to its end', async () => {
    const { statuses } = await lab.raw(
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(statuses).not.toContain(401);
    expect(await lab.alertsOf('smuggled')).toBe(0);
  });

  test('by a body that is refused before it is read', async () => {
    const refused = head(`Content-Length: ${SMUGGLED.length}`).replace(ADMIN_TOKEN, 'x'.repeat(43));
    const { statuses } = await lab.raw(
      `${refused}${SMUGGLED}GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(statuses[0]).toBe(401);
    expect(await lab.alertsOf('smuggled')).toBe(0);
  });
});
