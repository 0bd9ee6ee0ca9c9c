import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFailure } from './failure-shape.ts';
import { ADMIN_TOKEN, StubbedHost } from './fixture.ts';

const ID = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';

let host: StubbedHost;
beforeAll(async () => {
  host = await new StubbedHost().start();
});
afterAll(() => host.stop());

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
    ['PUT', '/api/v2/alerts', 'GET, HEAD, POST'],
    ['PUT', '/api/v1/session', 'GET, HEAD, POST, DELETE'],
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
