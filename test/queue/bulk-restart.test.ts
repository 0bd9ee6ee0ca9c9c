import { describe, expect, test } from 'vitest';
import type { RequeueSelection, RetrySelection } from '../../main/contract/notification.ts';
import { CoreFixture } from '../support/core-fixture.ts';
import { until } from '../support/until.ts';
import { addDead, code, ended, good, tally } from './dead-letters-lab.ts';

const NOWHERE = 'http://127.0.0.1:9/';
const ROWS = 1_000;

type Action = 'requeue' | 'retry' | 'discard';

/** A core that sends nothing, with rows for the action, killed after the first batches of bulk work on them. */
async function killed(action: Action, selection: RequeueSelection & RetrySelection) {
  const fixture = await CoreFixture.start();
  await fixture.core.worker.stop();
  const channelId = await fixture.addChannel(NOWHERE);
  addDead(fixture, { channelId, count: ROWS });
  if (action === 'retry') {
    fixture.db.run(
      "UPDATE notifications SET status = 'failed', cause = NULL, died_at = NULL, due_at = ?",
      [fixture.clock.now() + 3_600_000],
    );
  }
  const { id, total } = good(await fixture.core.bulk[action](selection, 'ann'));
  expect(total).toBe(ROWS);
  await until(() => (fixture.core.bulk.get(id)?.changed ?? 0) >= 400, 'two batches');
  await fixture.crash();
  fixture.open();
  expect(fixture.core.bulk.get(id)).toMatchObject({ state: 'running', total: ROWS });
  return { fixture, id, channelId };
}

describe('bulk work that a crash cut off', () => {
  test('a requeue is continued, and touches nothing that died since it was asked for', async () => {
    const { fixture, id, channelId } = await killed('requeue', { filter: {} });
    await using _ = fixture;
    addDead(fixture, { channelId, count: 3, error: 'later' });
    fixture.core.bulk.start();
    expect(await ended(fixture, id)).toMatchObject({
      state: 'finished',
      changed: ROWS,
      unchanged: 0,
    });
    expect(tally(fixture)).toEqual({ dead: 3, pending: ROWS });
  });

  test('a retry is continued', async () => {
    const { fixture, id } = await killed('retry', { filter: {} });
    await using _ = fixture;
    fixture.core.bulk.start();
    expect(await ended(fixture, id)).toMatchObject({ state: 'finished', changed: ROWS });
    const due = 'SELECT count(*) FROM notifications WHERE due_at <= ?';
    expect(fixture.db.value(due, [fixture.clock.now()])).toBe(ROWS);
  });

  test('a discard is continued, can be undone, and the undoing is continued, too', async () => {
    const { fixture, id } = await killed('discard', { filter: {} });
    await using _ = fixture;
    fixture.core.bulk.start();
    expect(await ended(fixture, id)).toMatchObject({ state: 'finished', changed: ROWS });
    const undo = good(await fixture.core.bulk.undoDiscard(id, 'bob'));
    await until(() => (fixture.core.bulk.get(undo.id)?.changed ?? 0) >= 400, 'two batches');
    await fixture.crash();
    fixture.open();
    fixture.core.bulk.start();
    expect(await ended(fixture, undo.id)).toMatchObject({ state: 'finished', changed: ROWS });
    expect(tally(fixture)).toEqual({ dead: ROWS });
  });

  test('is cancelled after the restart as before it, and is known after it has ended', async () => {
    const { fixture, id } = await killed('discard', { filter: {} });
    await using _ = fixture;
    fixture.core.bulk.start();
    const job = good(await fixture.core.bulk.cancel(id, 'bob'));
    expect(job.state).toBe('cancelled');
    await fixture.crash();
    fixture.open();
    fixture.core.bulk.start();
    expect(fixture.core.bulk.get(id)).toEqual(job);
    expect(code(await fixture.core.bulk.cancel(id, 'bob'))).toBe('wrong_state');
    expect(tally(fixture)).toEqual({ cancelled: job.changed, dead: ROWS - job.changed });
  });
});
