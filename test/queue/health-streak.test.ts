import { describe, expect, test } from 'vitest';
import { REJECTIONS_MAX } from '../../main/domain/channel-health.ts';
import { CoreFixture } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { failureWords } from '../support/failures.ts';

const DAY_MS = 24 * 3_600_000;

async function rejecting(fixture: CoreFixture, receiver: HttpReceiver, messages: number) {
  receiver.respond = status(404);
  const id = await fixture.addChannel(receiver.url);
  for (let n = 0; n < messages; n++) await fixture.raiseMany(1, `first ${n}`);
  await fixture.quiet();
  return id;
}

describe('a channel that refuses every message for good', () => {
  test('needs attention after a few in a row, with the reason of the last', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await rejecting(fixture, receiver, REJECTIONS_MAX - 1);
    expect(fixture.channel(id)).toMatchObject({
      attention: null,
      health: {
        rejections: REJECTIONS_MAX - 1,
        reason: { code: 'failure.not_found', params: { status: 'HTTP 404' } },
      },
    });
    await fixture.raiseMany(1, 'last straw');
    await fixture.quiet();
    const since = fixture.clock.now();
    const { attention } = fixture.channel(id);
    expect(attention).toMatchObject({ class: 'not_found', since, holds: false });
    expect(failureWords(attention)).toContain('Check the path');
    receiver.respond = status(413);
    await fixture.pass(60_000);
    await fixture.raiseMany(1, 'another');
    await fixture.quiet();
    expect(fixture.channel(id).attention).toMatchObject({ class: 'rejected', since });
  });

  test('is still sent each message, which dies of that failure and is not held', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await rejecting(fixture, receiver, REJECTIONS_MAX);
    await fixture.raiseMany(20, 'later');
    await fixture.pass(DAY_MS);
    expect(receiver.received).toHaveLength(REJECTIONS_MAX + 20);
    expect(new Set(fixture.statuses())).toEqual(new Set(['dead']));
    expect(fixture.channel(id).health).toMatchObject({ state: 'closed', rejections: 25 });
  });

  test('is well again with the first success, and after a change of its configuration', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await rejecting(fixture, receiver, REJECTIONS_MAX);
    receiver.respond = status(204);
    await fixture.raiseMany(1, 'good');
    await fixture.quiet();
    expect(fixture.channel(id)).toMatchObject({ attention: null, health: { rejections: 0 } });
    receiver.respond = status(404);
    await fixture.raiseMany(REJECTIONS_MAX, 'again');
    await fixture.quiet();
    expect(fixture.channel(id).attention).not.toBeNull();
    const config = { url: `${receiver.url}/right` };
    await fixture.core.channels.collection.update({ id, config }, 'test');
    expect(fixture.channel(id)).toMatchObject({ attention: null, health: { rejections: 0 } });
  });

  test('is not well again because of what only passes, nor after a restart', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await rejecting(fixture, receiver, REJECTIONS_MAX - 1);
    receiver.respond = status(503);
    await fixture.raiseMany(1, 'away');
    await fixture.quiet();
    await fixture.restart();
    receiver.respond = status(404);
    await fixture.raiseMany(1, 'last straw');
    await fixture.quiet();
    expect(fixture.channel(id)).toMatchObject({ attention: { class: 'not_found' } });
    expect(fixture.channel(id).health.rejections).toBe(REJECTIONS_MAX);
  });

  test('holds its lane once its credentials are refused as well', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await rejecting(fixture, receiver, REJECTIONS_MAX);
    receiver.respond = status(401);
    await fixture.raiseMany(1, 'revoked');
    await fixture.quiet();
    expect(fixture.channel(id).attention).toMatchObject({ class: 'authentication', holds: true });
    await fixture.raiseMany(1, 'held');
    await fixture.quiet();
    expect(fixture.statuses().at(-1)).toBe('pending');
  });
});

test('a channel has worked only once something was delivered with its configuration', async () => {
  await using receiver = await HttpReceiver.start();
  await using fixture = await CoreFixture.start();
  const id = await fixture.addChannel(receiver.url);
  expect(fixture.channel(id).health.workedAt).toBeNull();
  await fixture.core.notifications.test(id, 'test');
  await fixture.quiet();
  const at = fixture.clock.now();
  expect(fixture.channel(id).health.workedAt).toBe(at);
  await fixture.pass(60_000);
  await fixture.raiseMany(3);
  await fixture.quiet();
  // Written once: a success on a healthy channel costs nothing.
  expect(fixture.channel(id).health.workedAt).toBe(at);
  await fixture.restart();
  expect(fixture.channel(id).health.workedAt).toBe(at);
  await fixture.core.channels.collection.update(
    { id, config: { url: `${receiver.url}/new` } },
    'test',
  );
  expect(fixture.channel(id).health.workedAt).toBeNull();
});
