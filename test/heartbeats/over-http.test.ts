/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from './heartbeat-lab.ts';
import { HttpLab } from './http-lab.ts';

let lab: HttpLab;
beforeEach(async () => {
  lab = await HttpLab.start();
});
afterEach(() => lab.stop());

describe('heartbeats over the API', () => {
  test('a reader does not see how to ping', async () => {
    const [read, operate] = [await lab.newToken('read'), await lab.newToken('operate')];
    const path = `/heartbeats/${lab.heartbeat.id}`;
    expect((await lab.call('GET', path, undefined, read)).json).toMatchObject({ pingId: null });
    expect((await lab.call('GET', '/heartbeats', undefined, read)).json).toMatchObject({
      items: [{ pingId: null }],
    });
    expect((await lab.call('GET', path, undefined, operate)).json).toMatchObject({
      pingId: lab.heartbeat.pingId,
    });
  });

  test('silence raises, and the deleted heartbeat resolves', async () => {
    await lab.ping();
    lab.clock.advance(15 * MINUTE);
    // Whatever was begun is written before the answer to this.
    await lab.api('PATCH', '/settings', { stormEnabled: true });
    expect(await lab.alerts()).toMatchObject([
      { state: 'open', message: 'No ping in time (interval 10 minutes). Last ping 15 minutes ago' },
    ]);
    await lab.api('DELETE', `/heartbeats/${lab.heartbeat.id}`);
    expect(await lab.alerts()).toMatchObject([{ state: 'resolved' }]);
    expect((await lab.ping()).status).toBe(404);
  });
});

test('the alert of one that stays down does not expire, acknowledged or not', async () => {
  await lab.ping('/fail');
  const [raised] = await lab.alerts();
  await lab.api('POST', `/alerts/${raised?.id}/acknowledge`);
  for (let hours = 0; hours < 9 * 24; hours += 3) {
    lab.clock.advance(3 * 60 * MINUTE);
    // Writes that the clock began are done by the time that a write is answered.
    await lab.api('PATCH', '/settings', {});
  }
  expect(await lab.alerts()).toMatchObject([{ id: raised?.id, state: 'acknowledged' }]);
  await lab.ping();
  expect(await lab.alerts()).toMatchObject([{ id: raised?.id, state: 'resolved' }]);
});

