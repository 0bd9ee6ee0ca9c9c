/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { RETRY_PRESETS } from '../../main/domain/retry-policy.ts';
import { CoreFixture, EXACT } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { arrivals, heldMessages, raiseCritical } from './limited-receiver.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('the hold', () => {
  test('doubles from 1 s to 60 s while every request is refused', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const at = arrivals(fixture, receiver, status(429));
    await fixture.addChannel(receiver.url, RETRY_PRESETS.quick);
    await raiseCritical(fixture, 1);
    await fixture.pass(5 * MINUTE_MS);
    const waits = at.slice(1).map((moment, index) => (moment - (at[index] ?? 0)) / SECOND_MS);
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(fixture.detail(0)).toMatchObject({ status: 'failed', retryCount: 0 });
  });

  test.each([
    ['seconds', '90', 90 * SECOND_MS],
    ['an hour', '3600', HOUR_MS],
    ['a day', '86400', DAY_MS],
    ['a date', new Date(Date.UTC(2026, 0, 15, 12, 3)).toUTCString(), 3 * MINUTE_MS],
    ['a date of the old form', 'Thursday, 15-Jan-26 12:03:00 GMT', 3 * MINUTE_MS],
    ['more than a day', '999999999999', DAY_MS],
  ])('lasts until Retry-After: %s', async (_what, value, holdMs) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const at = arrivals(fixture, receiver, status(429, { 'retry-after': value }));
    await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 1);
    await fixture.quiet();
    receiver.respond = status(204);
    const until = fixture.clock.now() + holdMs;
    expect(fixture.detail(0)).toMatchObject({ status: 'failed', nextAttemptAt: until });
    await raiseCritical(fixture, 3, 'later');
    await fixture.pass(holdMs - 1);
    expect(at).toHaveLength(1);
    expect(receiver.received).toHaveLength(1);
    await fixture.pass(10 * SECOND_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });

  test('is no failure of the channel', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(429);
    const id = await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 20);
    await fixture.pass(30 * MINUTE_MS);
    expect(fixture.channel(id).health).toMatchObject({ state: 'closed', failures: 0 });
    expect(fixture.statuses()).not.toContain('dead');
  });

  test('delays no other channel', async () => {
    await using receiver = await HttpReceiver.start();
    await using free = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(429, { 'retry-after': '3600' });
    await fixture.addChannel(receiver.url);
    const other = await fixture.addChannel(free.url);
    await raiseCritical(fixture, 20);
    await fixture.quiet();
    expect(fixture.delivered(other)).toHaveLength(20);
  });

  test.each([0, 10 * MINUTE_MS])('survives a restart that takes %i ms', async (downMs) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const at = arrivals(fixture, receiver, status(429, { 'retry-after': '3600' }));
    await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 1);
    await fixture.restart(downMs);
    await raiseCritical(fixture, 2, 'later');
    await fixture.pass(HOUR_MS - downMs - 1);
    expect(at).toEqual([0]);
    receiver.respond = status(204);
    await fixture.pass(10 * SECOND_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });

  test('follows a clock that is set back, and is bounded after one that ran ahead', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const at = arrivals(fixture, receiver, status(429, { 'retry-after': '3600' }));
    await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 1);
    await fixture.quiet();
    receiver.respond = status(204);
    fixture.clock.setWallBy(-5 * HOUR_MS);
    await fixture.pass(HOUR_MS - 1);
    expect(fixture.statuses()).toEqual(['failed']);
    await fixture.pass(1);
    expect(fixture.statuses()).toEqual(['sent']);
    expect(at).toHaveLength(1);
  });

  test('is at most a day after a start with a clock that was set back meanwhile', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(429, { 'retry-after': '3600' });
    const id = await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 1);
    await fixture.quiet();
    await fixture.crash();
    fixture.clock.setWallBy(-30 * DAY_MS);
    fixture.open();
    await fixture.run();
    await fixture.quiet();
    const until = fixture.channel(id).throttle?.until ?? Number.NaN;
    expect(until - fixture.clock.now()).toBeLessThanOrEqual(DAY_MS);
  });

  test('ends with a changed configuration', async () => {
    await using receiver = await HttpReceiver.start();
    await using right = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(429, { 'retry-after': '86400' });
    const id = await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 20);
    await fixture.quiet();
    await fixture.core.channels.collection.update({ id, config: { url: right.url } }, 'test');
    await fixture.pass(SECOND_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
    expect(fixture.channel(id).throttle).toBeNull();
  });
});

