import { describe, expect, test } from 'vitest';
import { routeInput } from '../../../main/contract/route.ts';
import { CoreFixture, EXACT, firing, resolved } from '../../support/core-fixture.ts';
import { HttpReceiver, silence as noAnswer, status } from '../../support/http-receiver.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const types = (receiver: HttpReceiver): string[] => receiver.webhooks().map(({ type }) => type);

test('a missing notifier was recorded as sent: here nobody was notified, and that is what it says', async () => {
  await using fixture = await CoreFixture.start();
  await fixture.core.alerts.ingest([firing()]);
  await fixture.quiet();
  expect(fixture.outbox()).toEqual([]);
  expect(fixture.newest().timeline.at(-1)).toMatchObject({
    type: 'dropped',
    detail: 'No channel is enabled.',
  });
});

test('a route to a channel that is gone was recorded as sent', async () => {
  await using fixture = await CoreFixture.start();
  const pager = await fixture.addDesktop({ name: 'Pager' });
  const route = routeInput.parse({ name: 'all', channelIds: [pager] });
  await fixture.core.routes.collection.create(route, 'test');
  await fixture.core.channelDeletion.delete({ id: pager, detach: true }, 'test');
  await fixture.core.alerts.ingest([firing()]);
  await fixture.quiet();
  expect(fixture.outbox()).toEqual([]);
  expect(fixture.newest().timeline.at(-1)).toMatchObject({
    type: 'dropped',
    detail: 'No channel is enabled on the matching routes: all.',
  });
});

describe('without a claim the sweep and the inline send both delivered', () => {
  test('when something is raised while the scheduler is woken again and again', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    const ingested = fixture.core.alerts.ingest([firing()]);
    for (let n = 0; n < 20; n++) {
      fixture.core.scheduler.wake();
      fixture.core.scheduler.resumed();
      await new Promise(setImmediate);
    }
    await ingested;
    await fixture.pass(MINUTE_MS);
    expect(types(receiver)).toEqual(['alert.raised']);
  });

  test('when a silence runs out at the moment at which it is ended by hand', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    const endsAt = fixture.clock.now() + HOUR_MS;
    const made = await fixture.core.silences.collection.create(
      { matchers: ['host="nas"'], comment: '', endsAt },
      'ann',
    );
    if (!made.ok) throw new Error(made.error.message);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(HOUR_MS - 1);
    const ended = fixture.core.silences.expire(made.value.id, 'ann');
    fixture.clock.advance(1);
    await ended;
    await fixture.pass(HOUR_MS);
    expect(types(receiver)).toEqual(['alert.raised']);
  });

  test('when a reminder comes due in the same moment as the first word of it is let go', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop({ name: 'Phone' });
    const reminder = { intervalMs: HOUR_MS, max: 1 };
    const route = routeInput.parse({ name: 'all', channelIds: [phone], reminder });
    await fixture.core.routes.collection.create(route, 'test');
    await fixture.core.pause.begin(HOUR_MS, 'ann');
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised']);
  });
});

describe('looking at it cancelled the delivery', () => {
  test('an alert that is acknowledged while its raised is tried again is sent all the same', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    await fixture.core.alerts.act(fixture.newest().alert.id, { kind: 'acknowledge' }, 'ann');
    receiver.respond = status(204);
    await fixture.pass(MINUTE_MS);
    expect(types(receiver).slice(1)).toEqual(['alert.raised', 'alert.acknowledged']);
  });

  test.each(['acknowledge', 'unsnooze'] as const)(
    'an alert that is held is sent all the same after %s',
    async (kind) => {
      await using fixture = await CoreFixture.start();
      const phone = await fixture.addDesktop({ name: 'Phone' });
      await fixture.core.pause.begin(HOUR_MS, 'ann');
      await fixture.core.alerts.ingest([firing()]);
      const { id } = fixture.newest().alert;
      await fixture.core.alerts.act(id, { kind: 'snooze', durationMs: 30 * MINUTE_MS }, 'ann');
      await fixture.core.alerts.act(id, { kind }, 'ann');
      await fixture.pass(HOUR_MS);
      expect(fixture.delivered(phone)).toEqual(['raised']);
    },
  );
});

test('one slow destination starved the rest: the morning’s digest of the others comes on time', async () => {
  await using slow = await HttpReceiver.start();
  await using quick = await HttpReceiver.start();
  await using fixture = await CoreFixture.start();
  slow.respond = noAnswer;
  await fixture.addChannel(slow.url, EXACT, { name: 'a slow one' });
  await fixture.addChannel(quick.url, EXACT, { name: 'b quick one' });
  const periods = [{ days: [4], from: '11:00', to: '13:00' }];
  const rule = { enabled: true, timeZone: 'UTC', periods, criticalPasses: true };
  await fixture.update({ quietHours: rule });
  const events = Array.from({ length: 40 }, (_, n) => firing({ dedupKey: String(n) }));
  await fixture.core.alerts.ingest(events);
  await fixture.pass(HOUR_MS - 1);
  expect(quick.received).toEqual([]);
  fixture.clock.advance(1);
  await quick.count(1);
  await slow.count(1);
  expect(quick.webhooks()[0]?.data.alerts).toHaveLength(40);
  expect(slow.webhooks()[0]?.data.alerts).toHaveLength(40);
});

test('tests seeded what production never wrote: a group is tried again from its first failure on', async () => {
  await using receiver = await HttpReceiver.start();
  await using fixture = await CoreFixture.start();
  receiver.respond = status(503);
  const hook = await fixture.addChannel(receiver.url);
  const group = { by: ['host'], waitMs: 10_000 };
  const route = routeInput.parse({ name: 'all', channelIds: [hook], group });
  await fixture.core.routes.collection.create(route, 'test');
  await fixture.core.alerts.ingest([firing({ kind: 'disk' }), firing({ kind: 'fan' })]);
  await fixture.pass(10_000);
  const waits = [1, 2, 4, 8];
  for (const [n, minutes] of waits.entries()) {
    expect(receiver.received).toHaveLength(n + 1);
    await fixture.pass(minutes * MINUTE_MS - 1);
    expect(receiver.received).toHaveLength(n + 1);
    await fixture.pass(1);
  }
  expect(receiver.received).toHaveLength(5);
  const { data } = fixture.core.notifications.list({ page: 1, per_page: 10 });
  expect(data).toMatchObject([
    { status: 'dead', retryCount: 5, maxAttempts: 5 },
    { status: 'dead', retryCount: 5, maxAttempts: 5 },
  ]);
  await fixture.pass(24 * HOUR_MS);
  // It is still probed by tests, which nobody needs; what is dead is not tried again.
  expect(types(receiver).filter((type) => type !== 'alert.test')).toHaveLength(5);
  await fixture.core.alerts.ingest([resolved({ kind: 'disk' })]);
  receiver.respond = status(204);
  await fixture.pass(MINUTE_MS);
  expect(types(receiver).at(-1)).toBe('alert.resolved');
});
