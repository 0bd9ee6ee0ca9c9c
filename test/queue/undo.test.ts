import { describe, expect, test } from 'vitest';
import { CoreFixture, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { addDead, code, done, ended, good, tally } from './dead-letters-lab.ts';

const NOWHERE = 'http://127.0.0.1:9/';
const UNKNOWN = '01890000-0000-7000-8000-000000000000';

async function undone(fixture: CoreFixture, id: string) {
  return ended(fixture, good(await fixture.core.bulk.undoDiscard(id, 'bob')).id);
}

describe('undoing a discard', () => {
  test('brings one back as it was: count, error, class, cause and time of death', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    await fixture.raise(receiver.url, 'dead');
    const [id = ''] = fixture.ids();
    const before = fixture.core.notifications.get(id);
    const groups = fixture.core.deadLetters.groups();
    await fixture.pass(5_000);
    await fixture.core.notifications.discard(id, 'ann');
    expect(fixture.core.notifications.get(id)).toMatchObject({
      status: 'cancelled',
      cancelReason: 'discarded',
    });
    await fixture.pass(30_000);
    expect(await undone(fixture, id)).toMatchObject({
      action: 'undo_discard',
      state: 'finished',
      total: 1,
      changed: 1,
      undoUntil: null,
    });
    const now = fixture.clock.now();
    expect(fixture.core.notifications.get(id)).toEqual({ ...before, updatedAt: now });
    expect(fixture.core.deadLetters.groups()).toEqual(groups);
    expect(fixture.audit(id).map(({ action }) => action)).toEqual([
      'notification.discard',
      'bulk.undo_discard',
    ]);
    receiver.respond = status(200);
    await fixture.core.notifications.requeue(id, 'ann');
    await fixture.statusesBecome('sent');
  });

  test('is too late after 30 seconds, for one and for many', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.worker.stop();
    const channelId = await fixture.addChannel(NOWHERE);
    const [id = ''] = addDead(fixture, { channelId, count: 3 });
    await fixture.core.notifications.discard(id, 'ann');
    const job = await done(fixture, 'discard', { filter: {} });
    expect(job.undoUntil).toBe(fixture.clock.now() + 30_000);
    fixture.clock.advance(30_001);
    expect(code(await fixture.core.bulk.undoDiscard(id, 'ann'))).toBe('wrong_state');
    expect(code(await fixture.core.bulk.undoDiscard(job.id, 'ann'))).toBe('wrong_state');
    expect(tally(fixture)).toEqual({ cancelled: 3 });
  });

  test('brings back what one bulk discard took, and nothing else', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.worker.stop();
    const channelId = await fixture.addChannel(NOWHERE);
    const [single = '', ...many] = addDead(fixture, { channelId, count: 701 });
    await fixture.core.notifications.discard(single, 'ann');
    const job = await done(fixture, 'discard', { filter: {} });
    expect(job).toMatchObject({ changed: 700 });
    const other = addDead(fixture, { channelId, count: 1 });
    await done(fixture, 'discard', { ids: other });
    expect(await undone(fixture, job.id)).toMatchObject({ total: 700, changed: 700 });
    expect(tally(fixture)).toEqual({ cancelled: 2, dead: 700 });
    for (const id of many) expect(fixture.core.notifications.get(id)?.status).toBe('dead');
    // An undo is possible once, and a window that looks gets an error.
    expect(fixture.core.bulk.get(job.id)?.undoUntil).toBeNull();
    expect(code(await fixture.core.bulk.undoDiscard(job.id, 'ann'))).toBe('wrong_state');
  });

  test('is possible after a restart within the time', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.worker.stop();
    addDead(fixture, { channelId: await fixture.addChannel(NOWHERE), count: 300 });
    const job = await done(fixture, 'discard', { filter: {} });
    await fixture.restart(10_000);
    await fixture.core.worker.stop();
    expect(await undone(fixture, job.id)).toMatchObject({ changed: 300 });
    expect(tally(fixture)).toEqual({ dead: 300 });
  });

  test('brings what had never been tried back as dead, with words that say why', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.worker.stop();
    await fixture.addChannel(NOWHERE);
    const hour = { durationMs: 3_600_000 };
    await fixture.core.pause.begin(hour.durationMs, 'ann');
    await fixture.core.alerts.ingest([firing()]);
    const [id = ''] = fixture.ids();
    await fixture.core.notifications.discard(id, 'ann');
    await undone(fixture, id);
    const { groups } = fixture.core.deadLetters.groups();
    expect(groups).toMatchObject([{ count: 1, class: null, firstAt: fixture.clock.now() }]);
    expect(fixture.core.notifications.get(id)).toMatchObject({
      status: 'dead',
      retryCount: 0,
      lastError: 'Discarded before it was delivered, then restored.',
    });
    // Its group is one like any other.
    const requeued = await done(fixture, 'requeue', { group: groups[0]?.key ?? '' });
    expect(requeued).toMatchObject({ changed: 1 });
  });

  test('groups one that had failed once under the cause of that failure', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    const [id = ''] = fixture.ids();
    await fixture.core.notifications.discard(id, 'ann');
    await undone(fixture, id);
    expect(fixture.core.deadLetters.groups().groups).toMatchObject([
      {
        class: 'server_error',
        cause: 'The receiver could not accept the notification (HTTP 503).',
      },
    ]);
  });

  test('leaves what belonged to a channel that was deleted meanwhile', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.worker.stop();
    const channelId = await fixture.addChannel(NOWHERE);
    const [id = ''] = addDead(fixture, { channelId, count: 1 });
    await fixture.core.notifications.discard(id, 'ann');
    await fixture.core.channelDeletion.delete({ id: channelId, detach: true }, 'ann');
    expect(await undone(fixture, id)).toMatchObject({ changed: 0, unchanged: 1 });
    expect(tally(fixture)).toEqual({ cancelled: 1 });
  });

  test('is refused for what was not discarded, for unknown ids, and while the discard goes on', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.worker.stop();
    const channelId = await fixture.addChannel(NOWHERE);
    const [id = ''] = addDead(fixture, { channelId, count: 1_000 });
    expect(code(await fixture.core.bulk.undoDiscard(id, 'ann'))).toBe('wrong_state');
    expect(code(await fixture.core.bulk.undoDiscard(UNKNOWN, 'ann'))).toBe('not_found');
    const job = good(await fixture.core.bulk.discard({ filter: {} }, 'ann'));
    expect(code(await fixture.core.bulk.undoDiscard(job.id, 'ann'))).toBe('wrong_state');
    await ended(fixture, job.id);
    expect(await undone(fixture, job.id)).toMatchObject({ changed: 1_000 });
  });
});
