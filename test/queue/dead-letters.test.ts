/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import type { Db } from '../../main/store/database.ts';
import { DeadLetterRows } from '../../main/store/notifications/dead-letter-rows.ts';
import { toFilter } from '../../main/store/notifications/notification-filter.ts';
import { NotificationPages } from '../../main/store/notifications/notification-pages.ts';
import { CoreFixture, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { plansOf } from '../support/query-plans.ts';
import { addDead, done, tally } from './dead-letters-lab.ts';

const NOWHERE = 'http://127.0.0.1:9/';

/** A stopped worker, so that what is requeued stays to be looked at. */
async function quietFixture(): Promise<CoreFixture> {
  const fixture = await CoreFixture.start();
  await fixture.core.worker.stop();
  return fixture;
}

/** Does everything that is asked about dead letters once. */
function askOfDeadLetters(watching: Db): void {
  const rows = new DeadLetterRows(watching);
  rows.groups(1);
  rows.groupsOf(toFilter({ event: 'raised' }), 1);
  rows.groupsOf(toFilter({ diedFrom: 1 }), 1);
  rows.hours(toFilter({ diedFrom: 1, channelId: 'a' }));
  const stretch = { after: 0, upTo: rows.newestSeq(), limit: 1 };
  rows.scan(toFilter({}), stretch);
  new NotificationPages(watching).named(['a']);
  rows.requeue([1], 'ann', 0);
  rows.discard([1], { discardId: null, waiting: false }, 0);
  rows.discarded('a');
  rows.failure(1);
  rows.undo({ seq: 1, discardId: 'a', error: '{}', cause: '', now: 0 });
  rows.count();
  rows.oldest(1);
}

describe('dead letters that a filter finds', () => {
  const HOUR_MS = 3_600_000;

  test('are grouped, with counts of what it finds', async () => {
    await using fixture = await quietFixture();
    const channelId = await fixture.addChannel('http://127.0.0.1:9/');
    addDead(fixture, { channelId, count: 2 });
    addDead(fixture, { channelId, count: 1, isOpen: false, failure: 'timeout' });
    addDead(fixture, { channelId, count: 3, failure: 'timeout', diedAt: 5, event: 'resolved' });
    const found = (filter: object) =>
      fixture.core.deadLetters
        .groups(filter)
        .groups.map((group) => [group.class, group.count, group.obsolete]);
    expect(found({})).toEqual(found({ diedFrom: 0 }));
    expect(found({ failureClass: 'timeout' })).toEqual([['timeout', 4, 1]]);
    expect(found({ event: 'raised' })).toEqual([
      ['server_error', 2, 0],
      ['timeout', 1, 1],
    ]);
    expect(found({ diedTo: 6 })).toEqual([['timeout', 3, 0]]);
    expect(found({ obsolete: true })).toEqual([['timeout', 1, 1]]);
    expect(found({ q: 'host="nas" "HTTP 503"', failureClass: 'server_error' })).toEqual([
      ['server_error', 2, 0],
    ]);
    expect(found({ q: 'host="pi"' })).toEqual([]);
  });

  test('are counted by the hour of death, with every hour', async () => {
    await using fixture = await quietFixture();
    const channelId = await fixture.addChannel('http://127.0.0.1:9/');
    const now = fixture.clock.now();
    const hour = now - (now % HOUR_MS);
    addDead(fixture, { channelId, count: 2, diedAt: hour });
    addDead(fixture, { channelId, count: 3, diedAt: hour - 1, failure: 'timeout' });
    addDead(fixture, { channelId, count: 4, diedAt: hour - 2 * HOUR_MS - 1 });
    // By a clock that ran ahead.
    addDead(fixture, { channelId, count: 1, diedAt: hour + 5 * HOUR_MS });
    const counts = (query: object) =>
      fixture.core.deadLetters.hours({ hours: 3, ...query }).hours.map(({ count }) => count);
    expect(counts({})).toEqual([0, 3, 3]);
    expect(counts({ failureClass: 'timeout' })).toEqual([0, 3, 0]);
    expect(counts({ q: 'host="pi"' })).toEqual([0, 0, 0]);
    expect(fixture.core.deadLetters.hours({ hours: 168 }).hours.at(-4)).toEqual({
      at: hour - 3 * HOUR_MS,
      count: 4,
    });
  });
});

describe('groups of dead letters', () => {
  test('are by channel, class and normalised message, with counts and times', async () => {
    await using fixture = await quietFixture();
    const [one, two] = [await fixture.addChannel(NOWHERE), await fixture.addChannel(`${NOWHERE}2`)];
    const connection = (port: number) => `connect ECONNREFUSED 10.0.0.7:${port}`;
    const died = { channelId: one, failure: 'connection' } as const;
    addDead(fixture, { ...died, count: 2, error: connection(80), diedAt: 1_000 });
    addDead(fixture, { ...died, count: 1, error: connection(443), diedAt: 9_000, isOpen: false });
    addDead(fixture, { ...died, count: 1, error: 'connect ECONNRESET', diedAt: 5_000 });
    addDead(fixture, { ...died, count: 1, error: connection(80), failure: 'timeout' });
    addDead(fixture, { channelId: two, count: 2, error: connection(80), failure: 'connection' });
    const { groups } = fixture.core.deadLetters.groups();
    expect(groups.map(({ class: failure, cause, count }) => [failure, cause, count])).toEqual([
      ['connection', 'connect ECONNREFUSED <ip>:<port>', 3],
      ['connection', 'connect ECONNREFUSED <ip>:<port>', 2],
      ['timeout', 'connect ECONNREFUSED <ip>:<port>', 1],
      ['connection', 'connect ECONNRESET', 1],
    ]);
    expect(groups[0]).toMatchObject({
      channelId: one,
      channelName: `to ${NOWHERE}`,
      obsolete: 1,
      firstAt: 1_000,
      lastAt: 9_000,
    });
    expect(new Set(groups.map(({ key }) => key)).size).toBe(4);
  });

  test('are made by real attempts, and a requeue takes a row out of its group', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    await fixture.raise(receiver.url, 'dead');
    const now = fixture.clock.now();
    expect(fixture.core.deadLetters.groups().groups).toMatchObject([
      { class: 'not_found', count: 1, obsolete: 0, firstAt: now, lastAt: now },
    ]);
    receiver.respond = status(200);
    await fixture.core.notifications.requeue(fixture.ids()[0] ?? '', 'ann');
    expect(fixture.core.deadLetters.groups().groups).toEqual([]);
  });

  test.for([
    ['of an alert that is open', { isOpen: true }, 0],
    ['of an alert that has closed', { isOpen: false }, 1],
    ['that says that it has closed', { isOpen: false, event: 'resolved' }, 0],
  ] as const)('obsolete: a dead letter %s', async ([, dead, obsolete]) => {
    await using fixture = await quietFixture();
    const channelId = await fixture.addChannel(NOWHERE);
    const [id = ''] = addDead(fixture, { channelId, count: 1, ...dead });
    expect(fixture.core.deadLetters.groups().groups[0]).toMatchObject({ count: 1, obsolete });
    // The list says the same.
    expect(fixture.core.notifications.get(id)?.obsolete).toBe(obsolete === 1);
    const found = await done(fixture, 'discard', { filter: { obsolete: true } });
    expect(found.changed).toBe(obsolete);
  });

  test('a test that failed is never obsolete, since it belongs to no alert', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(400);
    await fixture.core.notifications.test(await fixture.addChannel(receiver.url), 'ann');
    await fixture.statusesBecome('dead');
    expect(fixture.core.deadLetters.groups().groups).toMatchObject([{ count: 1, obsolete: 0 }]);
  });

  test('100,000 of them are counted', async () => {
    await using fixture = await quietFixture();
    const channelId = await fixture.addChannel(NOWHERE);
    for (const isOpen of [true, false]) addDead(fixture, { channelId, count: 50_000, isOpen });
    expect(fixture.core.deadLetters.groups().groups).toMatchObject([
      { count: 100_000, obsolete: 50_000 },
    ]);
  });
});

