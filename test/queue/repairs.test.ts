import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { good, tally } from './dead-letters-lab.ts';
import { isSent, patience, waitingForADay } from './waiting-for-a-day.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('a failed notification that waits for a day', () => {
  test('leaves at once when its channel gets another address', async () => {
    const { fixture, receiver, channelId } = await waitingForADay();
    await using _receiver = receiver;
    await using _ = fixture;
    await using other = await HttpReceiver.start();
    expect(fixture.statuses()).toEqual(['failed']);
    expect(fixture.dueIn(fixture.ids()[0] ?? '')).toBe(DAY_MS);
    await fixture.core.channels.collection.update(
      { id: channelId, config: { url: other.url } },
      'ann',
    );
    await fixture.quiet();
    expect(fixture.statuses()).toEqual(['sent']);
    expect(other.received).toHaveLength(1);
  });

  test('leaves at once when a test has arrived', async () => {
    const { fixture, receiver, channelId } = await waitingForADay();
    await using _receiver = receiver;
    await using _ = fixture;
    receiver.respond = status(204);
    await fixture.core.notifications.test(channelId, 'ann');
    await fixture.quiet();
    expect(fixture.statuses()).toEqual(['sent', 'sent']);
  });

  test('leaves at once when another one has arrived', async () => {
    const { fixture, receiver } = await waitingForADay(3);
    await using _receiver = receiver;
    await using _ = fixture;
    receiver.respond = status(204);
    await fixture.core.alerts.ingest([firing({ dedupKey: 'other' })]);
    await fixture.quiet();
    expect(isSent(fixture)).toBe(true);
    expect(fixture.statuses()).toHaveLength(4);
  });

  test('leaves after a restart that came between the repair and its turn', async () => {
    const { fixture, receiver, channelId } = await waitingForADay(4);
    await using _receiver = receiver;
    await using _ = fixture;
    receiver.respond = status(204);
    await fixture.core.worker.stop();
    await fixture.core.channels.collection.update(
      { id: channelId, config: { url: receiver.url } },
      'ann',
    );
    await fixture.crash();
    fixture.open();
    await fixture.run();
    await fixture.quiet();
    expect(isSent(fixture)).toBe(true);
  });

  test.for([
    ['another name', { name: 'renamed' }],
    ['a rate limit', { rateLimit: { count: 5, perMs: 1_000 } }],
  ] as const)('waits on when its channel gets %s', async ([, patch]) => {
    const { fixture, receiver, channelId } = await waitingForADay();
    await using _receiver = receiver;
    await using _ = fixture;
    await fixture.core.channels.collection.update({ id: channelId, ...patch }, 'ann');
    await fixture.quiet();
    expect(fixture.dueIn(fixture.ids()[0] ?? '')).toBe(DAY_MS);
  });
});

describe('many failed notifications of a channel that is repaired', () => {
  test('leave in batches, so that a fresh alert does not wait behind them', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const channelId = await fixture.addChannel(receiver.url, EXACT);
    await fixture.core.worker.stop();
    await fixture.raiseMany(400);
    const later = fixture.clock.now() + DAY_MS;
    fixture.db.run("UPDATE notifications SET status = 'failed', retry_count = 1, due_at = ?", [
      later,
    ]);
    const due = () =>
      fixture.db.value<number>(
        "SELECT count(*) FROM notifications WHERE status = 'failed' AND due_at <= ?",
        [fixture.clock.now()],
      );
    await fixture.core.channels.collection.update(
      { id: channelId, config: { url: receiver.url } },
      'ann',
    );
    await fixture.quiet();
    expect(due()).toBe(50);
    await fixture.core.worker.start();
    await fixture.pass(10_000);
    expect(tally(fixture)).toEqual({ sent: 400 });
    expect(receiver.received).toHaveLength(400);
  });
});