describe('"retry now" on a channel that is held', () => {
  test('passes a long Retry-After, but not the growing pause', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const at = arrivals(fixture, receiver, status(429, { 'retry-after': '86400' }));
    await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 1);
    for (let n = 0; n < 30; n++) {
      await fixture.pass(10 * SECOND_MS);
      await fixture.core.notifications.retry(fixture.ids()[0] ?? '', 'test');
    }
    await fixture.quiet();
    const waits = at.slice(1).map((moment, index) => (moment - (at[index] ?? 0)) / SECOND_MS);
    expect(waits).toEqual([10, 10, 10, 10, 16, 32, 60, 60, 60]);
    receiver.respond = status(204);
    await fixture.pass(MINUTE_MS);
    expect(fixture.statuses()).toEqual(['sent']);
  });
});

describe('a test of a channel that is held', () => {
  test('passes after at most a minute, and its success lets the others go', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(429, { 'retry-after': '86400' });
    const id = await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 3);
    await fixture.pass(MINUTE_MS);
    receiver.respond = status(204);
    await fixture.core.notifications.test(id, 'test');
    await fixture.quiet();
    expect(fixture.statuses().at(-1)).toBe('sent');
    await fixture.pass(10 * SECOND_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });

  test('is refused at most once a minute, however often somebody presses the button', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const at = arrivals(fixture, receiver, status(429, { 'retry-after': '86400' }));
    const id = await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 1);
    await fixture.quiet();
    for (let n = 0; n < 50; n++) await fixture.core.notifications.test(id, 'test');
    await fixture.pass(10 * MINUTE_MS);
    // The alert, then 1, 2, 4, 8, 16, 32 and 60 s apart.
    expect(at.length).toBeLessThanOrEqual(16);
    expect(at.length).toBeGreaterThan(7);
    expect(fixture.statuses()).not.toContain('dead');
  });

  test('is tried once and then waits as everything else does', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const at = arrivals(fixture, receiver, status(429, { 'retry-after': '7200' }));
    const id = await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 1);
    await fixture.pass(MINUTE_MS);
    await fixture.core.notifications.test(id, 'test');
    await fixture.pass(HOUR_MS);
    expect(at).toEqual([0, MINUTE_MS]);
  });
});

describe('what waits longer than a day', () => {
  test('dies as rate limited, refused or never tried, and its fallback takes it', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(429, { 'retry-after': '14400' });
    const fallbackChannelId = await fixture.addDesktop();
    const routed = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId });
    await fixture.core.channels.collection.update({ id: fallbackChannelId, enabled: true }, 'test');
    await raiseCritical(fixture, 20);
    await fixture.pass(DAY_MS - MINUTE_MS);
    const onLane = () =>
      fixture
        .ids()
        .map((_, index) => fixture.detail(index))
        .filter(({ channelId }) => channelId === routed);
    expect(new Set(onLane().map((row) => row.status))).toEqual(new Set(['failed', 'pending']));
    await fixture.pass(5 * HOUR_MS);
    for (const row of onLane()) {
      expect(row).toMatchObject({ status: 'dead', lastErrorClass: 'rate_limited', retryCount: 0 });
    }
    expect(onLane()).toHaveLength(20);
  });

  test('does not count what it waited before for another reason', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await fixture.core.pause.begin(2 * DAY_MS, 'test');
    await raiseCritical(fixture, 20);
    receiver.respond = status(429, { 'retry-after': '3600' });
    await fixture.pass(2 * DAY_MS + 20 * HOUR_MS);
    expect(fixture.statuses()).not.toContain('dead');
    receiver.respond = status(204);
    await fixture.pass(2 * HOUR_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
    expect(fixture.channel(id).throttle?.refusals ?? 0).toBe(0);
  });
});

describe('a bundle that is refused', () => {
  test('waits as one message', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.update({ stormThreshold: 1, stormWindowSeconds: 1, stormWebhooks: true });
    const at = arrivals(fixture, receiver, status(429, { 'retry-after': '60' }));
    const counted = heldMessages(fixture);
    const id = await fixture.addChannel(receiver.url);
    await fixture.raiseMany(30);
    await fixture.pass(59 * SECOND_MS);
    expect(at.length).toBeLessThanOrEqual(2);
    expect(counted()).toBe(2);
    receiver.respond = status(204);
    await fixture.pass(MINUTE_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
    expect(receiver.received.length).toBeLessThanOrEqual(4);
    expect(fixture.channel(id).throttle?.refusals ?? 0).toBe(0);
  });
});

describe('a channel that is down', () => {
  test('waits for its probe as long as the receiver asks when it answers 429', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts: 100 });
    await raiseCritical(fixture, 1);
    await fixture.pass(15 * MINUTE_MS);
    expect(fixture.channel(id).health.state).toBe('down');
    const at = arrivals(fixture, receiver, status(429, { 'retry-after': '7200' }));
    await fixture.pass(2 * HOUR_MS);
    expect(at).toHaveLength(1);
    receiver.respond = status(204);
    await fixture.pass(HOUR_MS);
    expect(fixture.channel(id).health.state).toBe('closed');
    expect(fixture.statuses()).toEqual(['sent']);
  });
});