describe('job reports over the API', () => {
  const backup = { host: 'nas', job: 'backup', group: 'photos' };

  test('are answered one by one, and the valid ones stored', async () => {
    const answer = await lab.call('POST', '/jobs', [
      { ...backup, status: 'failed', message: 'no space left' },
      { ...backup, group: 'mail', status: 'failed' },
      { ...backup, status: 'done' },
      { host: 'nas', job: 'check', group: 'photos', status: 'failed' },
      { ...backup, status: 'succeeded' },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      accepted: 4,
      results: [
        { action: 'raised' },
        { action: 'raised' },
        { action: 'rejected', message: 'status: must be one of succeeded, warning, failed' },
        { action: 'raised' },
        { action: 'resolved' },
      ],
    });
    const found = (await lab.alerts()).map(({ kind, dedupKey, severity, state }) =>
      [kind, dedupKey, severity, state].join(' '),
    );
    expect(found.toSorted()).toEqual([
      'backup_failed mail warning open',
      'backup_failed photos warning resolved',
      'check_failed  critical open',
    ]);
  });

  test('of nothing valid are 400', async () => {
    const answer = await lab.call('POST', '/jobs', { ...backup, status: 'failed', job: 'restore' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('job: must be one of backup, forget, prune, check');
  });

  test('say to the heartbeat that watches the job that it ran', async () => {
    const { id, name, schedule, graceMs } = lab.heartbeat;
    await lab.api('PUT', `/heartbeats/${id}`, { name, schedule, graceMs, job: backup });
    const answer = await lab.call(
      'POST',
      '/jobs',
      { ...backup, status: 'failed' },
      await lab.newToken('ingest'),
    );
    expect(answer.json).toMatchObject({ accepted: 1 });
    expect(await lab.stored()).toMatchObject({
      state: 'up',
      expectedAt: lab.clock.now() + 10 * MINUTE,
    });
  });
});

describe('a job that ends with warnings', () => {
  const report = async (job: string, status: string, message = '') =>
    (await lab.call('POST', '/jobs', { host: 'nas', job, group: '', status, message })).json as {
      results: { action: string; alertId?: string }[];
    };

  test.each(['backup', 'forget', 'prune', 'check'])(
    'raises a warning for a %s, and the next success resolves it',
    async (job) => {
      const [raised] = (await report(job, 'warning', 'could not read 2 files')).results;
      expect(raised?.action).toBe('raised');
      expect(await lab.alerts()).toMatchObject([
        {
          kind: `${job}_warning`,
          severity: 'warning',
          state: 'open',
          message: 'could not read 2 files',
        },
      ]);
      const [resolved] = (await report(job, 'succeeded')).results;
      expect(resolved).toMatchObject({ action: 'resolved', alertId: raised?.alertId });
      expect(await lab.alerts()).toMatchObject([{ state: 'resolved' }]);
    },
  );

  test('ends a failure, and a failure after it is a new alert', async () => {
    const states = async () =>
      Object.fromEntries((await lab.alerts()).map(({ kind, state }) => [kind, state]));
    await report('backup', 'failed');
    await report('backup', 'warning');
    expect(await states()).toEqual({ backup_failed: 'resolved', backup_warning: 'open' });
    const [failed] = (await report('backup', 'failed')).results;
    expect(failed?.action).toBe('raised');
    await report('backup', 'succeeded');
    expect(new Set(Object.values(await states()))).toEqual(new Set(['resolved']));
  });

  test('says to its heartbeat that it ran', async () => {
    const { id, name, schedule, graceMs } = lab.heartbeat;
    const job = { host: 'nas', job: 'backup', group: '' };
    await lab.api('PUT', `/heartbeats/${id}`, { name, schedule, graceMs, job });
    await report('backup', 'warning', 'skipped a file');
    const { state, timeline } = await lab.stored();
    expect(state).toBe('up');
    expect(timeline[0]).toMatchObject({ type: 'warned' });
  });
});

describe('a ping of a run with warnings', () => {
  const OPEN = { kind: 'run_warning', severity: 'warning', state: 'open' };

  test.each(['/warning', '/3?warning=1,3', '/1/?warning=1'])('is %s', async (suffix) => {
    await lab.ping(suffix, { body: 'skipped a file\n\n' });
    const { state, timeline } = await lab.stored();
    expect(state).toBe('up');
    expect(timeline[0]).toMatchObject({ type: 'warned', detail: 'skipped a file\n\n' });
    const [alert] = await lab.alerts();
    expect(alert).toMatchObject(OPEN);
    expect(alert?.message).toMatch(/^Ended with warnings: .*skipped a file$/);
    await lab.ping();
    expect(await lab.alerts()).toMatchObject([{ state: 'resolved' }]);
  });

  test('leaves other exit statuses as Healthchecks has them', async () => {
    await lab.ping('/2?warning=1,3');
    expect((await lab.stored()).state).toBe('down');
    await lab.ping('/0?warning=0');
    expect((await lab.stored()).state).toBe('up');
    expect((await lab.ping('/2?warning=many')).status).toBe(400);
  });

  test('ends a failure, and late silence is still found', async () => {
    await lab.ping('/fail');
    await lab.ping('/warning');
    const alerts = await lab.alerts();
    expect(alerts.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
      'run_warning open',
      'stale_schedule resolved',
    ]);
    expect((await lab.stored()).lateAt).toBe(lab.clock.now() + 15 * MINUTE);
  });

  test('is a push as well, and moves and ends with its heartbeat', async () => {
    await lab.request('GET', `/api/push/${lab.heartbeat.pingId}?status=warning&msg=slow`);
    const { id, name, schedule, graceMs } = lab.heartbeat;
    await lab.api('PUT', `/heartbeats/${id}`, { name, schedule, graceMs, host: 'other' });
    const open = (await lab.alerts()).filter(({ state }) => state === 'open');
    expect(open).toMatchObject([{ ...OPEN, host: 'other', message: 'Ended with warnings: slow' }]);
    await lab.api('DELETE', `/heartbeats/${id}`);
    expect((await lab.alerts()).every(({ state }) => state === 'resolved')).toBe(true);
  });
});