describe('what is asked of the database', () => {
  test('groups are kept counts, and no change looks at more rows than it names', async () => {
    await using fixture = await quietFixture();
    const plans = plansOf(fixture.db, askOfDeadLetters);
    const changes = plans.filter(([sql]) =>
      /^UPDATE|^SELECT n\.seq, n\.channel_id AS channelId, n\.status/.test(sql),
    );
    expect(changes).toHaveLength(3);
    for (const [, [first]] of changes) expect(first).toMatch(/rowid=\?|seq=\?/);
    for (const [, steps] of plans) expect(steps.join()).not.toMatch(/SCAN (n\b|notifications)/);
  });
});

describe('marking as read', () => {
  test('changes nothing about a delivery, and is noted once', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    const [id = ''] = fixture.ids();
    const before = fixture.core.notifications.get(id);
    const readAt = fixture.clock.now();
    expect(await fixture.core.notifications.read(id, 'ann')).toEqual({
      ok: true,
      value: { status: 'marked_as_read' },
    });
    expect(fixture.core.notifications.get(id)).toEqual({ ...before, readAt });
    receiver.respond = status(200);
    await fixture.pass(60_000);
    await fixture.statusesBecome('sent');
    await fixture.core.notifications.read(id, 'ann');
    expect(fixture.core.notifications.get(id)).toMatchObject({ status: 'sent', readAt });
  });
});

