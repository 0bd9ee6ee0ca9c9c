import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_STATUS } from '../../../main/contract/errors.ts';
import { METHODS, METHOD_NAMES } from '../../../main/contract/methods.ts';
import { ADMIN_TOKEN, StubbedHost, type Answer } from './fixture.ts';

const ID = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';

let host: StubbedHost;
beforeAll(async () => {
  host = await new StubbedHost().start();
});
afterAll(() => host.stop());

/** Every failure has the same shape, and its request id is also a header. */
function expectFailure(answer: Answer, code: keyof typeof ERROR_STATUS): void {
  expect(answer.json).toMatchObject({
    error: {
      code,
      message: expect.stringMatching(/\w/) as string,
      requestId: answer.headers['x-request-id'],
    },
  });
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-\w+$/);
  expect(answer.status).toBe(ERROR_STATUS[code]);
}

describe('routes', () => {
  test('every method of the contract has its route', async () => {
    for (const name of METHOD_NAMES) {
      const { verb, path } = METHODS[name].http;
      const answer = await host.send(path.replace(':id', ID), { method: verb });
      expect(`${name} ${answer.status}`).toBe(`${name} 401`);
    }
  });

  test('a query becomes the input of a GET', async () => {
    const answer = await host.call('GET', '/api/v1/alerts?state=open,acknowledged&limit=7&q=disk');
    expect(answer.status).toBe(200);
    expect(host.asked.at(-1)).toMatchObject({
      name: 'alerts.list',
      input: { state: ['open', 'acknowledged'], limit: 7, q: 'disk' },
      caller: { actor: 'admin token', scope: 'admin' },
    });
  });

  test('the id in the path wins over one in the body', async () => {
    const other = { id: '0199b9c8-5d2e-7c3a-8f00-ffffffffffff' };
    const answer = await host.call(
      'POST',
      `/api/v1/notifications/${ID}/requeue`,
      ADMIN_TOKEN,
      other,
    );
    expect(answer.json).toEqual({ status: 'requeued' });
    expect(host.asked.at(-1)?.input).toEqual({ id: ID });
  });

  test('a POST without any body counts as an empty object', async () => {
    expect((await host.call('POST', `/api/v1/notifications/${ID}/requeue`)).status).toBe(200);
    const typed = await host.send(`/api/v1/notifications/${ID}/requeue`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    });
    expect(typed.status).toBe(200);
  });

  test.for([
    ['an object', { host: 'nas', kind: 'k', status: 'firing' }],
    ['an array', [{ host: 'nas', kind: 'k', status: 'firing' }, 5]],
  ] as const)('events come as %s', async ([, body]) => {
    const answer = await host.call('POST', '/api/v1/events', ADMIN_TOKEN, body);
    expect(answer.status).toBe(200);
    expect(host.asked.at(-1)).toMatchObject({ name: 'events.ingest', input: body });
  });

  test('a method answers with its own success status', async () => {
    const body = { name: 'created', scope: 'read' };
    const answer = await host.call('POST', '/api/v1/tokens', ADMIN_TOKEN, body);
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ token: expect.stringMatching(/^bf_[\w-]{43}$/) as string });
  });
});

