import { describe, expect, test } from 'vitest';
import { CoreFixture } from '../support/core-fixture.ts';
import { HttpReceiver, silence, status } from '../support/http-receiver.ts';
import { downChannel, PATIENT } from './down-channel.ts';
import { legacy } from '../support/failures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe('a restart', () => {
  test('of a channel that is down keeps it down until its next probe', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    const { health } = fixture.channel(id);
    await fixture.restart(MINUTE_MS);
    expect(fixture.channel(id).health).toEqual(health);
    await fixture.raiseMany(3);
    await fixture.pass(4 * MINUTE_MS - 1);
    expect(receiver.received).toHaveLength(5);
    await fixture.pass(1);
    expect(receiver.received).toHaveLength(6);
  });

  test('in the middle of a probe probes again at once', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    await fixture.raiseMany(2);
    receiver.respond = silence;
    fixture.clock.advance(5 * MINUTE_MS);
    await receiver.count(6);
    await fixture.crash();
    receiver.respond = status(204);
    fixture.open();
    expect(fixture.channel(id).health.state).toBe('probing');
    await fixture.run();
    await fixture.quiet();
    expect(fixture.channel(id).health.state).toBe('closed');
    expect(receiver.received.length).toBeGreaterThan(6);
  });

  test('of a failing channel that is not down yet goes on counting', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.addChannel(receiver.url, PATIENT);
    await fixture.raiseMany(4);
    await fixture.restart();
    expect(fixture.channel(id).health).toMatchObject({ state: 'closed', failures: 4 });
    await fixture.pass(MINUTE_MS);
    expect(fixture.channel(id).health.state).toBe('down');
  });

  test('after two days gives nothing up before it has had time to look', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await downChannel(receiver, fixture);
    await fixture.raiseMany(5);
    await fixture.restart(48 * HOUR_MS);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.statuses()).not.toContain('dead');
    receiver.respond = status(204);
    await fixture.pass(2 * HOUR_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });
});

describe('the clock', () => {
  test('set back by an hour makes no probe an hour late', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await downChannel(receiver, fixture);
    await fixture.raiseMany(1);
    fixture.clock.setWallBy(-HOUR_MS);
    receiver.respond = status(204);
    await fixture.pass(6 * MINUTE_MS);
    expect(fixture.statuses()).toContain('sent');
  });

  test('that went on for two days while the machine slept gives nothing up at once', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await downChannel(receiver, fixture);
    await fixture.raiseMany(5);
    await fixture.quiet();
    fixture.clock.setWallBy(48 * HOUR_MS);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.statuses()).not.toContain('dead');
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.statuses()).toContain('dead');
  });
});

describe('a transaction that is not committed', () => {
  test('leaves the channel in memory as it is in the database', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    const before = fixture.channel(id);
    const { channels, writer } = fixture.core;
    const work = writer.submit((unit) => {
      channels.putHealth(unit, {
        ...before,
        attention: {
          holds: true,
          class: 'gone',
          reason: legacy(''),
          receiverText: null,
          since: 1,
        },
      });
      expect(fixture.channel(id).attention).not.toBeNull();
      throw new Error('No');
    });
    await expect(work).rejects.toThrow('No');
    expect(fixture.channel(id)).toEqual(before);
  });
});

describe('editing and testing a channel that is down', () => {
  test('a new configuration lets the next row probe at once', async () => {
    await using receiver = await HttpReceiver.start();
    await using right = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    await fixture.raiseMany(3);
    await fixture.core.channels.collection.update({ id, config: { url: right.url } }, 'test');
    await fixture.quiet();
    expect(fixture.channel(id).health.state).toBe('closed');
    // With what waited for its next attempt.
    expect(right.received).toHaveLength(4);
  });

  test('another name does not', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    const { health } = fixture.channel(id);
    await fixture.raiseMany(3);
    await fixture.core.channels.collection.update({ id, name: 'elsewhere' }, 'test');
    await fixture.quiet();
    expect(fixture.channel(id).health).toEqual(health);
    expect(receiver.received).toHaveLength(5);
  });

  test('a test goes out at once, and its success ends the outage', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    await fixture.raiseMany(3);
    receiver.respond = status(204);
    await fixture.core.notifications.test(id, 'test');
    await fixture.quiet();
    expect(receiver.webhooks()[5]?.type).toBe('alert.test');
    expect(fixture.channel(id).health.state).toBe('closed');
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });

  test('a test that fails changes nothing for the rows that wait', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    const { probeAt } = fixture.channel(id).health;
    await fixture.raiseMany(3);
    await fixture.core.notifications.test(id, 'test');
    await fixture.quiet();
    expect(receiver.received).toHaveLength(6);
    expect(fixture.channel(id).health).toMatchObject({ state: 'down', failures: 6, probeAt });
    expect(fixture.statuses()).toEqual(['failed', 'pending', 'pending', 'pending', 'failed']);
  });
});