describe('the cap of dead letters', () => {
  const HOUR_MS = 3_600_000;

  test('discards the oldest above it, in small batches, and says so', async () => {
    await using fixture = await quietFixture();
    const channelId = await fixture.addChannel(NOWHERE);
    const now = fixture.clock.now();
    const young = addDead(fixture, { channelId, count: 100, diedAt: now });
    addDead(fixture, { channelId, count: 450, diedAt: now - HOUR_MS });
    await fixture.update({ deadLettersMax: 100 });
    await fixture.pass(HOUR_MS);
    expect(tally(fixture)).toEqual({ dead: 100, cancelled: 450 });
    for (const id of young) expect(fixture.core.notifications.get(id)?.status).toBe('dead');
    const said = 'Dead letters above the cap were discarded, the oldest first';
    expect(fixture.log.filter((line) => line === said)).toHaveLength(1);
    expect(fixture.audit('dead letters')).toEqual([
      { actor: 'belfry', action: 'dead_letters.cap' },
    ]);
  });

  test('leaves what is at it, and looks again after an hour', async () => {
    await using fixture = await quietFixture();
    const channelId = await fixture.addChannel(NOWHERE);
    await fixture.update({ deadLettersMax: 100 });
    addDead(fixture, { channelId, count: 100 });
    await fixture.pass(HOUR_MS);
    expect(tally(fixture)).toEqual({ dead: 100 });
    addDead(fixture, { channelId, count: 1 });
    await fixture.pass(HOUR_MS);
    expect(tally(fixture)).toEqual({ dead: 100, cancelled: 1 });
  });

  test('takes nothing for what is requeued in the same moment', async () => {
    await using fixture = await quietFixture();
    const channelId = await fixture.addChannel(NOWHERE, undefined, { enabled: false });
    await fixture.update({ deadLettersMax: 100 });
    const ids = addDead(fixture, { channelId, count: 150 });
    const requeued = ids.slice(100).map((id) => fixture.core.notifications.requeue(id, 'ann'));
    fixture.clock.advance(60_000);
    await Promise.all(requeued);
    await fixture.quiet();
    expect(tally(fixture)).toEqual({ dead: 100, pending: 50 });
  });

  test('is looked at when bulk work has ended, and what it took cannot be undone in bulk', async () => {
    await using fixture = await quietFixture();
    const channelId = await fixture.addChannel(NOWHERE);
    await fixture.pass(60_000);
    await fixture.update({ deadLettersMax: 100 });
    addDead(fixture, { channelId, count: 120 });
    const [id = ''] = addDead(fixture, { channelId, count: 1, diedAt: fixture.clock.now() + 1 });
    await done(fixture, 'discard', { ids: [id] });
    await fixture.pass(100);
    expect(tally(fixture)).toEqual({ dead: 100, cancelled: 21 });
  });
});

describe('after its channel was fixed', () => {
  test('what is requeued goes to the new address', async () => {
    await using wrong = await HttpReceiver.start();
    await using right = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    wrong.respond = status(400);
    const id = await fixture.raise(wrong.url, 'dead');
    await fixture.core.alerts.ingest([firing({ dedupKey: '2' }), firing({ dedupKey: '3' })]);
    await fixture.statusesBecome('dead', 'dead', 'dead');
    await fixture.core.channels.collection.update({ id, config: { url: right.url } }, 'ann');
    await done(fixture, 'requeue', { ids: fixture.ids() });
    await fixture.statusesBecome('sent', 'sent', 'sent');
    expect(right.received).toHaveLength(3);
  });
});
