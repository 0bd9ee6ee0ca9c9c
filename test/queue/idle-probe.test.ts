import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, EXACT, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Until the last of a few alerts has spent its five attempts on a receiver that is away. */
const DIED_MS = HOUR_MS;

/** A channel that is down, whose alerts have all died; answers its id. */
async function deserted(
  receiver: HttpReceiver,
  fixture: CoreFixture,
  over: Parameters<CoreFixture['addChannel']>[2] = {},
): Promise<string> {
  receiver.respond = status(503);
  const id = await fixture.addChannel(receiver.url, EXACT, over);
  await fixture.raiseMany(2);
  await fixture.pass(DIED_MS);
  expect(fixture.statuses()).toEqual(['dead', 'dead']);
  expect(fixture.channel(id).health.state).toBe('down');
  return id;
}

const types = (receiver: HttpReceiver) => receiver.webhooks().map(({ type }) => type);

describe('a channel that is down and for which nothing waits any more', () => {
  test('is tried all the same, and what died comes back without a new alert', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await deserted(receiver, fixture);
    const before = receiver.received.length;
    receiver.respond = status(204);
    await fixture.pass(10 * MINUTE_MS);
    expect(types(receiver).slice(before)).toEqual(['alert.test', 'alert.raised', 'alert.raised']);
    expect(fixture.statuses()).toEqual(['sent', 'sent']);
    expect(fixture.channel(id).health.state).toBe('closed');
  });

  test('is tried every five minutes for a day, and never with a dead letter', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await deserted(receiver, fixture);
    const before = receiver.received.length;
    await fixture.pass(HOUR_MS);
    expect(types(receiver).slice(before)).toEqual(Array<string>(12).fill('alert.test'));
    expect(fixture.detail(0)).toMatchObject({ status: 'dead', retryCount: 5, requeuedBy: null });
    expect(fixture.detail(0).attempts).toHaveLength(5);
    await fixture.pass(24 * HOUR_MS);
    const aDayLater = receiver.received.length;
    await fixture.pass(2 * HOUR_MS);
    expect(receiver.received).toHaveLength(aDayLater);
    expect(fixture.ids()).toHaveLength(2);
  });

  test('puts no alert off by being tried in vain', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await deserted(receiver, fixture);
    const before = receiver.received.length;
    while (receiver.received.length === before) await fixture.pass(SECOND_MS);
    await fixture.raiseMany(1, 'later ');
    await fixture.quiet();
    expect(types(receiver).slice(before)).toEqual(['alert.test', 'alert.raised']);
  });

  test('is not tried before it wishes to be', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await deserted(receiver, fixture);
    receiver.respond = status(503, { 'retry-after': '3000' });
    const before = receiver.received.length;
    while (receiver.received.length === before) await fixture.pass(SECOND_MS);
    await fixture.pass(49 * MINUTE_MS);
    expect(receiver.received).toHaveLength(before + 1);
    await fixture.pass(MINUTE_MS);
    expect(receiver.received).toHaveLength(before + 2);
  });

  test('is found by a restarted program as well', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await deserted(receiver, fixture);
    receiver.respond = status(204);
    await fixture.restart(MINUTE_MS);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.statuses()).toEqual(['sent', 'sent']);
  });

  test('wants a person once it refuses us, and is left in peace', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await deserted(receiver, fixture);
    receiver.respond = status(401);
    const before = receiver.received.length;
    await fixture.pass(HOUR_MS);
    expect(types(receiver).slice(before)).toEqual(['alert.test']);
    expect(fixture.channel(id).attention?.class).toBe('authentication');
  });

  test.each([
    ['dead letters are to stay dead', { autoRequeue: false }],
    ['its limit is reached', { rateLimit: { count: 10, perMs: 24 * HOUR_MS } }],
  ])('is left in peace where %s', async (_why, over) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await deserted(receiver, fixture, over);
    const before = receiver.received.length;
    await fixture.pass(2 * HOUR_MS);
    expect(receiver.received).toHaveLength(before);
  });

  test('is left in peace while it is disabled, while all is paused, and when all of it is obsolete', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await deserted(receiver, fixture);
    await fixture.core.channels.collection.update({ id, enabled: false }, 'test');
    const before = receiver.received.length;
    await fixture.pass(HOUR_MS);
    await fixture.core.pause.begin(HOUR_MS, 'test');
    await fixture.core.channels.collection.update({ id, enabled: true }, 'test');
    await fixture.pass(HOUR_MS - MINUTE_MS);
    expect(receiver.received).toHaveLength(before);
    await fixture.core.channels.collection.update({ id, resolveOnlyIfDelivered: true }, 'test');
    const over = ['disk0', 'disk1'].map((dedupKey) => resolved({ dedupKey }));
    await fixture.core.alerts.ingest(over);
    await fixture.pass(2 * HOUR_MS);
    expect(fixture.statuses()).toEqual(['dead', 'dead']);
    expect(receiver.received).toHaveLength(before);
  });

  test('is left in peace when a fallback has delivered everything', async () => {
    await using receiver = await HttpReceiver.start();
    await using second = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const fallbackChannelId = await fixture.addChannel(second.url, EXACT, { name: 'b' });
    receiver.respond = status(503);
    const a = await fixture.addChannel(receiver.url, EXACT, { name: 'a', fallbackChannelId });
    const route = routeInput.parse({ name: 'all', channelIds: [a] });
    await fixture.core.routes.collection.create(route, 'test');
    await fixture.raiseMany(5);
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(fallbackChannelId)).toHaveLength(5);
    const before = receiver.received.length;
    await fixture.pass(HOUR_MS);
    expect(receiver.received).toHaveLength(before);
  });

  test('is not tried while something waits that will show it', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await deserted(receiver, fixture);
    await fixture.raiseMany(1, 'later ');
    const before = receiver.received.length;
    await fixture.pass(20 * MINUTE_MS);
    expect(new Set(types(receiver).slice(before))).toEqual(new Set(['alert.raised']));
  });

  test('is let go of when the program stops', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await deserted(receiver, fixture);
    const before = receiver.received.length;
    receiver.respond = () => undefined;
    while (receiver.received.length === before) {
      fixture.clock.advance(SECOND_MS);
      await nextTurn();
    }
    const { health } = fixture.channel(id);
    await fixture.core.idleProbe.stop();
    expect(fixture.channel(id).health).toEqual(health);
  });
});
