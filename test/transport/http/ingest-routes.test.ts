import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../main/base/clock.ts';
import { ADMIN_TOKEN, StubbedHost, type Answer, type Send } from './fixture.ts';

const ALERT = { labels: { alertname: 'DiskFull', instance: 'nas:9100' } };

let host: StubbedHost;
beforeEach(async () => {
  host = await new StubbedHost().start();
});
afterEach(() => host.stop());

const post = (headers: Record<string, string>, body: unknown = [ALERT], rest: Send = {}) =>
  host.send('/api/v2/alerts', {
    method: 'POST',
    ...rest,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const basic = (token: string, user = 'prometheus') => ({
  authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** As Alertmanager itself answers: a JSON string. */
const expectPlain = (answer: Answer, status: number): void => {
  expect(answer.status).toBe(status);
  expect(answer.json).toEqual(expect.stringMatching(/\w/));
};

describe('a wire format over HTTP', () => {
  test('stores what it reads and answers as the real service does', async () => {
    const answer = await post(bearer(await host.newToken('ingest')));
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('');
    expect(host.stored).toMatchObject([
      [{ source: 'alertmanager', host: 'nas', kind: 'DiskFull', status: 'firing' }],
    ]);
  });

  test("the token's source is the events'", async () => {
    await post(bearer(await host.newToken('ingest', 'prometheus-garage')));
    expect(host.stored[0]?.[0]?.source).toBe('prometheus-garage');
  });

  test('takes a token as the password of Basic authentication, whatever the user', async () => {
    const token = await host.newToken('ingest');
    expect((await post(basic(token))).status).toBe(200);
    expect((await post(basic(token, ''))).status).toBe(200);
    expectPlain(await post(basic('')), 401);
    expectPlain(await post({ authorization: 'Basic !!!' }), 401);
  });

  test('valid alerts are stored beside invalid ones', async () => {
    const answer = await post(bearer(ADMIN_TOKEN), [ALERT, { labels: {} }]);
    expectPlain(answer, 400);
    expect(host.stored[0]).toHaveLength(1);
  });

  test('401 offers both schemes, 403 names the scope', async () => {
    const answer = await post({});
    expectPlain(answer, 401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="Belfry", Bearer realm="Belfry"');
    expectPlain(await post(bearer(await host.newToken('read'))), 403);
  });

  test('what cannot be stored is 503, which senders try again', async () => {
    host.storeFails = true;
    const answer = await post(bearer(ADMIN_TOKEN));
    expectPlain(answer, 503);
    expect(answer.headers['retry-after']).toBe('1');
  });

  test.for([
    ['broken JSON', '[{', 'application/json', 400],
    ['another content type', '[]', 'text/plain', 400],
    ['a body over 1 MiB', ' '.repeat(1_048_577), 'application/json', 413],
  ] as const)('%s is answered in its own shape', async ([, body, type, status]) => {
    const answer = await post({ ...bearer(ADMIN_TOKEN), 'content-type': type }, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ code: status, message: expect.stringMatching(/\w/) as string });
  });

  test('too many that wait for their commit are 503, and the place is given back', async () => {
    await host.stop();
    host = await new StubbedHost(systemClock, 0, '127.0.0.1', { ingestInFlightMax: 2 }).start();
    const { promise, resolve } = Promise.withResolvers<void>();
    host.gate = promise;
    const waiting = [post(bearer(ADMIN_TOKEN)), post(bearer(ADMIN_TOKEN))];
    for (let round = 0; round < 3; round += 1) await host.send('/healthz');
    const refused = await post(bearer(ADMIN_TOKEN));
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('1');
    resolve();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await post(bearer(ADMIN_TOKEN))).status).toBe(200);
  });
});
