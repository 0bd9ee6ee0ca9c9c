/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { CoreFixture } from '../support/core-fixture.ts';
import { HttpReceiver, silence, status } from '../support/http-receiver.ts';
import { channelWrites, downChannel, PATIENT } from './down-channel.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe('a channel that keeps failing', () => {
  test('is down after five failures in a row, and shows since when and why', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const began = fixture.clock.now();
    const id = await downChannel(receiver, fixture);
    expect(fixture.channel(id).health).toEqual({
      state: 'down',
      failures: 5,
      failingSince: began,
      reason: {
        code: 'failure.unavailable',
        params: { service: 'receiver', status: 'HTTP 503' },
      },
      receiverText: null,
      probeAt: fixture.clock.now() + 5 * MINUTE_MS,
      rejections: 0,
      workedAt: null,
    });
  });

  test('counts only failures in a row: a success in between begins again', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.addChannel(receiver.url, PATIENT);
    await fixture.raiseMany(4);
    await fixture.quiet();
    expect(fixture.channel(id).health).toMatchObject({ state: 'closed', failures: 4 });
    receiver.respond = status(204);
    await fixture.pass(MINUTE_MS);
    receiver.respond = status(503);
    await fixture.raiseMany(4, 'other');
    await fixture.quiet();
    expect(fixture.channel(id).health).toMatchObject({ state: 'closed', failures: 4 });
  });

  test('lets one row at a time probe, while the others wait and spend nothing', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    await fixture.raiseMany(10);
    await fixture.quiet();
    expect(receiver.received).toHaveLength(5);
    await fixture.pass(5 * MINUTE_MS);
    expect(receiver.received).toHaveLength(6);
    // The next one is five minutes on, whoever is due meanwhile.
    await fixture.pass(5 * MINUTE_MS - 1);
    expect(receiver.received).toHaveLength(6);
    await fixture.pass(1);
    expect(receiver.received).toHaveLength(7);
    const spent = fixture.ids().map((_, index) => fixture.detail(index).retryCount);
    expect(spent.reduce((sum, count) => sum + count)).toBe(7);
    expect(fixture.channel(id).health).toMatchObject({ state: 'down', failures: 7 });
  });

  test('is back with the first success, and everything that waited goes out', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    await fixture.raiseMany(30);
    receiver.respond = status(204);
    await fixture.pass(5 * MINUTE_MS);
    expect(fixture.channel(id).health).toMatchObject({ state: 'closed', failures: 0 });
    // The one that was tried waits for its own time.
    await fixture.pass(HOUR_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });

  test('is tried with one, even when sixteen failed at the same moment', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.addChannel(receiver.url, PATIENT);
    await fixture.raiseMany(40);
    await fixture.quiet();
    const tried = receiver.received.length;
    expect(tried).toBeLessThan(40);
    const { failures, probeAt } = fixture.channel(id).health;
    expect(failures).toBe(tried);
    expect((probeAt ?? 0) - fixture.clock.now()).toBe(10 * SECOND_MS);
    await fixture.pass(10 * SECOND_MS);
    expect(receiver.received).toHaveLength(tried + 1);
  });

  test('never sends two probes at once', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    await fixture.raiseMany(5);
    receiver.respond = silence;
    fixture.clock.advance(5 * MINUTE_MS);
    await receiver.count(6);
    expect(fixture.channel(id).health.state).toBe('probing');
    await fixture.raiseMany(5, 'other');
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(receiver.received).toHaveLength(6);
    fixture.clock.advance(15 * SECOND_MS);
    await fixture.quiet();
    expect(fixture.channel(id).health).toMatchObject({ state: 'down', failures: 6 });
  });

  test('gives up, without an attempt, what has waited for a day', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await downChannel(receiver, fixture);
    await fixture.raiseMany(1_000);
    await fixture.pass(24 * HOUR_MS - 6 * MINUTE_MS);
    expect(fixture.statuses()).not.toContain('dead');
    await fixture.pass(12 * MINUTE_MS);
    expect(fixture.detail(1_000)).toMatchObject({
      status: 'dead',
      retryCount: 0,
      lastErrorClass: 'channel_down',
      lastError: expect.stringContaining('more than 24 hours') as string,
      attempts: [],
    });
    expect(fixture.statuses()).not.toContain('pending');
  });

  test('costs a healthy channel no write of its row but for its first success', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url, PATIENT);
    const writes = channelWrites(fixture);
    await fixture.raiseMany(50);
    await fixture.quiet();
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
    expect(writes()).toBe(1);
    await fixture.raiseMany(50, 'later');
    await fixture.quiet();
    expect(writes()).toBe(1);
  });

  test('counts a message for many as one failure', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.update({ stormThreshold: 1, stormWindowSeconds: 10, stormWebhooks: true });
    const id = await fixture.addChannel(receiver.url, PATIENT);
    await fixture.raiseMany(1);
    await fixture.quiet();
    receiver.respond = status(503);
    await fixture.raiseMany(20, 'other');
    await fixture.pass(10 * SECOND_MS);
    expect(receiver.webhooks().at(-1)?.data.alerts).toHaveLength(20);
    expect(fixture.statuses().filter((word) => word === 'failed')).toHaveLength(20);
    expect(fixture.channel(id).health).toMatchObject({ state: 'closed', failures: 1 });
  });
});

describe('an idle process', () => {
  /** How many transactions are written while time passes. */
  async function commitsDuring(fixture: CoreFixture, ms: number): Promise<number> {
    let commits = 0;
    fixture.core.writer.onCommitted(() => commits++);
    await fixture.pass(ms);
    return commits;
  }

  test.each([
    ['that waits for a person', 401, 30],
    ['that is down', 503, 60],
  ])('does not look for work in a channel %s again and again', async (_what, code, most) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(code);
    const id = await fixture.addChannel(receiver.url, PATIENT);
    await fixture.raiseMany(40);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.statuses()).toContain('pending');
    expect(await commitsDuring(fixture, HOUR_MS)).toBeLessThan(most);
    expect(fixture.channel(id).health.state).toBe(code === 503 ? 'down' : 'closed');
  });

  test('does not look again before there is room within the limit', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const rateLimit = { count: 2, perMs: 10 * MINUTE_MS };
    await fixture.addChannel(receiver.url, PATIENT, { rateLimit });
    await fixture.raiseMany(40);
    await fixture.quiet();
    expect(await commitsDuring(fixture, HOUR_MS)).toBeLessThan(60);
    expect(receiver.received).toHaveLength(14);
  });
});
