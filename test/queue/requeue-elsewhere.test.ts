import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { until } from '../support/until.ts';
import { addDead, code, done, ended, good, tally } from './dead-letters-lab.ts';
import { queuedFor, routeTo } from './routed.ts';

const NOWHERE = 'http://127.0.0.1:9/';
const LETTERS = 1_000;

/** Three dead letters of a channel whose receiver refuses them, and another channel. */
async function refusedLetters(gone: HttpReceiver, other: HttpReceiver) {
  const fixture = await CoreFixture.start();
  gone.respond = status(404);
  const from = await fixture.addChannel(gone.url, EXACT);
  const to = await fixture.addChannel(other.url, EXACT, { name: 'the other' });
  await routeTo(fixture, from);
  await fixture.core.alerts.ingest(['a', 'b', 'c'].map((dedupKey) => firing({ dedupKey })));
  await fixture.quiet();
  expect(queuedFor(fixture, from)).toEqual(['raised dead', 'raised dead', 'raised dead']);
  return { fixture, from, to };
}

describe('a requeue through another channel', () => {
  test('delivers there, once, and leaves no dead letter', async () => {
    await using gone = await HttpReceiver.start();
    await using other = await HttpReceiver.start();
    const { fixture, from, to } = await refusedLetters(gone, other);
    await using _ = fixture;
    const dead = fixture.ids();
    const job = await done(fixture, 'requeue', { filter: { channelId: from }, toChannelId: to });
    expect(job).toMatchObject({ action: 'requeue', toChannelId: to, total: 3, changed: 3 });
    await fixture.quiet();
    expect(other.received).toHaveLength(3);
    expect(tally(fixture)).toEqual({ cancelled: 3, sent: 3 });
    const [first, copy] = [fixture.detail(0), fixture.detail(3)];
    expect(first).toMatchObject({ status: 'cancelled', cancelReason: 'moved', channelId: from });
    expect(copy).toMatchObject({
      ...{ status: 'sent', channelId: to, fallbackOf: first.id, requeuedBy: 'ann' },
      alertId: first.alertId,
      alert: first.alert,
    });
    const reasons = fixture.db.values<string>('SELECT reason FROM audit_log WHERE subject = ?', [
      job.id,
    ]);
    expect(JSON.parse(reasons[0] ?? '')).toMatchObject({
      code: 'audit.bulk_elsewhere',
      params: { count: 3, channel: 'the other' },
    });
    // Of the alert, each channel says what became of its notification.
    const detail = fixture.core.alerts.detail(first.alertId ?? '');
    expect(detail).not.toBeNull();

    const again = await done(fixture, 'requeue', { ids: dead, toChannelId: to });
    expect(again).toMatchObject({ total: 3, changed: 0, unchanged: 3 });
    await fixture.quiet();
    expect(other.received).toHaveLength(3);
  });

  test('leaves a dead letter of that channel where it fails, too', async () => {
    await using gone = await HttpReceiver.start();
    await using other = await HttpReceiver.start();
    const { fixture, from, to } = await refusedLetters(gone, other);
    await using _ = fixture;
    other.respond = status(404);
    await done(fixture, 'requeue', { filter: { channelId: from }, toChannelId: to });
    await fixture.quiet();
    expect(queuedFor(fixture, from)).toEqual(Array(3).fill('raised cancelled'));
    expect(queuedFor(fixture, to)).toEqual(Array(3).fill('raised dead'));
  });

  test('gives a dead letter of that very channel new attempts', async () => {
    await using gone = await HttpReceiver.start();
    await using other = await HttpReceiver.start();
    const { fixture, from } = await refusedLetters(gone, other);
    await using _ = fixture;
    gone.respond = status(200);
    await done(fixture, 'requeue', { filter: {}, toChannelId: from });
    await fixture.quiet();
    expect(queuedFor(fixture, from)).toEqual(Array(3).fill('raised sent'));
  });

  test('does not repeat what the channel has sent in its own right', async () => {
    await using gone = await HttpReceiver.start();
    await using other = await HttpReceiver.start();
    const fixture = await CoreFixture.start();
    await using _ = fixture;
    gone.respond = status(404);
    const from = await fixture.addChannel(gone.url, EXACT);
    const to = await fixture.addChannel(other.url, EXACT, { name: 'the other' });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect(other.received).toHaveLength(1);
    await done(fixture, 'requeue', { filter: { channelId: from }, toChannelId: to });
    await fixture.quiet();
    expect(other.received).toHaveLength(1);
    expect(queuedFor(fixture, from)).toEqual(['raised cancelled']);
  });

  test('skips what has become obsolete, and leaves tests where they are', async () => {
    await using gone = await HttpReceiver.start();
    await using other = await HttpReceiver.start();
    const { fixture, from, to } = await refusedLetters(gone, other);
    await using _ = fixture;
    good(await fixture.core.notifications.test(from, 'ann'));
    await fixture.core.alerts.ingest([resolved({ dedupKey: 'a' })]);
    await fixture.quiet();
    const job = await done(fixture, 'requeue', { filter: { event: 'raised' }, toChannelId: to });
    expect(job).toMatchObject({ total: 2, changed: 2, skipped: 1 });
    expect(
      await done(fixture, 'requeue', { filter: { event: 'test' }, toChannelId: to }),
    ).toMatchObject({
      ...{ total: 1, changed: 0, unchanged: 1 },
    });
  });

  test('is refused for a channel that is unknown or disabled, and as a summary', async () => {
    await using fixture = await CoreFixture.start();
    const off = await fixture.addChannel(NOWHERE, EXACT, { enabled: false });
    const ask = (toChannelId: string) =>
      fixture.core.bulk.requeue({ filter: {}, toChannelId }, 'ann');
    expect(code(await ask(off))).toBe('wrong_state');
    expect(code(await ask('01890000-0000-7000-8000-000000000000'))).toBe('not_found');
  });

  test('that a crash cuts off is continued: each letter is dead or has one copy, at every moment', async () => {
    const fixture = await CoreFixture.start();
    await fixture.core.worker.stop();
    await using _ = fixture;
    const from = await fixture.addChannel(NOWHERE);
    const to = await fixture.addChannel(`${NOWHERE}other`, EXACT, { name: 'the other' });
    addDead(fixture, { channelId: from, count: LETTERS });
    const { id } = good(await fixture.core.bulk.requeue({ filter: {}, toChannelId: to }, 'ann'));
    await until(() => (fixture.core.bulk.get(id)?.changed ?? 0) >= 400, 'two batches');
    await fixture.crash();
    fixture.open();
    const { dead = 0, cancelled = 0, pending = 0 } = tally(fixture);
    expect(dead).toBeGreaterThan(0);
    expect([dead + cancelled, pending]).toEqual([LETTERS, cancelled]);
    fixture.core.bulk.start();
    expect(await ended(fixture, id)).toMatchObject({ state: 'finished', changed: LETTERS });
    expect(tally(fixture)).toEqual({ cancelled: LETTERS, pending: LETTERS });
    const copies = 'SELECT count(DISTINCT fallback_of) FROM notifications WHERE channel_id = ?';
    expect(fixture.db.value(copies, [to])).toBe(LETTERS);
  });
});
