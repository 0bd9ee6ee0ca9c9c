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
    const dead = await lab.owe(7, status(404), 'dead');
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

  test('requeue answers its status, resets the count, and is for dead ones only', async () => {
    const [id = ''] = await lab.owe(1, status(404), 'dead');
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
    const [id = ''] = await lab.owe(1, status(503), 'failed');
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
    const json = await lab.call('GET', '/api/v1/metrics', lab.read);
    expect(json.json).toMatchObject({
      gauge: { [series]: total },
      counter: { belfry_alert_history_save_errors_total: 0 },
      uptime: expect.any(Number) as number,
    });
  });
});
