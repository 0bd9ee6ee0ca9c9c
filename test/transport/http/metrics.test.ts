import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFailure } from './failure-shape.ts';
import { StubbedHost } from './fixture.ts';

let host: StubbedHost;
let read: string;
beforeAll(async () => {
  host = await new StubbedHost().start();
  read = await host.newToken('read');
});
afterAll(() => host.stop());

const basic = (token: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}` },
});

describe.for(['/metrics', '/api/v1/metrics/prometheus'])('GET %s', (path) => {
  test('answers a token of scope read in the text format', async () => {
    const answer = await host.call('GET', path, read);
    expect([answer.status, answer.text]).toEqual([200, 'belfry_test 1\n']);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  test('takes the token as the password of Basic, and the cookie of a window', async () => {
    expect((await host.send(path, basic(read))).status).toBe(200);
    const headers = { cookie: await host.cookie() };
    expect((await host.send(path, { headers })).status).toBe(200);
  });

  test('refuses strangers, wrong passwords and tokens that may only send', async () => {
    expectFailure(await host.send(path), 'unauthenticated');
    expectFailure(await host.send(path, basic('wrong')), 'unauthenticated');
    expectFailure(await host.call('GET', path, await host.newToken('ingest')), 'forbidden');
  });

  test('knows no other method', async () => {
    const answer = await host.call('POST', path, read);
    expectFailure(answer, 'method_not_allowed');
    expect(answer.headers.allow).toBe('GET, HEAD');
  });
});

test('the JSON form takes Basic as well', async () => {
  const answer = await host.send('/api/v1/metrics', basic(read));
  expect(answer.json).toMatchObject({ gauge: { belfry_test: 1 }, counter: {} });
  expectFailure(await host.send('/api/v1/metrics', basic('wrong')), 'unauthenticated');
  expectFailure(await host.send('/api/v1/alerts', basic(read)), 'unauthenticated');
});
