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
      { state: 'open', message: 'Expected every 10 min, last heard 15 min ago' },
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
    // What the clock began is written by the time that a write is answered.
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
        { action: 'rejected', message: 'status: must be one of succeeded, failed' },
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
