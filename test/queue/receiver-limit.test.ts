/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import type { RetryPolicy } from '../../main/contract/channel.ts';
import { RETRY_PRESETS } from '../../main/domain/retry-policy.ts';
import { CoreFixture } from '../support/core-fixture.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import {
  heldMessages,
  LimitedReceiver,
  raiseCritical,
  RETRY_AFTER_A_SECOND,
} from './limited-receiver.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe('a receiver that takes one message a second', () => {
  const policies: [string, RetryPolicy][] = [
    ['quick', RETRY_PRESETS.quick],
    ['default', RETRY_PRESETS.default],
  ];
  const runs = policies.flatMap(([name, policy]) => [
    { name, policy, hint: 'Retry-After: 1', headers: RETRY_AFTER_A_SECOND },
    { name, policy, hint: 'no Retry-After', headers: {} },
  ]);

  test.each(runs)('gets all 30 with the policy $name and $hint', async ({ policy, headers }) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const limited = new LimitedReceiver(fixture, receiver, SECOND_MS, headers);
    const counted = heldMessages(fixture);
    await fixture.addChannel(receiver.url, policy);
    await raiseCritical(fixture, 30);
    await fixture.pass(90 * SECOND_MS);
    // Each once, but for the one that was accepted before anything was refused.
    expect(counted()).toBe(29);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
    expect(limited.acceptedAt).toHaveLength(30);
    expect(limited.delivered).toBe(30);
    expect(limited.refusedAt.length).toBeLessThanOrEqual(60);
    for (const index of [0, 29]) expect(fixture.detail(index).retryCount).toBe(0);
  });

  test('is refused nothing more often than once in several messages when there are many', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const limited = new LimitedReceiver(fixture, receiver, SECOND_MS);
    await fixture.addChannel(receiver.url);
    await raiseCritical(fixture, 200);
    await fixture.pass(6 * MINUTE_MS);
    expect(limited.acceptedAt).toHaveLength(200);
    expect(limited.refusedAt.length).toBeLessThan(60);
  });
});

describe('a receiver with another limit', () => {
  test.each([
    ['one in 100 ms', 100, MINUTE_MS],
    ['one in 5 s', 5 * SECOND_MS, 10 * MINUTE_MS],
    ['one a minute', MINUTE_MS, 90 * MINUTE_MS],
    ['one in 10 min', 10 * MINUTE_MS, 16 * HOUR_MS],
  ])('of %s gets everything, with few refusals', async (_what, everyMs, withinMs) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const limited = new LimitedReceiver(fixture, receiver, everyMs);
    await fixture.addChannel(receiver.url, RETRY_PRESETS.quick);
    await raiseCritical(fixture, 30);
    await fixture.pass(withinMs);
    expect(limited.acceptedAt).toHaveLength(30);
    // Below one a minute the longest pause alone decides how often it is asked.
    const refusals = everyMs > MINUTE_MS ? 60 + 30 * (everyMs / MINUTE_MS) : 60;
    expect(limited.refusedAt.length).toBeLessThanOrEqual(refusals);
  });
});
