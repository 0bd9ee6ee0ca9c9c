/** @module-tag slow */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RateLimit } from '../../main/contract/channel.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status, type Respond } from '../support/http-receiver.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const LIMIT: RateLimit = { count: 3, perMs: 10 * SECOND_MS };
const PATIENT = { ...EXACT, maxAttempts: 100 };

/** Answers as set and notes when by the test's clock. */
class Arrivals {
  readonly at: number[] = [];
  answer: Respond = status(204);
  readonly #fixture: CoreFixture;

  constructor(fixture: CoreFixture, receiver: HttpReceiver) {
    this.#fixture = fixture;
    receiver.respond = (response, request) => {
      this.at.push(this.#fixture.clock.now());
      this.answer(response, request);
    };
  }

  /** The most that arrived in any stretch of the limit's length. */
  busiest({ perMs }: RateLimit): number {
    const counts = this.at.map(
      (from) => this.at.filter((at) => at >= from && at < from + perMs).length,
    );
    return Math.max(0, ...counts);
  }
}

describe("a channel's own limit", () => {
  test('puts off what is one too many, spending nothing, and lets it go when there is room', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const arrivals = new Arrivals(fixture, receiver);
    let putOff = 0;
    fixture.core.writer.onCommitted(({ facts }) => {
      putOff += facts.filter(({ type }) => type === 'rate_limited').length;
    });
    await fixture.addChannel(receiver.url, EXACT, { rateLimit: LIMIT });
    await fixture.raiseMany(8);
    await fixture.quiet();
    expect(arrivals.at).toHaveLength(3);
    expect(putOff).toBe(5);
    await fixture.pass(10 * SECOND_MS - 1);
    expect(arrivals.at).toHaveLength(3);
    await fixture.pass(1);
    expect(arrivals.at).toHaveLength(6);
    await fixture.pass(10 * SECOND_MS);
    expect(arrivals.at).toHaveLength(8);
    for (const index of [0, 7]) {
      expect(fixture.detail(index)).toMatchObject({ status: 'sent', retryCount: 0 });
    }
    // Looked at again and again, and counted once.
    expect(putOff).toBe(5);
  });

  test('delays no other channel', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url, EXACT, { rateLimit: LIMIT });
    const free = await fixture.addDesktop();
    await fixture.raiseMany(10);
    await fixture.quiet();
    expect(fixture.delivered(free)).toHaveLength(10);
  });

  test('counts tests and retries as well', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const arrivals = new Arrivals(fixture, receiver);
    arrivals.answer = status(503);
    const retry = { ...EXACT, baseMs: 100, capMs: 100 };
    const id = await fixture.addChannel(receiver.url, retry, { rateLimit: LIMIT });
    for (let n = 0; n < 5; n++) await fixture.core.notifications.test(id, 'test');
    await fixture.raiseMany(3);
    await fixture.pass(5 * MINUTE_MS);
    expect(arrivals.at.length).toBeGreaterThan(20);
    expect(arrivals.busiest(LIMIT)).toBe(LIMIT.count);
  });

  test('counts a message for many as one', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.update({ stormThreshold: 1, stormWindowSeconds: 1, stormWebhooks: true });
    await fixture.addChannel(receiver.url, EXACT, { rateLimit: { count: 2, perMs: HOUR_MS } });
    await fixture.raiseMany(30);
    await fixture.pass(SECOND_MS);
    expect(receiver.received).toHaveLength(2);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });

  test('holds over a restart, whenever it comes', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const arrivals = new Arrivals(fixture, receiver);
    await fixture.addChannel(receiver.url, EXACT, { rateLimit: LIMIT });
    await fixture.raiseMany(12);
    for (const downMs of [0, 1_000, 4_000, 9_999]) {
      await fixture.restart(downMs);
      await fixture.pass(3_000);
    }
    await fixture.pass(MINUTE_MS);
    expect(arrivals.at).toHaveLength(12);
    expect(arrivals.busiest(LIMIT)).toBe(LIMIT.count);
  });

  test('takes part of the past into account when it is changed', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const arrivals = new Arrivals(fixture, receiver);
    const id = await fixture.addChannel(receiver.url);
    await fixture.raiseMany(2);
    await fixture.pass(SECOND_MS);
    await fixture.core.channels.collection.update({ id, rateLimit: LIMIT }, 'test');
    await fixture.raiseMany(6, 'other');
    await fixture.quiet();
    expect(arrivals.at).toHaveLength(3);
    await fixture.core.channels.collection.update({ id, rateLimit: null }, 'test');
    await fixture.quiet();
    expect(arrivals.at).toHaveLength(8);
  });

  test('does not let more through because somebody sets the clock', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url, EXACT, { rateLimit: LIMIT });
    await fixture.raiseMany(9);
    await fixture.quiet();
    fixture.clock.setWallBy(HOUR_MS);
    fixture.core.scheduler.wake();
    await fixture.quiet();
    expect(receiver.received).toHaveLength(3);
    fixture.clock.setWallBy(-2 * HOUR_MS);
    await fixture.pass(10 * SECOND_MS);
    expect(receiver.received).toHaveLength(6);
  });

  test('is never exceeded in any stretch of time, whatever comes and however the receiver answers', async () => {
    const moments = fc.array(
      fc.record({
        alerts: fc.integer({ min: 0, max: 7 }),
        code: fc.constantFrom(204, 204, 503, 404, 429),
        passMs: fc.integer({ min: 0, max: 15_000 }),
        restart: fc.boolean(),
      }),
      { minLength: 3, maxLength: 12 },
    );
    const limits = fc.record({
      count: fc.integer({ min: 1, max: 5 }),
      perMs: fc.integer({ min: 500, max: 20_000 }),
    });
    await fc.assert(
      fc.asyncProperty(limits, moments, async (limit, steps) => {
        await using receiver = await HttpReceiver.start();
        await using fixture = await CoreFixture.start();
        const arrivals = new Arrivals(fixture, receiver);
        const retry = { baseMs: 200, capMs: 5_000, maxAttempts: 4, jitter: false };
        await fixture.addChannel(receiver.url, retry, { rateLimit: limit });
        for (const [index, { alerts, code, passMs, restart }] of steps.entries()) {
          arrivals.answer = status(code);
          if (alerts > 0) await fixture.raiseMany(alerts, `${index} `);
          await fixture.pass(passMs);
          if (restart) await fixture.restart();
        }
        expect(arrivals.busiest(limit)).toBeLessThanOrEqual(limit.count);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a receiver that is away for a day', () => {
  test('gets everything afterwards, or a person gets the reason, and never a burst', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const arrivals = new Arrivals(fixture, receiver);
    arrivals.answer = status(502);
    const limit = { count: 5, perMs: 30 * SECOND_MS };
    const id = await fixture.addChannel(receiver.url, EXACT, { rateLimit: limit });
    for (let hour = 0; hour < 26; hour++) {
      await fixture.raiseMany(4, `hour ${hour} `);
      // Some of it is over before it could be sent.
      const over = firing({ status: 'resolved', dedupKey: `hour ${hour} 0` });
      await fixture.pass(30 * MINUTE_MS);
      await fixture.core.alerts.ingest([over]);
      await fixture.pass(30 * MINUTE_MS);
    }
    expect(fixture.channel(id).health).toMatchObject({ state: 'down' });
    const lost = fixture.ids().map((_, index) => fixture.detail(index));
    expect(lost.filter((row) => row.status === 'sent')).toEqual([]);
    for (const row of lost.filter((dead) => dead.status === 'dead')) {
      expect(row.lastErrorClass).toMatch(/^(server_error|channel_down)$/);
      expect(row.lastError).not.toBe('');
    }

    arrivals.at.length = 0;
    arrivals.answer = status(204);
    await fixture.pass(2 * HOUR_MS);
    expect(arrivals.busiest(limit)).toBeLessThanOrEqual(limit.count);
    expect(fixture.channel(id).health).toMatchObject({ state: 'closed', failures: 0 });
    const back = fixture.ids().map((_, index) => fixture.detail(index));
    expect(
      back.filter(({ status: word }) => !['sent', 'cancelled', 'dead'].includes(word)),
    ).toEqual([]);
    // Whatever is still dead either died more than a day before or is obsolete by now.
    for (const row of back.filter((dead) => dead.status === 'dead')) {
      const aged = fixture.clock.now() - row.updatedAt > 24 * HOUR_MS;
      expect(row.obsolete || aged).toBe(true);
      expect(row.lastError).not.toBeNull();
    }
    // Every alert that still fires and is not older than that was sent.
    const delivered = new Set(
      back.filter(({ status: word }) => word === 'sent').map(({ alertId }) => alertId),
    );
    for (const row of back.filter((one) => one.alertStateNow === 'open' && one.status !== 'dead')) {
      expect(delivered).toContain(row.alertId);
    }
    expect(delivered.size).toBeGreaterThan(90);
  });
});

describe('a receiver that is away for exactly a day', () => {
  test('gets every word that still holds, each once, within its limit from beginning to end', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const arrivals = new Arrivals(fixture, receiver);
    arrivals.answer = status(503);
    const limit = { count: 5, perMs: 30 * SECOND_MS };
    await fixture.addChannel(receiver.url, EXACT, { rateLimit: limit });
    for (let half = 0; half < 48; half++) {
      await fixture.raiseMany(3, `${half} `);
      await fixture.pass(20 * MINUTE_MS);
      await fixture.core.alerts.ingest([firing({ status: 'resolved', dedupKey: `${half} 0` })]);
      await fixture.pass(10 * MINUTE_MS);
    }
    expect(arrivals.at.length).toBeGreaterThan(100);
    const refused = receiver.received.length;
    arrivals.answer = status(204);
    for (let minute = 0; minute < 60; minute++) {
      await fixture.raiseMany(1, `after ${minute} `);
      await fixture.pass(MINUTE_MS);
    }
    expect(arrivals.busiest(limit)).toBeLessThanOrEqual(limit.count);
    const rows = fixture.ids().map((_, index) => fixture.detail(index));
    const sent = rows.filter((row) => row.status === 'sent');
    const valueText = ({ alert, event }: (typeof rows)[number]) => `${alert.dedupKey} ${event}`;
    const queued = Array.from({ length: 48 }, (_, half) => [
      `${half} 0 resolved`,
      `${half} 1 raised`,
      `${half} 2 raised`,
    ]);
    const later = Array.from({ length: 60 }, (_, minute) => `after ${minute} 0 raised`);
    expect(sent.map(valueText).sort()).toEqual([...queued.flat(), ...later].sort());
    // A firing that was over before it could be sent is dead or was replaced by its resolved notification.
    for (const row of rows.filter(({ status: word }) => word !== 'sent')) {
      expect(valueText(row)).toMatch(/^\d+ 0 raised$/);
      expect(row.obsolete || row.cancelReason === 'superseded').toBe(true);
    }
    const arrived = receiver.webhooks().slice(refused);
    expect(arrived.map(({ data }) => data.notificationId).sort()).toEqual(
      sent.map(({ id }) => id).sort(),
    );
  });
});

test('a limit that is reached is no failure of the channel', async () => {
  await using receiver = await HttpReceiver.start();
  await using fixture = await CoreFixture.start();
  const id = await fixture.addChannel(receiver.url, PATIENT, { rateLimit: LIMIT });
  await fixture.raiseMany(9);
  await fixture.quiet();
  expect(fixture.channel(id).health).toMatchObject({ state: 'closed', failures: 0 });
});