describe('failures', () => {
  test('400 for a malformed id, with the field', async () => {
    const answer = await host.call('POST', '/api/v1/notifications/seven/requeue');
    expectFailure(answer, 'invalid_input');
    expect(answer.json).toMatchObject({ error: { details: [{ field: 'id' }] } });
  });

  test('400 for an id of any length', async () => {
    expectFailure(
      await host.call('POST', `/api/v1/notifications/${'x'.repeat(900)}/requeue`),
      'invalid_input',
    );
  });

  test('400 for a broken escape in the path', async () => {
    expectFailure(await host.call('GET', '/api/v1/alerts/%E0%A4%A'), 'invalid_input');
  });

  test.for(['{"host":', '[1,]', 'nothing', '\u0000'])('400 for broken JSON: %s', async (body) => {
    const answer = await host.send('/api/v1/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body,
    });
    expectFailure(answer, 'invalid_input');
  });

  test('a body that is JSON but no object is refused by its method', async () => {
    expectFailure(await host.call('PATCH', '/api/v1/settings', ADMIN_TOKEN, 7), 'invalid_input');
    expectFailure(await host.call('PATCH', '/api/v1/settings', ADMIN_TOKEN, []), 'invalid_input');
  });

  test.for(['/api/v1/nothing', '/api/v2/nothing', '/assets/nothing.js', '/favicon.ico'])(
    '404 for %s',
    async (path) => {
      expectFailure(await host.send(path), 'not_found');
    },
  );

  test('404 for an unknown path with any verb', async () => {
    expectFailure(await host.call('POST', '/api/v1/nothing', ADMIN_TOKEN, {}), 'not_found');
  });

  test.for([
    ['DELETE', '/api/v1/events', 'POST'],
    ['GET', `/api/v1/notifications/${ID}/requeue`, 'POST'],
    ['PUT', '/api/v1/channels', 'GET, HEAD, POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['GET', '/api/v2/alerts', 'POST'],
    ['GET', '/api/v1/session', 'POST, DELETE'],
  ] as const)('405 with Allow for %s %s', async ([verb, path, allow]) => {
    const answer = await host.call(verb, path);
    expectFailure(answer, 'method_not_allowed');
    expect(answer.headers.allow?.split(', ').sort()).toEqual(allow.split(', ').sort());
  });

  test('409 carries the details', async () => {
    const answer = await host.call('POST', `/api/v1/alerts/${ID}/acknowledge`);
    expectFailure(answer, 'wrong_state');
    expect(answer.json).toMatchObject({ error: { details: { state: 'resolved' } } });
  });

  test.for([
    ['announced', { 'content-length': String(1_048_577) }],
    ['streamed', { 'transfer-encoding': 'chunked' }],
  ] as const)('413 for a body over 1 MiB, %s', async ([, headers]) => {
    const answer = await host.send('/api/v1/events', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: Buffer.alloc(1_048_577, 0x20),
    });
    expectFailure(answer, 'payload_too_large');
  });

  test('a body of exactly 1 MiB passes', async () => {
    const event = JSON.stringify({ host: 'nas' });
    const answer = await host.send('/api/v1/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: event + ' '.repeat(1_048_576 - event.length),
    });
    expect(answer.status).toBe(200);
  });

  test.for(['text/plain', 'application/x-www-form-urlencoded', 'nonsense', undefined])(
    '415 for content type %s',
    async (type) => {
      const answer = await host.send('/api/v1/events', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          ...(type === undefined ? {} : { 'content-type': type }),
        },
        body: '{"host":"nas"}',
      });
      expectFailure(answer, 'unsupported_media_type');
    },
  );

  test('500 tells nothing of what went wrong, and logs it', async () => {
    const answer = await host.call('GET', '/api/v1/status');
    expectFailure(answer, 'internal');
    expect(answer.text).not.toContain('scripted');
    expect(host.logged).toContainEqual({ level: 'error', message: 'a request failed' });
  });

  test('503 with Retry-After when the store cannot write', async () => {
    host.storeFails = true;
    const answer = await host.call('POST', '/api/v1/events', ADMIN_TOKEN, { host: 'nas' });
    host.storeFails = false;
    expectFailure(answer, 'unavailable');
    expect(answer.headers['retry-after']).toBe('1');
  });

  test('what is no HTTP is answered in the same shape', async () => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    socket.write('what is this\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"invalid_input"');
  });

  test('headers without end are cut off with 431', async () => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('open routes', () => {
  test('healthz and readyz', async () => {
    expect((await host.send('/healthz')).status).toBe(200);
    expect((await host.send('/readyz')).status).toBe(200);
    host.ready = false;
    const answer = await host.send('/readyz');
    host.ready = true;
    expectFailure(answer, 'unavailable');
  });

  test('the OpenAPI document names every method once', async () => {
    const { json } = await host.send('/api/v1/openapi.json');
    const { openapi, paths } = json as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; responses: object }>>;
    };
    expect(openapi).toBe('3.1.0');
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(operations.map((operation) => operation.operationId).sort()).toEqual(
      [...METHOD_NAMES].sort(),
    );
    expect(paths['/api/v1/notifications/{id}/requeue']?.['post']).toMatchObject({
      parameters: [{ name: 'id', in: 'path', required: true }],
      responses: { 200: {}, 400: {}, 401: {}, 404: {}, 409: {} },
    });
    expect(JSON.stringify(paths['/api/v1/events'])).toContain('dedupKey');
  });
});

describe('the window', () => {
  test('is served with a strict policy and never cached as a page', async () => {
    const answer = await host.send('/');
    expect(answer.text).toContain('<title>Belfry</title>');
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  test('its hashed assets may be kept for ever', async () => {
    const answer = await host.send('/assets/index-abc123.js');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test('an unchanged page is not sent again', async () => {
    const { headers } = await host.send('/');
    const again = await host.send('/', { headers: { 'if-none-match': headers.etag ?? '' } });
    expect(again.status).toBe(304);
    expect(again.text).toBe('');
  });

  test.for(['/../outside.js', '/%2e%2e/outside.js', '/..%2foutside.js', '//outside.js'])(
    'nothing outside of it is reachable: %s',
    async (path) => {
      const answer = await host.send('', { path });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain('secret');
    },
  );
});

describe('starting and stopping', () => {
  test('a port in use is told in words', async () => {
    const second = new StubbedHost(undefined, Number(new URL(host.url).port));
    await expect(second.start()).rejects.toThrow(/Port \d+ on 127\.0\.0\.1 is already in use/);
    await second.stop();
  });

  test('an address of another machine is told in words', async () => {
    const second = new StubbedHost(undefined, 0, '203.0.113.7');
    await expect(second.start()).rejects.toThrow('203.0.113.7 is not an address of this machine');
    await second.stop();
  });

  test('stop waits for a request in flight, then closes its kept-alive connection', async () => {
    const own = await new StubbedHost().start();
    const open = Promise.withResolvers<undefined>();
    own.gate = open.promise;
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
    const body = '{"host":"nas"}';
    socket.write(
      `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => own.asked.length).toBe(1);
    const stopped = own.stop();
    open.resolve(undefined);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
    await stopped;
    await expect(
      once(connect(Number(new URL(own.url).port), '127.0.0.1'), 'connect'),
    ).rejects.toThrow('ECONNREFUSED');
  });

  test('stop and start are safe to call twice', async () => {
    const own = await new StubbedHost().start();
    await own.start();
    await Promise.all([own.stopServer(), own.stopServer()]);
    await own.stop();
  });
});
