/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { addDead, tally } from './dead-letters-lab.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PATIENT = { ...EXACT, maxAttempts: 100 };
const TWO_TRIES = { ...EXACT, maxAttempts: 2 };

/** A channel that has come back from an outage, of which it has many dead letters, with a slow limit. */
async function slowlyBack(
  receiver: HttpReceiver,
  fixture: CoreFixture,
  { letters, everyMs }: { readonly letters: number; readonly everyMs: number },
): Promise<string> {
  receiver.respond = status(503);
  const id = await fixture.addChannel(receiver.url, PATIENT);
  await fixture.raiseMany(5);
  await fixture.quiet();
  expect(fixture.channel(id).health.state).toBe('down');
  addDead(fixture, { channelId: id, count: letters });
  const rateLimit = { count: 1, perMs: everyMs };
  await fixture.core.channels.collection.update({ id, rateLimit }, 'test');
  receiver.respond = status(204);
  await fixture.pass(everyMs + 10 * MINUTE_MS);
  expect(fixture.channel(id).health.state).toBe('closed');
  return id;
}

describe('a channel that is back and has a slow limit', () => {
  test('is caught up with however long that takes, also over restarts', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await slowlyBack(receiver, fixture, { letters: 150, everyMs: 30 * MINUTE_MS });
    await fixture.pass(2 * DAY_MS);
    expect(tally(fixture)['dead']).toBeGreaterThan(0);
    await fixture.restart(MINUTE_MS);
    await fixture.pass(2 * DAY_MS);
    expect(tally(fixture)).toEqual({ sent: 155 });
  });

  test('is not looked at all the time', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await slowlyBack(receiver, fixture, { letters: 150, everyMs: 10 * MINUTE_MS });
    let commits = 0;
    fixture.core.writer.onCommitted(() => commits++);
    await fixture.pass(HOUR_MS);
    expect(commits).toBeLessThan(60);
  });

  test('is caught up with also when the machine sleeps for days in between', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await slowlyBack(receiver, fixture, { letters: 150, everyMs: MINUTE_MS });
    fixture.clock.setWallBy(3 * DAY_MS);
    await fixture.pass(DAY_MS);
    expect(tally(fixture)).toEqual({ sent: 155 });
  });

  test('is left to a person once it has been held for a day', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await slowlyBack(receiver, fixture, { letters: 150, everyMs: HOUR_MS });
    await fixture.core.channels.collection.update({ id, enabled: false }, 'test');
    await fixture.pass(DAY_MS + HOUR_MS);
    const { dead } = tally(fixture);
    expect(dead).toBeGreaterThan(50);
    await fixture.core.channels.collection.update({ id, enabled: true, rateLimit: null }, 'test');
    await fixture.pass(HOUR_MS);
    expect(tally(fixture)['dead']).toBe(dead);
  });
});

describe('what a fallback was to tell', () => {
  /** A channel and its fallback, both away, with an alert that died on the first and waits on the second. */
  async function bothAway(fixture: CoreFixture, first: HttpReceiver, second: HttpReceiver) {
    first.respond = status(503);
    second.respond = status(503);
    const b = await fixture.addChannel(second.url, { ...EXACT, maxAttempts: 9 }, { name: 'b' });
    const a = await fixture.addChannel(first.url, TWO_TRIES, { name: 'a', fallbackChannelId: b });
    const route = routeInput.parse({ name: 'all', channelIds: [a] });
    await fixture.core.routes.collection.create(route, 'test');
    await fixture.raiseMany(5);
    await fixture.pass(10 * MINUTE_MS);
    first.respond = status(204);
    await fixture.core.alerts.ingest([firing({ dedupKey: 'new' })]);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.channel(a).health.state).toBe('closed');
    expect(fixture.delivered(a)).toHaveLength(1);
    return { a, b };
  }

  test('comes back to the channel when it dies there after all', async () => {
    await using first = await HttpReceiver.start();
    await using second = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const { a, b } = await bothAway(fixture, first, second);
    await fixture.pass(12 * HOUR_MS);
    expect(fixture.delivered(a)).toHaveLength(6);
    expect(fixture.delivered(b)).toEqual([]);
  });

  test('does not when it arrives there, and then nothing is looked for any more', async () => {
    await using first = await HttpReceiver.start();
    await using second = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const { a, b } = await bothAway(fixture, first, second);
    second.respond = status(204);
    await fixture.pass(12 * HOUR_MS);
    expect(fixture.delivered(b)).toHaveLength(5);
    expect(fixture.delivered(a)).toHaveLength(1);
    const markers = "SELECT count(*) FROM settings WHERE key LIKE '%' || ?";
    expect(fixture.db.value(markers, [a])).toBe(0);
  });
});

describe('a clock that is set during an outage', () => {
  test.each([
    ['back by an hour', -HOUR_MS],
    ['right, after it had been years behind', 20 * 365 * DAY_MS],
  ])('%s keeps nothing from coming back', async (_how, ms) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.addChannel(receiver.url, TWO_TRIES);
    await fixture.raiseMany(5);
    await fixture.pass(40 * MINUTE_MS);
    expect(tally(fixture)).toEqual({ dead: 5 });
    fixture.clock.setWallBy(ms);
    await fixture.pass(2 * MINUTE_MS);
    receiver.respond = status(204);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.channel(id).health.state).toBe('closed');
    expect(tally(fixture)).toEqual({ sent: 5 });
  });
});
