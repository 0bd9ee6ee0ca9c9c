import { describe, expect, test } from 'vitest';
import { CoreFixture } from '../support/core-fixture.ts';
import { holdWriteLock, passUntil } from '../support/sick-disk.ts';
import { until } from '../support/until.ts';
import { addDead, code, done, ended, good, tally } from './dead-letters-lab.ts';

const NOWHERE = 'http://127.0.0.1:9/';
const UNKNOWN = '01890000-0000-7000-8000-000000000000';

/** A core whose worker does not send, with one channel and dead letters of it. */
async function withDead(count: number) {
  const fixture = await CoreFixture.start();
  await fixture.core.worker.stop();
  const channelId = await fixture.addChannel(NOWHERE);
  return { fixture, channelId, ids: addDead(fixture, { channelId, count }) };
}

describe('bulk work', () => {
  test('requeues by ids: the dead alone, with a fresh budget and the name of who asked', async () => {
    const { fixture, channelId, ids } = await withDead(3);
    await using _ = fixture;
    await fixture.core.notifications.discard(ids[2] ?? '', 'ann');
    const job = await done(fixture, 'requeue', { ids: [...ids, UNKNOWN] });
    expect(job).toMatchObject({ state: 'finished', total: 4, changed: 2, unchanged: 2 });
    expect(job).toMatchObject({ action: 'requeue', problem: null, undoUntil: null });
    expect(fixture.core.notifications.get(ids[0] ?? '')).toMatchObject({
      status: 'pending',
      channelId,
      retryCount: 0,
      lastError: null,
      lastErrorClass: null,
      requeuedBy: 'ann',
    });
    expect(tally(fixture)).toEqual({ pending: 2, cancelled: 1 });
    expect(fixture.audit(job.id)).toEqual([
      { actor: 'ann', action: 'bulk.requeue' },
      { actor: 'ann', action: 'bulk.requeue.end' },
    ]);
  });

  test.each(['', 'no JSON', '{}', '["code",{}]'])(
    'refuses the key of a group whose cause is %j',
    async (cause) => {
      const { fixture, channelId } = await withDead(1);
      await using _ = fixture;
      const group = Buffer.from(JSON.stringify([channelId, 'timeout', cause])).toString(
        'base64url',
      );
      const refused = await fixture.core.deadLetters.select({ group }, 'requeue');
      expect(refused).toMatchObject({
        error: {
          code: 'invalid_input',
          reason: { code: 'error.field', params: { field: 'group' } },
        },
      });
    },
  );

  test('names a group without a cause by its failure class in the audit log', async () => {
    const { fixture, channelId } = await withDead(1);
    await using _ = fixture;
    const group = Buffer.from(
      JSON.stringify([channelId, 'timeout', '["failure.timeout",{},""]']),
    ).toString('base64url');
    const { audited } = good(await fixture.core.deadLetters.select({ group }, 'requeue'));
    expect(audited(1)).toMatchObject({ code: 'audit.bulk_group', params: { cause: 'timeout' } });
  });

  test('discards by ids what is pending, failed or dead', async () => {
    const { fixture, ids } = await withDead(2);
    await using _ = fixture;
    await fixture.core.notifications.requeue(ids[0] ?? '', 'ann');
    expect(await done(fixture, 'discard', { ids })).toMatchObject({ changed: 2, unchanged: 0 });
    expect(tally(fixture)).toEqual({ cancelled: 2 });
  });

  test('takes a group as it is now, and nothing of another', async () => {
    const { fixture, channelId } = await withDead(3);
    await using _ = fixture;
    addDead(fixture, { channelId, count: 2, error: 'another cause' });
    addDead(fixture, { channelId, count: 2, failure: 'timeout' });
    const group = fixture.core.deadLetters.groups().groups.find(({ count }) => count === 3)?.key;
    expect(await done(fixture, 'requeue', { group: group ?? '' })).toMatchObject({ changed: 3 });
    expect(tally(fixture)).toEqual({ dead: 4, pending: 3 });
    // An empty group is still a group.
    expect(await done(fixture, 'requeue', { group: group ?? '' })).toMatchObject({ total: 0 });
  });

  test('takes of a group what a filter finds', async () => {
    const { fixture, channelId } = await withDead(2);
    await using _ = fixture;
    addDead(fixture, { channelId, count: 3, diedAt: 5 });
    addDead(fixture, { channelId, count: 1, diedAt: 5, failure: 'timeout' });
    const group = fixture.core.deadLetters.groups().groups.find(({ count }) => count === 5)?.key;
    const selection = { group: group ?? '', filter: { diedTo: 6, obsolete: false } };
    expect(good(await fixture.core.deadLetters.preview(selection))).toMatchObject({ total: 3 });
    expect(await done(fixture, 'requeue', selection)).toMatchObject({ changed: 3 });
    expect(tally(fixture)).toEqual({ dead: 3, pending: 3 });
  });

  test.for([
    ['by channel', ({ other }) => ({ channelId: other }), 1],
    ['by alert', ({ alertId }) => ({ alertId }), 1],
    ['by words', () => ({ q: 'needle_%' }), 1],
    ['by failure', () => ({ failureClass: 'timeout' }), 1],
    ['by event', () => ({ event: 'resolved' }), 1],
    ['by the time of death', () => ({ diedFrom: 5, diedTo: 6 }), 1],
    ['by all of it at once', ({ other }) => ({ channelId: other, event: 'raised' }), 0],
    ['the obsolete', () => ({ obsolete: true }), 2],
    ['the others', () => ({ obsolete: false }), 4],
    ['all of them', () => ({}), 6],
  ] as [string, (known: { other: string; alertId: string }) => object, number][])(
    'discards with a filter %s',
    async ([, filterOf, expected]) => {
      const { fixture, channelId, ids } = await withDead(2);
      await using _ = fixture;
      const other = await fixture.addChannel(`${NOWHERE}other`);
      const special = { failure: 'timeout', event: 'resolved', diedAt: 5 } as const;
      addDead(fixture, { channelId: other, count: 1, ...special });
      addDead(fixture, { channelId, count: 1, error: 'a needle_% in hay' });
      addDead(fixture, { channelId, count: 2, isOpen: false });
      const alertId = fixture.core.notifications.get(ids[0] ?? '')?.alertId ?? '';
      const job = await done(fixture, 'discard', { filter: filterOf({ other, alertId }) });
      expect(job).toMatchObject({ total: expected, changed: expected });
      expect(tally(fixture)['cancelled'] ?? 0).toBe(expected);
    },
  );

  test('a filter finds dead letters alone: what is still to be sent is never swept away', async () => {
    const { fixture, ids } = await withDead(2);
    await using _ = fixture;
    await fixture.core.notifications.requeue(ids[0] ?? '', 'ann');
    await done(fixture, 'discard', { filter: {} });
    expect(tally(fixture)).toEqual({ cancelled: 1, pending: 1 });
  });

  test('requeues obsolete ones by id or when asked; a group and a filter skip them and say so', async () => {
    const { fixture, channelId } = await withDead(1);
    await using _ = fixture;
    const old = addDead(fixture, { channelId, count: 4, isOpen: false });
    const group = fixture.core.deadLetters.groups().groups[0]?.key ?? '';
    expect(good(await fixture.core.deadLetters.preview({ group }))).toEqual({
      total: 1,
      skipped: 4,
      summaries: 1,
      channels: [{ channelId, count: 1 }],
    });
    expect(await done(fixture, 'requeue', { group })).toMatchObject({
      total: 1,
      changed: 1,
      skipped: 4,
    });
    expect(await done(fixture, 'requeue', { filter: {} })).toMatchObject({ total: 0, skipped: 4 });
    const byId = await done(fixture, 'requeue', { ids: old.slice(0, 1) });
    expect(byId).toMatchObject({ changed: 1, skipped: 0 });
    const asked = { filter: { obsolete: true, alertId: alertOf(fixture, old[1]) } };
    expect(await done(fixture, 'requeue', asked)).toMatchObject({ changed: 1, skipped: 0 });
    const all = { group, includeObsolete: true };
    expect(await done(fixture, 'requeue', all)).toMatchObject({ changed: 2, skipped: 0 });
    expect(tally(fixture)).toEqual({ pending: 5 });
  });

  test.for(['', 'nonsense', Buffer.from('{"a":1}').toString('base64url'), 'WyIiLG51bGwsIiJd'])(
    'refuses %j as a group',
    async (group) => {
      await using fixture = await CoreFixture.start();
      expect(code(await fixture.core.bulk.discard({ group }, 'ann'))).toBe('invalid_input');
      expect(fixture.core.bulk.list()).toEqual([]);
    },
  );

  test('does not touch what comes to match after it began', async () => {
    const { fixture, channelId } = await withDead(600);
    await using _ = fixture;
    const job = good(await fixture.core.bulk.discard({ filter: {} }, 'ann'));
    expect(job).toMatchObject({ state: 'running', total: 600, changed: 0 });
    addDead(fixture, { channelId, count: 5 });
    expect(await ended(fixture, job.id)).toMatchObject({ changed: 600, unchanged: 0 });
    expect(tally(fixture)).toEqual({ cancelled: 600, dead: 5 });
  });

  test('counts as unchanged what another has changed meanwhile', async () => {
    const { fixture, ids } = await withDead(600);
    await using _ = fixture;
    const job = good(await fixture.core.bulk.discard({ filter: {} }, 'ann'));
    await fixture.core.notifications.requeue(ids[599] ?? '', 'bob');
    expect(await ended(fixture, job.id)).toMatchObject({ changed: 599, unchanged: 1 });
    expect(fixture.core.notifications.get(ids[599] ?? '')?.status).toBe('pending');
  });

  test('tells windows of its progress, one change a batch, and of itself when it ends', async () => {
    const { fixture } = await withDead(500);
    await using _ = fixture;
    const seen: string[] = [];
    fixture.core.writer.onCommitted(({ changes }) => {
      for (const change of changes) {
        if (change.entity !== 'bulk') seen.push(change.entity);
        else seen.push(`bulk ${fixture.core.bulk.get(change.id)?.changed}`);
      }
    });
    const job = good(await fixture.core.bulk.discard({ filter: {} }, 'ann'));
    await ended(fixture, job.id);
    expect(seen).toEqual(['bulk 0', 'bulk 200', 'bulk 400', 'bulk 500', 'bulk 500', 'everything']);
  });

  test('is cancelled after its batch; what was done stays done', async () => {
    const { fixture } = await withDead(2_000);
    await using _ = fixture;
    const { id } = good(await fixture.core.bulk.discard({ filter: {} }, 'ann'));
    await until(() => (fixture.core.bulk.get(id)?.changed ?? 0) >= 400, 'two batches');
    const job = good(await fixture.core.bulk.cancel(id, 'bob'));
    expect(job).toMatchObject({ state: 'cancelled', total: 2_000, unchanged: 0 });
    expect(job.changed % 200).toBe(0);
    expect(job.changed).toBeLessThan(2_000);
    expect(tally(fixture)).toEqual({ cancelled: job.changed, dead: 2_000 - job.changed });
    expect(fixture.audit(id).at(-1)).toEqual({ actor: 'bob', action: 'bulk.discard.end' });
    expect(code(await fixture.core.bulk.cancel(id, 'bob'))).toBe('wrong_state');
    expect(code(await fixture.core.bulk.cancel(UNKNOWN, 'bob'))).toBe('not_found');
  });

  test('runs two at a time; others wait, can be cancelled, and above twenty are refused', async () => {
    const { fixture } = await withDead(1_000);
    await using _ = fixture;
    const begin = () => fixture.core.bulk.requeue({ filter: { q: 'nowhere to be found' } }, 'ann');
    const busy = () => fixture.core.bulk.discard({ filter: {} }, 'ann');
    const running = [good(await busy()), good(await busy())];
    const third = good(await fixture.core.bulk.requeue({ filter: {} }, 'ann'));
    expect(good(await fixture.core.bulk.cancel(third.id, 'ann'))).toMatchObject({
      state: 'cancelled',
      changed: 0,
    });
    const results = await Promise.all(Array.from({ length: 40 }, begin));
    for (const { id } of running) await ended(fixture, id);
    for (const result of results) {
      if (result.ok) expect(await ended(fixture, result.value.id)).toMatchObject({ total: 0 });
      else expect(result.error.code).toBe('unavailable');
    }
    expect(tally(fixture)).toEqual({ cancelled: 1_000 });
  });

  test('remembers the newest fifty', async () => {
    const { fixture } = await withDead(0);
    await using _ = fixture;
    const first = await done(fixture, 'discard', { filter: {} });
    let last = first;
    for (let i = 0; i < 50; i++) last = await done(fixture, 'discard', { filter: {} });
    expect(fixture.core.bulk.list()).toHaveLength(50);
    expect(fixture.core.bulk.list()[0]?.id).toBe(last.id);
    expect(fixture.core.bulk.get(first.id)).toBeNull();
  });

  test('ends as failed when the disk refuses, in words; what was done stays done', async () => {
    const { fixture } = await withDead(1_000);
    await using _ = fixture;
    const { id } = good(await fixture.core.bulk.discard({ filter: {} }, 'ann'));
    await until(() => (fixture.core.bulk.get(id)?.changed ?? 0) >= 200, 'a batch');
    {
      using _lock = holdWriteLock(fixture.dir);
      const failed = () => fixture.core.bulk.get(id)?.state === 'failed';
      await passUntil(fixture.clock, failed, 'it failed');
    }
    const job = fixture.core.bulk.get(id);
    expect(job?.problem).toContain('The database cannot write');
    expect(tally(fixture)).toEqual({ cancelled: job?.changed, dead: 1_000 - (job?.changed ?? 0) });
    fixture.clock.advance(2_000);
    expect(await ended(fixture, id)).toMatchObject({ state: 'failed' });
  });

  test('breaks off after its batch when the program stops, and is continued at the next start', async () => {
    const { fixture } = await withDead(2_000);
    await using _ = fixture;
    const { id } = good(await fixture.core.bulk.discard({ filter: {} }, 'ann'));
    await until(() => (fixture.core.bulk.get(id)?.changed ?? 0) >= 200, 'a batch');
    await fixture.core.bulk.stop();
    const job = fixture.core.bulk.get(id);
    expect(job).toMatchObject({ state: 'running', unchanged: 0 });
    expect(tally(fixture)['cancelled']).toBe(job?.changed);
    expect(code(await fixture.core.bulk.discard({ filter: {} }, 'ann'))).toBe('unavailable');
    expect(code(await fixture.core.bulk.cancel(id, 'ann'))).toBe('unavailable');
    await fixture.core.bulk.stop();
    fixture.core.bulk.start();
    expect(await ended(fixture, id)).toMatchObject({ state: 'finished', changed: 2_000 });
    expect(tally(fixture)).toEqual({ cancelled: 2_000 });
  });
});

const alertOf = (fixture: CoreFixture, id = '') =>
  fixture.core.notifications.get(id)?.alertId ?? '';
