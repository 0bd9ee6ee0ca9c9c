/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { CoreFixture } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { channelWrites, PATIENT } from './down-channel.ts';
import { failureWords } from '../support/failures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe('a channel that wants a person', () => {
  test.each([
    [401, 'authentication', 'Check the URL and the secrets of the channel'],
    [403, 'authentication', 'Check the URL and the secrets of the channel'],
    [407, 'authentication', 'A proxy on the way'],
    [410, 'gone', 'Enter a new URL in the channel'],
  ])(
    'after HTTP %i holds everything but the row that found out, and says what to do',
    async (code, word, fix) => {
      await using receiver = await HttpReceiver.start();
      await using fixture = await CoreFixture.start();
      receiver.respond = status(code);
      const id = await fixture.raise(receiver.url, 'dead');
      const since = fixture.clock.now();
      await fixture.raiseMany(3);
      await fixture.pass(48 * HOUR_MS);
      expect(receiver.received).toHaveLength(1);
      expect(fixture.statuses()).toEqual(['dead', 'pending', 'pending', 'pending']);
      const { attention } = fixture.channel(id);
      expect(attention).toMatchObject({ holds: true, class: word, since });
      expect(failureWords(attention)).toContain(fix);
    },
  );

  test('is marked once, however many were on their way', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(401);
    await fixture.addChannel(receiver.url, PATIENT);
    const writes = channelWrites(fixture);
    await fixture.raiseMany(16);
    await fixture.quiet();
    expect(receiver.received).toHaveLength(16);
    expect(writes()).toBe(1);
  });

  test('goes on once its configuration was changed, with the dead letter left to a person', async () => {
    await using receiver = await HttpReceiver.start();
    await using right = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(401);
    const id = await fixture.raise(receiver.url, 'dead');
    await fixture.raiseMany(3);
    await fixture.core.channels.collection.update({ id, config: { url: right.url } }, 'test');
    await fixture.pass(MINUTE_MS);
    expect(fixture.channel(id).attention).toBeNull();
    expect(fixture.statuses()).toEqual(['dead', 'sent', 'sent', 'sent']);
  });

  test('lets a test pass, whose success lets the others go, and whose failure does not', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(401);
    const id = await fixture.raise(receiver.url, 'dead');
    await fixture.raiseMany(2);
    await fixture.core.notifications.test(id, 'test');
    await fixture.quiet();
    expect(fixture.statuses()).toEqual(['dead', 'pending', 'pending', 'dead']);
    receiver.respond = status(204);
    await fixture.core.notifications.test(id, 'test');
    await fixture.quiet();
    expect(fixture.channel(id).attention).toBeNull();
    expect(fixture.statuses()).toEqual(['dead', 'sent', 'sent', 'dead', 'sent']);
  });

  test('still does after a restart', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(410);
    const id = await fixture.raise(receiver.url, 'dead');
    await fixture.raiseMany(2);
    const { attention } = fixture.channel(id);
    receiver.respond = status(204);
    await fixture.restart(HOUR_MS);
    await fixture.pass(HOUR_MS);
    expect(fixture.channel(id).attention).toEqual(attention);
    expect(fixture.statuses()).toEqual(['dead', 'pending', 'pending']);
  });

  test('shows what it owes as held', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(401);
    await fixture.raise(receiver.url, 'dead');
    await fixture.raiseMany(1);
    expect([0, 1].map((index) => fixture.detail(index).held)).toEqual([false, true]);
  });
});
