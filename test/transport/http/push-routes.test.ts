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

  test('a body of any kind and length changes nothing', async () => {
    const path = `/api/push/${lab.heartbeat.pingId}?status=up`;
    const answer = await lab.request('POST', path, { body: 'x'.repeat(100_000) });
    expect(answer.status).toBe(200);
  });
});