describe('a receiver that takes one alert and refuses another', () => {
  test('costs the refused one a single early attempt, however many others arrive', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = (response, request) =>
      status(request.body.includes('refused') ? 503 : 204)(response, request);
    await fixture.addChannel(receiver.url, EXACT);
    await fixture.core.alerts.ingest([firing({ dedupKey: 'refused' })]);
    await fixture.statusesBecome('failed');
    const [id = ''] = fixture.ids();
    for (let n = 0; n < 10; n++) {
      await fixture.core.alerts.ingest([firing({ dedupKey: `taken${n}` })]);
      await fixture.pass(1_000);
    }
    expect(fixture.core.notifications.get(id)).toMatchObject({ status: 'failed', retryCount: 2 });
    // As after any second attempt.
    expect(fixture.dueIn(id)).toBeGreaterThan(MINUTE_MS);
    expect(fixture.dueIn(id)).toBeLessThanOrEqual(2 * MINUTE_MS);
  });

  test('costs many refused ones no more, also when they take the channel down', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = (response, request) =>
      status(request.body.includes('refused') ? 503 : 204)(response, request);
    await fixture.addChannel(receiver.url, EXACT);
    await fixture.raiseMany(8, 'refused');
    await fixture.quiet();
    const refused = fixture.ids();
    for (let n = 0; n < 20; n++) {
      await fixture.core.alerts.ingest([firing({ dedupKey: `taken${n}` })]);
      await fixture.pass(2_000);
    }
    for (const id of refused) {
      expect(fixture.core.notifications.get(id)).toMatchObject({ status: 'failed', retryCount: 2 });
    }
  });

  test('is asked again after the time of the policy when it wants more patience after a success', async () => {
    const { fixture, receiver } = await waitingForADay();
    await using _receiver = receiver;
    await using _ = fixture;
    const [id = ''] = fixture.ids();
    for (const n of [1, 2]) {
      receiver.respond = (response, request) =>
        (request.body.includes('taken') ? status(204) : patience)(response, request);
      await fixture.core.alerts.ingest([firing({ dedupKey: `taken${n}` })]);
      await fixture.pass(0);
    }
    expect(fixture.core.notifications.get(id)).toMatchObject({ retryCount: 2 });
    receiver.respond = status(204);
    await fixture.pass(2 * MINUTE_MS);
    expect(fixture.core.notifications.get(id)?.status).toBe('sent');
  });
});

describe('a changed retry policy', () => {
  const patched = async (fixture: CoreFixture, channelId: string, retry: object) => {
    await fixture.core.channels.collection.update({ id: channelId, retry }, 'ann');
    await fixture.quiet();
  };

  test('shortens the wait of what failed before, counted from its failure', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const channelId = await fixture.addChannel(receiver.url, { ...EXACT, baseMs: HOUR_MS });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('failed');
    await fixture.pass(MINUTE_MS);
    await patched(fixture, channelId, { baseMs: 10 * MINUTE_MS });
    expect(fixture.dueIn(fixture.ids()[0] ?? '')).toBe(9 * MINUTE_MS);
    receiver.respond = status(204);
    await patched(fixture, channelId, { baseMs: 1_000 });
    expect(fixture.statuses()).toEqual(['sent']);
  });

  test('never makes anything wait longer', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const channelId = await fixture.addChannel(receiver.url, EXACT);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('failed');
    await patched(fixture, channelId, { baseMs: HOUR_MS });
    expect(fixture.dueIn(fixture.ids()[0] ?? '')).toBe(MINUTE_MS);
  });

  test('leaves what has failed more often than it allows one last attempt', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const channelId = await fixture.addChannel(receiver.url, EXACT);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(3 * MINUTE_MS);
    const [id = ''] = fixture.ids();
    expect(fixture.core.notifications.get(id)).toMatchObject({ retryCount: 3, maxAttempts: 5 });
    await patched(fixture, channelId, { maxAttempts: 2 });
    expect(fixture.core.notifications.get(id)).toMatchObject({ status: 'failed', maxAttempts: 4 });
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.core.notifications.get(id)).toMatchObject({ status: 'dead', retryCount: 4 });
  });
});

describe('what is held on purpose', () => {
  test('is not sent past its hold by a repair', async () => {
    const { fixture, receiver, channelId } = await waitingForADay();
    await using _receiver = receiver;
    await using _ = fixture;
    const silence = {
      matchers: ['host=nas'],
      endsAt: fixture.clock.now() + HOUR_MS,
      comment: 'a test',
    };
    good(await fixture.core.silences.collection.create(silence, 'ann'));
    receiver.respond = status(204);
    await fixture.core.channels.collection.update(
      { id: channelId, config: { url: receiver.url } },
      'ann',
    );
    await fixture.pass(59 * MINUTE_MS);
    expect(receiver.received).toHaveLength(1);
    expect(fixture.core.notifications.get(fixture.ids()[0] ?? '')?.hold?.kind).toBe('silence');
    await fixture.pass(2 * MINUTE_MS);
    expect(fixture.statuses()).toEqual(['sent']);
  });
});
