import { afterAll, beforeAll, expect, test } from 'vitest';
import { IngestLab } from '../../ingest/ingest-lab.ts';
import type { WireRequest } from '../../ingest/ingest-case.ts';

let lab: IngestLab;
let token: string;
beforeAll(async () => {
  lab = await IngestLab.start();
  token = await lab.newToken('ingest');
});
afterAll(() => lab[Symbol.asyncDispose]());

const ask = (url: string, verb: WireRequest['verb'] = 'GET', as: string | null = null) =>
  lab.send({ url, verb, body: verb === 'GET' ? '' : 'm' }, as);

test.each([
  ['/version', { version: /^\d/ }],
  ['/health', { health: 'green', database: 'green' }],
  ['/v1/health', { healthy: true }],
])('%s answers without a token whether the service is there', async (url, body) => {
  const { status, json } = await ask(url);
  expect(status).toBe(200);
  expect(Object.keys(json as object)).toEqual(expect.arrayContaining(Object.keys(body)));
});

test.each([
  '/message',
  '/api',
  '/ingest',
  '/assets',
  '/v1',
  '/notify',
  '/metrics',
  '/healthz',
  '/alert',
  '/services',
  '/hooks',
])('nobody can publish to %s as a topic', async (url) => {
  const { status } = await ask(url, 'PUT', token);
  expect([404, 405]).toContain(status);
  expect(lab.messages).toEqual([]);
});

test('what begins like a route is unknown even to strangers, in our own words', async () => {
  const { status, json } = await ask('/api/alerts', 'POST');
  expect(status).toBe(404);
  expect(json).toMatchObject({ error: { code: 'not_found' } });
});

test('an address that was mistyped around its token is answered without the token', async () => {
  for (const url of [
    `/services/${token}`,
    `/services/T0/B0/${token}/more`,
    `/hooks/1/2/${token}`,
  ]) {
    const { status, text } = await ask(url, 'POST');
    expect(status).toBe(404);
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(token);
  }
});

test('a verb that a fixed route does not have is 405 with those that it has', async () => {
  const answer = await ask('/message', 'GET', token);
  expect(answer.status).toBe(405);
  expect(answer.headers.allow).toBe('POST');
  const root = await lab.send({ url: '/', verb: 'HEAD' }, null);
  expect(root.status).not.toBe(405);
});

test('a topic can neither be read nor subscribed to', async () => {
  for (const url of ['/mytopic', '/mytopic/json', '/mytopic/ws', '/mytopic/publish/more']) {
    expect((await ask(url, 'GET', token)).status).toBe(404);
  }
});

test('a token in ?auth= is a whole header, and proves as much as one', async () => {
  const auth = (header: string) => Buffer.from(header).toString('base64url');
  const sent = (header: string, headers = {}) =>
    lab.send({ url: `/t?auth=${auth(header)}`, headers, body: 'm' }, null);
  const basic = `Basic ${Buffer.from(`:${token}`).toString('base64')}`;
  expect((await sent(basic)).status).toBe(200);
  expect((await sent(`Bearer ${token}`, { host: 'belfry.example' })).status).toBe(200);
  expect((await sent('Bearer nonsense')).status).toBe(401);
});

test('a request that is repeated under its key is answered as before', async () => {
  const request = { url: '/t', headers: { 'idempotency-key': 'k1' }, body: 'm' };
  const first = await lab.send(request, token);
  expect((await lab.send(request, token)).json).toMatchObject({
    id: (first.json as { id: string }).id,
  });
});
