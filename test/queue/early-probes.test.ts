import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../main/channels/refusal.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { PATIENT } from './down-channel.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('the network that is back', () => {
  let fixture: CoreFixture;
  let receiver: HttpReceiver;
  beforeEach(async () => {
    fixture = await CoreFixture.start();
    receiver = await HttpReceiver.start();
  });
  afterEach(async () => {
    await fixture[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  const away = (): void => {
    receiver.respond = (response) => response.destroy();
  };
  /** A receiver that cannot be reached by the channel's first `alerts` alerts. */
  async function unreachable(alerts: number, retry = PATIENT): Promise<string> {
    away();
    const id = await fixture.addChannel(receiver.url, retry);
    await fixture.raiseMany(alerts);
    await fixture.quiet();
    return id;
  }

  test('has a failed notification sent within seconds, and the others after it', async () => {
    await unreachable(3);
    expect(fixture.statuses()).toEqual(['failed', 'failed', 'failed']);
    receiver.respond = status(204);
    fixture.core.earlyProbes.note('network');
    await fixture.pass(2 * SECOND_MS);
    expect(fixture.statuses()).toEqual(['failed', 'failed', 'failed']);
    await fixture.pass(5 * SECOND_MS);
    expect(fixture.statuses()).toEqual(['sent', 'sent', 'sent']);
  });

  test('has a channel that is down probed with one message, once a minute at most', async () => {
    const id = await unreachable(8);
    await fixture.pass(HOUR_MS);
    expect(fixture.channel(id).health.state).toBe('down');
    // So that no probe of its own comes meanwhile.
    await fixture.pass(SECOND_MS);
    const before = receiver.received.length;
    for (let n = 0; n < 20; n++) {
      fixture.core.earlyProbes.note('network');
      await fixture.pass(2 * SECOND_MS);
    }
    expect(receiver.received.length - before).toBe(1);
    await fixture.pass(30 * SECOND_MS);
    expect(receiver.received.length - before).toBe(2);
  });

  test('leaves a channel alone whose receiver asked to be left alone', async () => {
    receiver.respond = status(503, { 'retry-after': '3000' });
    const id = await fixture.addChannel(receiver.url, PATIENT);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    const held = fixture.detail(0).nextAttemptAt;
    // The message that was on its way when the receiver asked could not be delivered.
    away();
    await fixture.raiseMany(1, 'later ');
    await fixture.quiet();
    expect(fixture.channel(id).health.failures).toBe(2);
    const before = receiver.received.length;
    fixture.core.earlyProbes.note('network');
    await fixture.pass(30 * SECOND_MS);
    expect(receiver.received.length).toBe(before);
    expect(fixture.detail(0).nextAttemptAt).toBe(held);
  });

  test('spends the last attempt of no notification', async () => {
    await unreachable(1, { ...EXACT, maxAttempts: 2 });
    const before = fixture.detail(0);
    fixture.core.earlyProbes.note('network');
    await fixture.pass(30 * SECOND_MS);
    expect(fixture.detail(0)).toEqual(before);
  });

  test('changes nothing while deliveries or the channel are paused', async () => {
    const id = await unreachable(1);
    const before = receiver.received.length;
    await fixture.core.channelPauses.pause({ id, durationMs: HOUR_MS }, 'test');
    fixture.core.earlyProbes.note('network');
    await fixture.pass(10 * SECOND_MS);
    await fixture.core.channelPauses.resume(id, 'test');
    await fixture.core.pause.begin(HOUR_MS, 'test');
    await fixture.pass(MINUTE_MS);
    fixture.core.earlyProbes.note('network');
    await fixture.pass(MINUTE_MS);
    expect(receiver.received.length).toBe(before);
  });

  test('is looked for after a sleep', async () => {
    await unreachable(1);
    receiver.respond = status(204);
    fixture.core.scheduler.resumed();
    await fixture.pass(10 * SECOND_MS);
    expect(fixture.statuses()).toEqual(['failed']);
    await fixture.pass(10 * SECOND_MS);
    expect(fixture.statuses()).toEqual(['sent']);
  });
});

describe('a notification server that comes', () => {
  let fixture: CoreFixture;
  let answer: Outcome;
  let id: string;
  const missing = failed('configuration', { code: 'failure.desktop_no_service', params: {} });
  beforeEach(async () => {
    fixture = await CoreFixture.start();
    answer = missing;
    fixture.answer = () => answer;
    id = await fixture.addDesktop();
    await fixture.raiseMany(1);
    await fixture.quiet();
    await fixture.raiseMany(2, 'later ');
    await fixture.quiet();
  });
  afterEach(() => fixture[Symbol.asyncDispose]());

  const came = async (): Promise<void> => {
    fixture.core.earlyProbes.note('desktop');
    await fixture.pass(2 * SECOND_MS);
  };

  test('gets what waited for it, and what had died for want of it', async () => {
    expect(fixture.statuses()).toEqual(['dead', 'pending', 'pending']);
    expect(fixture.channel(id).attention?.holds).toBe(true);
    answer = { kind: 'sent' };
    await came();
    expect(fixture.statuses()).toEqual(['sent', 'sent', 'sent']);
    expect(fixture.channel(id).attention).toBeNull();
    expect(fixture.channel(id).health.state).toBe('closed');
  });

  test('is asked with one notification, which alone is lost to it if it leaves again', async () => {
    await came();
    expect(fixture.statuses()).toEqual(['dead', 'dead', 'pending']);
    expect(fixture.channel(id).attention?.reason.code).toBe('failure.desktop_no_service');
    answer = { kind: 'sent' };
    await fixture.pass(10 * SECOND_MS);
    await came();
    expect(fixture.statuses()).toEqual(['sent', 'sent', 'sent']);
  });

  test('gets the dead letter itself where nothing else waits', async () => {
    answer = { kind: 'sent' };
    await came();
    answer = missing;
    await fixture.raiseMany(1, 'at last ');
    await fixture.quiet();
    expect(fixture.statuses()).toEqual(['sent', 'sent', 'sent', 'dead']);
    answer = { kind: 'sent' };
    await fixture.pass(10 * SECOND_MS);
    await came();
    expect(fixture.statuses()).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect(fixture.notices.every(({ title }) => !title.includes('Test'))).toBe(true);
  });

  test('does not lift what only a person can', async () => {
    answer = failed('configuration', { code: 'failure.desktop_denied', params: {} });
    await came();
    const before = fixture.statuses();
    await fixture.pass(10 * SECOND_MS);
    await came();
    expect(fixture.statuses()).toEqual(before);
    expect(fixture.channel(id).attention?.reason.code).toBe('failure.desktop_denied');
  });
});
