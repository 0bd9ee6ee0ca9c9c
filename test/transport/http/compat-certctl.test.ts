import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silence, status } from '../../support/http-receiver.ts';
import { CompatLab, UNKNOWN, type Row } from './compat-lab.ts';
import { expectFailure } from './failure-shape.ts';

let lab: CompatLab;
beforeAll(async () => {
  lab = await CompatLab.start();
});
afterAll(() => lab[Symbol.asyncDispose]());

describe('notifications as in certctl', () => {
  test('pages have a true total, and one status never shows another', async () => {
    const dead = await lab.enqueue(7, status(404), 'dead');
    const row = (await lab.one(dead[0] ?? ''))['channelId'] as string;
    const page = async (query: string) =>
      (await lab.call('GET', `/api/v1/notifications?channelId=${row}&${query}`, lab.read)).json as {
        data: Row[];
      };
    const first = await page('page=1&per_page=3&status=dead');
    const last = await page('page=3&per_page=3&status=dead');
    expect(first).toMatchObject({ total: 7, page: 1, per_page: 3 });
    expect([...first.data, ...last.data].map(({ id }) => id)).toEqual([
      ...dead.slice(0, 3),
      ...dead.slice(6),
    ]);
    expect(await page('status=sent')).toMatchObject({ data: [], total: 0 });
  });

  test.each([
    ['', 1, 50],
    ['page=2&per_page=500', 2, 500],
    ['page=0&per_page=0', 1, 50],
    ['page=-1&per_page=501', 1, 50],
    ['page=x&per_page=10x', 1, 50],
    ['page=&per_page=', 1, 50],
    ['page=1.5&per_page=2.5', 1, 50],
    ['page=3&per_page=99999999999999999999', 3, 50],
  ])('the paging %j is page %i of %i', async (query, page, per_page) => {
    const answer = await lab.call('GET', `/api/v1/notifications?${query}`, lab.read);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({ page, per_page });
  });

  test('a row has its retries, the next one and the last error, in the list and alone', async () => {
    const [failed = ''] = await lab.enqueue(1, status(503), 'failed');
    const [sent = ''] = await lab.enqueue(1, status(200), 'sent');
    const path = '/api/v1/notifications?status=failed,sent&per_page=500';
    const { data } = (await lab.call('GET', path, lab.read)).json as { data: Row[] };
    for (const rows of [data, [await lab.one(failed), await lab.one(sent)]]) {
      const byId = new Map(rows.map((row) => [row.id, row]));
      const row = byId.get(failed);
      expect(row).toMatchObject({
        retry_count: 1,
        next_retry_at: new Date(row?.['nextAttemptAt'] as number).toISOString(),
        last_error: expect.stringContaining('503') as string,
      });
      expect(row?.['last_error']).toBe(row?.['lastError']);
      const none = { retry_count: 0, next_retry_at: null, last_error: null };
      expect(byId.get(sent)).toMatchObject(none);
    }
  });

  test('requeue answers its status, resets the count, and is for dead ones only', async () => {
    const [id = ''] = await lab.enqueue(1, status(404), 'dead');
    expect(await lab.one(id)).toMatchObject({ status: 'dead', retryCount: 1 });
    lab.receiver.respond = silence;
    const path = `/api/v1/notifications/${id}/requeue`;
    const answer = await lab.call('POST', path, lab.operate);
    expect([answer.status, answer.json]).toEqual([200, { status: 'requeued' }]);
    expect(await lab.one(id)).toMatchObject({
      retryCount: 0,
      lastError: null,
      nextAttemptAt: null,
    });
    expectFailure(await lab.call('POST', path, lab.operate), 'wrong_state');
    expectFailure(await lab.call('POST', path.replace(id, UNKNOWN), lab.operate), 'not_found');
    expectFailure(await lab.call('POST', path.replace(id, 'x'), lab.operate), 'invalid_input');
    expectFailure(await lab.call('GET', path, lab.operate), 'method_not_allowed');
    expectFailure(await lab.call('POST', path, lab.read), 'forbidden');
  });

  test('reading one answers its status and leaves the delivery alone', async () => {
    const [id = ''] = await lab.enqueue(1, status(503), 'failed');
    const path = `/api/v1/notifications/${id}/read`;
    const before = await lab.one(id);
    const answer = await lab.call('POST', path, lab.operate);
    expect([answer.status, answer.json]).toEqual([200, { status: 'marked_as_read' }]);
    const { status: state, nextAttemptAt, retryCount } = before;
    expect(await lab.one(id)).toMatchObject({
      status: state,
      nextAttemptAt,
      retryCount,
      readAt: expect.any(Number) as number,
    });
    expectFailure(await lab.call('POST', path.replace(id, UNKNOWN), lab.operate), 'not_found');
    expectFailure(await lab.call('POST', path.replace(id, 'x'), lab.operate), 'invalid_input');
    expectFailure(await lab.call('GET', path, lab.operate), 'method_not_allowed');
    expectFailure(await lab.call('POST', path, lab.read), 'forbidden');
  });

  test('the metrics count the dead ones, as text and as JSON', async () => {
    const { total } = (await lab.call('GET', '/api/v1/notifications?status=dead', lab.read))
      .json as {
      total: number;
    };
    expect(total).toBeGreaterThan(0);
    const series = 'belfry_notification_queue_depth{status="dead"}';
    const text = await lab.call('GET', '/api/v1/metrics/prometheus', lab.read);
    expect(text.text).toContain(`\n${series} ${total}\n`);
    expect(text.text).toContain(`\nbelfry_notification_dead_total ${total}\n`);
    const json = await lab.call('GET', '/api/v1/metrics', lab.read);
    const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;
    expect(json.json).toMatchObject({
      gauge: { [series]: total },
      counter: { belfry_alert_history_save_errors_total: 0, notifications_dead_total: total },
      uptime: {
        uptime_seconds: expect.any(Number) as number,
        server_started: isoTime,
        measured_at: isoTime,
      },
    });
  });
});
