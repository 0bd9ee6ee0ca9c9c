/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HttpLab } from '../../heartbeats/http-lab.ts';

const UNKNOWN = 'c2a9e0a4-6d0e-4c62-9b6a-0d9d4b7f3e55';

let lab: HttpLab;
beforeEach(async () => {
  lab = await HttpLab.start();
});
afterEach(() => lab.stop());

const push = (query: string, verb = 'GET', token = lab.heartbeat.pingId ?? '') =>
  lab.request(verb, `/api/push/${token}${query}`);

describe('a push as Uptime Kuma takes it', () => {
  test.for(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('takes %s', async (verb) => {
    const answer = await push('?status=up&msg=OK&ping=12', verb);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ ok: true });
    expect(answer.headers['cache-control']).toBe('no-store');
    const { state, timeline } = await lab.stored();
    expect(state).toBe('up');
    expect(timeline[0]).toMatchObject({ type: 'succeeded', detail: 'OK, 12 ms' });
  });

  test('without a status it is up, and empty parameters say nothing', async () => {
    await push('');
    await push('?status=up&msg=&ping=');
    const { state, timeline } = await lab.stored();
    expect(state).toBe('up');
    expect(timeline[0]).toMatchObject({ detail: '' });
  });

  test('down raises with its message, up resolves', async () => {
    await push('?status=down&msg=disk%20is%20full');
    expect(await lab.alerts()).toMatchObject([
      { state: 'open', message: 'Reported failure: disk is full' },
    ]);
    await push('?status=up&msg=OK');
    expect(await lab.alerts()).toMatchObject([{ state: 'resolved' }]);
  });

  test.for([UNKNOWN, 'not-a-uuid', '__proto__'])('%s is not there', async (token) => {
    const answer = await push('?status=up', 'GET', token);
    expect(answer.status).toBe(404);
    expect(answer.json).toEqual({ ok: false, msg: 'Monitor not found or not active.' });
  });

  test('guesses are limited, and a known token passes all the same', async () => {
    for (let guess = 0; guess < 30; guess++) await push('', 'GET', UNKNOWN);
    expect((await push('', 'GET', UNKNOWN)).status).toBe(429);
    expect((await push('?status=up')).status).toBe(200);
  });

  test('a body that is neither JSON nor a form changes nothing, whatever its length', async () => {
    const path = `/api/push/${lab.heartbeat.pingId}`;
    const headers = { 'content-type': 'text/plain' };
    const answer = await lab.request('POST', path, { headers, body: 'down'.repeat(100_000) });
    expect(answer.status).toBe(200);
    expect((await lab.stored()).state).toBe('up');
  });
});

describe('a push by its body', () => {
  const post = (body: string | Buffer, type?: string, query = '', verb = 'POST') =>
    lab.request(verb, `/api/push/${lab.heartbeat.pingId}${query}`, {
      body,
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    });
  const DOWN = '{"status":"down","msg":"disk is full","ping":12.5}';

  test.each([
    ['JSON', DOWN, 'application/json'],
    ['JSON that curl calls a form', DOWN, 'application/x-www-form-urlencoded'],
    ['JSON of no type', DOWN, undefined],
    ['JSON after a byte order mark', `\ufeff${DOWN}`, 'application/json'],
    ['a form', 'status=down&msg=disk+is+full&ping=12.5', 'application/x-www-form-urlencoded'],
  ])('is read from %s', async (_name, body, type) => {
    const answer = await post(body, type);
    expect(answer.json).toEqual({ ok: true });
    const { state, timeline } = await lab.stored();
    expect(state).toBe('down');
    expect(timeline[0]).toMatchObject({ type: 'failed', detail: 'disk is full, 12.5 ms' });
    await post('{"status":"up"}', 'application/json');
    expect(await lab.alerts()).toMatchObject([{ state: 'resolved' }]);
  });

  test.each([
    [false, 'down'],
    [0, 'down'],
    ['DOWN', 'down'],
    [true, 'up'],
    [1, 'up'],
    [null, 'up'],
  ])('takes %j for %s', async (status, state) => {
    await post(JSON.stringify({ status }), 'application/json', '', 'PUT');
    expect((await lab.stored()).state).toBe(state);
  });

  test('counts less than what the address says', async () => {
    await post(DOWN, 'application/json', '?status=up&msg=OK');
    const { state, timeline } = await lab.stored();
    expect(state).toBe('up');
    expect(timeline[0]).toMatchObject({ detail: 'OK, 12.5 ms' });
  });

  test.each(['{"status":"down"', '["down"]'])(
    '%s is refused, since it may mean down',
    async (body) => {
      const answer = await post(body, 'application/json');
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ ok: false });
      expect((await lab.stored()).state).toBe('new');
      expect((await post(body, 'application/json', '?status=up')).status).toBe(200);
    },
  );
});
