import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { silence, status } from '../../support/http-receiver.ts';
import { CompatLab, UNKNOWN, WAIT, type Row } from './compat-lab.ts';
import { expectFailure } from './failure-shape.ts';
import { send } from './fixture.ts';

let lab: CompatLab;
beforeAll(async () => {
  lab = await CompatLab.start();
});
afterAll(() => lab[Symbol.asyncDispose]());

const list = async (query = ''): Promise<Row[]> =>
  (await lab.call('GET', `/api/notifications/dlq${query}`, lab.read)).json as Row[];

describe('dead letters as in Pulse', () => {
  test('the list is a bare array, newest first, of rows in the older shape', async () => {
    const [id] = await lab.enqueue(1, status(404, {}, 'no such hook'), 'dead');
    const rows = await list();
    expect(rows[0]).toEqual({
      id,
      type: 'webhook',
      method: lab.channel,
      status: 'dead',
      alerts: [
        {
          id: expect.any(String) as string,
          type: lab.channel,
          level: 'warning',
          resourceName: 'host 0',
          node: 'host 0',
          message: '',
          startTime: expect.stringMatching(/^\d{4}-.*Z$/) as string,
          lastSeen: expect.stringMatching(/^\d{4}-.*Z$/) as string,
          acknowledged: false,
        },
      ],
      attempts: 1,
      maxAttempts: 5,
      lastError: expect.stringContaining('404') as string,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      completedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      event: 'raised',
      channelId: expect.any(String) as string,
      obsolete: false,
    });
  });

  test('the list holds 100 by default, goes on over pages, and says how many there are', async () => {
    const dead = new Set(await lab.enqueue(130, status(404), 'dead'));
    const before = (await list('?limit=1000')).filter(({ id }) => !dead.has(id)).length;
    const answer = await lab.call('GET', '/api/notifications/dlq', lab.read);
    expect(answer.json).toHaveLength(100);
    expect(answer.headers['x-total-count']).toBe(String(before + 130));
    await lab.enqueue(130, status(404), 'dead');
    const all = await list('?limit=1000');
    expect(new Set(all.map(({ id }) => id)).size).toBe(before + 260);
    expect(await list('?limit=3')).toEqual(all.slice(0, 3));
    for (const nonsense of ['0', '-1', '1001', 'x', '1.5']) {
      expect(await list(`?limit=${nonsense}`)).toHaveLength(100);
    }
  });

  test('the statistics count every status, and the dead ones by their older name too', async () => {
    const { json } = await lab.call('GET', '/api/notifications/queue/stats', lab.read);
    const stats = (await lab.call('GET', '/api/v1/notifications/stats', lab.read)).json as {
      dead: number;
    };
    expect(stats.dead).toBeGreaterThan(0);
    expect(json).toEqual({ ...stats, dlq: stats.dead });
    expect(Object.keys(stats).sort()).toEqual(
      ['cancelled', 'dead', 'failed', 'pending', 'sending', 'sent'].sort(),
    );
  });

  test('a retry gives a fresh budget and delivers', async () => {
    const [id] = await lab.enqueue(1, status(404), 'dead');
    lab.receiver.respond = status(204);
    const answer = await lab.call('POST', '/api/notifications/dlq/retry', lab.operate, { id });
    const body = { success: true, message: 'Notification scheduled for retry', id };
    expect([answer.status, answer.json]).toEqual([200, body]);
    await vi.waitFor(async () => {
      const row = await lab.one(id ?? '');
      expect(row).toMatchObject({ status: 'sent', retryCount: 0, requeuedBy: 'token:operate' });
    }, WAIT);
  });

  test('a deletion takes it from the list and keeps it in the history', async () => {
    const [id] = await lab.enqueue(1, status(404), 'dead');
    const answer = await lab.call('POST', '/api/notifications/dlq/delete', lab.operate, { id });
    const body = { success: true, message: 'Notification deleted from DLQ', id };
    expect([answer.status, answer.json]).toEqual([200, body]);
    expect((await list('?limit=1000')).map((row) => row.id)).not.toContain(id);
    expect(await lab.one(id ?? '')).toMatchObject({
      status: 'cancelled',
      cancelReason: 'discarded',
    });
  });

  describe.for(['retry', 'delete'])('%s', (what) => {
    const path = `/api/notifications/dlq/${what}`;

    test('refuses ids that are not known, are none, or are missing', async () => {
      expectFailure(await lab.call('POST', path, lab.operate, { id: UNKNOWN }), 'not_found');
      for (const body of [{ id: 'x' }, { id: 7 }, {}, [], undefined]) {
        expectFailure(await lab.call('POST', path, lab.operate, body), 'invalid_input');
      }
    });

    test('refuses what is not dead, and leaves it as it is', async () => {
      const [id = ''] = await lab.enqueue(1, status(503), 'failed');
      expectFailure(await lab.call('POST', path, lab.operate, { id }), 'wrong_state');
      expect(await lab.one(id)).toMatchObject({ status: 'failed', retryCount: 1 });
    });

    test('refuses a second time', async () => {
      const [id] = await lab.enqueue(1, status(404), 'dead');
      lab.receiver.respond = silence;
      expect((await lab.call('POST', path, lab.operate, { id })).status).toBe(200);
      expectFailure(await lab.call('POST', path, lab.operate, { id }), 'wrong_state');
    });

    test('needs scope operate, and no other method', async () => {
      expectFailure(await lab.call('POST', path, lab.read, { id: UNKNOWN }), 'forbidden');
      expectFailure(await send(lab.url, path, { method: 'POST' }), 'unauthenticated');
      for (const verb of ['GET', 'DELETE', 'PUT']) {
        const answer = await lab.call(verb, path, lab.operate);
        expectFailure(answer, 'method_not_allowed');
        expect(answer.headers.allow).toBe('POST');
      }
    });
  });

  test.for(['dlq', 'queue/stats'])('%s needs scope read, and no other method', async (what) => {
    const path = `/api/notifications/${what}`;
    expectFailure(await lab.call('GET', path, lab.ingest), 'forbidden');
    expectFailure(await send(lab.url, path), 'unauthenticated');
    expectFailure(await lab.call('POST', path, lab.operate, {}), 'method_not_allowed');
  });

  test('a window may use them, a page of somebody else may not', async () => {
    const url = lab.url;
    const link = (await lab.call('POST', '/api/v1/session/link', lab.admin)).json as {
      url: string;
    };
    const code = link.url.split('/#/sign-in/')[1];
    const json = { 'content-type': 'application/json' };
    const signedIn = await send(url, '/api/v1/session', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ code }),
    });
    const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const [id] = await lab.enqueue(1, status(404), 'dead');
    const retry = (headers: Record<string, string>) =>
      send(url, '/api/notifications/dlq/retry', {
        method: 'POST',
        headers: { ...json, cookie, ...headers },
        body: JSON.stringify({ id }),
      });
    expectFailure(await retry({ origin: 'https://evil.example' }), 'forbidden');
    expect((await retry({ origin: url })).status).toBe(200);
  });
});
