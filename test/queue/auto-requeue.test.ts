/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status, type Respond } from '../support/http-receiver.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const TWO_TRIES = { ...EXACT, maxAttempts: 2 };

/** A channel that is down, with that many dead letters of its outage and nothing else. */
async function outage(
  receiver: HttpReceiver,
  fixture: CoreFixture,
  alerts: number,
  over: Parameters<CoreFixture['addChannel']>[2] = {},
  answer: Respond = status(503),
): Promise<string> {
  receiver.respond = answer;
  const id = await fixture.addChannel(receiver.url, TWO_TRIES, over);
  await fixture.raiseMany(alerts);
  await fixture.pass(alerts * 2 * 5 * MINUTE_MS);
  expect(new Set(fixture.statuses())).toEqual(new Set(['dead']));
  expect(fixture.channel(id).health.state).toBe('down');
  return id;
}

/** One new alert finds the receiver well again. */
async function recover(receiver: HttpReceiver, fixture: CoreFixture): Promise<void> {
  receiver.respond = status(204);
  await fixture.core.alerts.ingest([firing({ dedupKey: 'the first to arrive again' })]);
  await fixture.pass(10 * SECOND_MS);
}

describe('when a channel is back', () => {
  test('what died of the outage is sent automatically, marked and audited', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await outage(receiver, fixture, 8);
    await recover(receiver, fixture);
    expect(fixture.delivered(id)).toHaveLength(9);
    expect(fixture.detail(0)).toMatchObject({ status: 'sent', requeuedBy: 'belfry' });
    expect(fixture.detail(0).attempts.at(-1)).toMatchObject({
      budget: 2,
      outcome: 'sent',
      requeuedBy: 'belfry',
    });
    expect(fixture.audit(id).at(-1)).toEqual({
      actor: 'belfry',
      action: 'notifications.auto_requeue',
    });
  });

  test('a successful test is enough to show that', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await outage(receiver, fixture, 4);
    receiver.respond = status(204);
    await fixture.core.notifications.test(id, 'test');
    await fixture.pass(SECOND_MS);
    expect(fixture.statuses()).toEqual(['sent', 'sent', 'sent', 'sent', 'sent']);
  });

  test('nothing is, where that is switched off', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await outage(receiver, fixture, 4, { autoRequeue: false });
    await recover(receiver, fixture);
    expect(fixture.delivered(id)).toHaveLength(1);
    expect(fixture.statuses().filter((word) => word === 'dead')).toHaveLength(4);
  });

  test('what is outdated is left alone, but not a resolved notification', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await outage(receiver, fixture, 5);
    await fixture.core.alerts.ingest([resolved({ dedupKey: 'disk0' })]);
    await fixture.pass(30 * MINUTE_MS);
    expect(fixture.outbox()).toEqual([...Array<string>(5).fill('raised dead'), 'resolved dead']);
    await recover(receiver, fixture);
    expect(fixture.outbox()).toEqual([
      'raised dead',
      ...Array<string>(4).fill('raised sent'),
      'resolved sent',
      'raised sent',
    ]);
    expect(fixture.channel(id).health.state).toBe('closed');
  });

  test('what a person must look at is left to a person', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    // The first is refused for good, as its content may deserve.
    const answer: Respond = (response, { body }) =>
      response.writeHead(body.includes('"disk0"') ? 400 : 503).end();
    await outage(receiver, fixture, 5, {}, answer);
    await recover(receiver, fixture);
    expect(fixture.statuses()).toEqual(['dead', 'sent', 'sent', 'sent', 'sent', 'sent']);
    expect(fixture.detail(0).lastErrorClass).toBe('rejected');
  });

  test('what died more than a day before is left alone', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await outage(receiver, fixture, 4);
    await fixture.pass(25 * HOUR_MS);
    await recover(receiver, fixture);
    expect(fixture.statuses()).toEqual(['dead', 'dead', 'dead', 'dead', 'sent']);
  });

  test('what a fallback has delivered is left alone, unless it died there too', async () => {
    await using receiver = await HttpReceiver.start();
    await using second = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    second.respond = (response, { body }) =>
      response.writeHead(body.includes('"disk1"') ? 400 : 204).end();
    receiver.respond = status(503);
    const b = await fixture.addChannel(second.url, EXACT, { name: 'b' });
    const over = { name: 'a', fallbackChannelId: b };
    const a = await fixture.addChannel(receiver.url, TWO_TRIES, over);
    const route = routeInput.parse({ name: 'all', channelIds: [a] });
    await fixture.core.routes.collection.create(route, 'test');
    await fixture.raiseMany(5);
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(b)).toHaveLength(4);
    await recover(receiver, fixture);
    expect(
      receiver
        .webhooks()
        .slice(-2)
        .map(({ data }) => data['alert']),
    ).toMatchObject([{ dedupKey: 'the first to arrive again' }, { dedupKey: 'disk1' }]);
    expect(fixture.delivered(a)).toHaveLength(2);
  });

  test('each is requeued once an outage, and again after the next', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await outage(receiver, fixture, 5);
    // It takes the new one and refuses the others.
    receiver.respond = (response, { body }) =>
      response.writeHead(body.includes('again') ? 204 : 503).end();
    await fixture.core.alerts.ingest([firing({ dedupKey: 'again' })]);
    await fixture.pass(2 * HOUR_MS);
    const budgets = () =>
      [0, 1, 2, 3, 4].map((index) => fixture.detail(index).attempts.at(-1)?.budget);
    expect(budgets()).toEqual([2, 2, 2, 2, 2]);
    expect(fixture.channel(id).health.state).toBe('down');
    await recover(receiver, fixture);
    expect(budgets()).toEqual([3, 3, 3, 3, 3]);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });

  test('thousands follow the lane in batches, so that a new alert waits behind few of them', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const limit = { count: 10, perMs: SECOND_MS };
    const id = await fixture.addChannel(
      receiver.url,
      { ...EXACT, maxAttempts: 1 },
      { rateLimit: limit },
    );
    await fixture.raiseMany(1_000);
    // One at a time probes and dies; the rest is given up after a day.
    await fixture.pass(25 * HOUR_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['dead']));
    receiver.respond = status(204);
    const before = receiver.received.length;
    await fixture.core.alerts.ingest([firing({ dedupKey: 'first' })]);
    await fixture.pass(20 * SECOND_MS);
    const sofar = receiver.received.length - before;
    expect(sofar).toBeGreaterThan(100);
    expect(sofar).toBeLessThanOrEqual(210);
    await fixture.core.alerts.ingest([firing({ dedupKey: 'urgent' })]);
    await fixture.pass(7 * SECOND_MS);
    expect(receiver.received.some(({ body }) => body.includes('"urgent"'))).toBe(true);
    await fixture.pass(5 * MINUTE_MS);
    expect(fixture.delivered(id).length).toBeGreaterThan(950);
  });

  test('a restart goes on where it was', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const limit = { count: 2, perMs: 10 * SECOND_MS };
    const id = await outage(receiver, fixture, 60, { rateLimit: limit });
    await recover(receiver, fixture);
    expect(fixture.statuses()).toContain('dead');
    await fixture.restart(MINUTE_MS);
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(id).length).toBeGreaterThan(55);
    const spent = fixture.db.value("SELECT count(*) FROM settings WHERE key LIKE 'recovered:%'");
    expect(spent).toBe(0);
  });

  test('a channel that is deleted or held meanwhile disturbs nothing', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const limit = { count: 1, perMs: MINUTE_MS };
    const id = await outage(receiver, fixture, 60, { rateLimit: limit });
    await recover(receiver, fixture);
    await fixture.core.channels.collection.update({ id, enabled: false }, 'test');
    await fixture.pass(2 * HOUR_MS);
    expect(fixture.delivered(id).length).toBeLessThan(5);
    await fixture.core.channelDeletion.delete({ id, detach: true }, 'test');
    await fixture.pass(HOUR_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['cancelled', 'sent']));
  });
});
