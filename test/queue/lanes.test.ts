import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, silence, status } from '../support/http-receiver.ts';

const MINUTE_MS = 60_000;

describe('order', () => {
  test('a resolved never overtakes its raised: what still waits is superseded', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    receiver.respond = status(200);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('cancelled', 'sent');
    expect(receiver.webhooks().map(({ type }) => type)).toEqual(['alert.raised', 'alert.resolved']);
    expect(receiver.webhooks()[1]?.data.text).toMatch(/Started 2026-01-15T12:00:00Z, lasted/);
  });

  test('a resolved waits while its raised is on its way, and a failing raised is then superseded', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const answers: (() => void)[] = [];
    receiver.respond = (response) => answers.push(() => response.writeHead(503).end());
    await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    await fixture.core.alerts.ingest([resolved()]);
    receiver.respond = status(200);
    // Another condition in the same lane goes out meanwhile, so the lane did look at what is due.
    await fixture.core.alerts.ingest([firing({ dedupKey: 'other' })]);
    await fixture.statusesBecome('sending', 'pending', 'sent');
    expect(receiver.received).toHaveLength(2);
    answers[0]?.();
    await fixture.statusesBecome('cancelled', 'sent', 'sent');
    expect(fixture.core.notifications.get(fixture.ids()[0] ?? '')?.cancelReason).toBe('superseded');
  });

  test('a new episode waits for the old resolved', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.raise(receiver.url, 'sent');
    receiver.respond = status(503);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('sent', 'failed');
    await fixture.core.alerts.ingest([firing()]);
    expect(fixture.statuses()).toEqual(['sent', 'failed', 'pending']);
    receiver.respond = status(200);
    fixture.clock.advance(MINUTE_MS);
    await fixture.statusesBecome('sent', 'sent', 'sent');
    expect(receiver.webhooks().map(({ type }) => type)).toEqual([
      'alert.raised',
      'alert.resolved',
      'alert.resolved',
      'alert.raised',
    ]);
  });

  test('a dead raised blocks nothing', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(400);
    await fixture.raise(receiver.url, 'dead');
    receiver.respond = status(200);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('dead', 'sent');
  });
});

describe('lanes', () => {
  test('a channel that hangs delays no other', async () => {
    await using slow = await HttpReceiver.start();
    await using quick = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    slow.respond = silence;
    await fixture.addChannel(slow.url, EXACT, { name: 'a slow one' });
    await fixture.addChannel(quick.url, EXACT, { name: 'b quick one' });
    await fixture.core.alerts.ingest([firing()]);
    await slow.count(1);
    await fixture.statusesBecome('sending', 'sent');
  });

  test('runs at most sixteen webhooks of one channel at once, and goes on as they end', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const answers: (() => void)[] = [];
    receiver.respond = (response) => answers.push(() => response.writeHead(204).end());
    await fixture.addChannel(receiver.url);
    const events = Array.from({ length: 20 }, (_, i) => firing({ dedupKey: String(i) }));
    await fixture.core.alerts.ingest(events);
    await receiver.count(16);
    const sending = fixture.statuses().filter((word) => word === 'sending');
    expect(sending).toHaveLength(16);
    answers.splice(0, 16).forEach((answer) => answer());
    await receiver.count(20);
    answers.forEach((answer) => answer());
    await fixture.statusesBecome(...Array.from({ length: 20 }, () => 'sent' as const));
  });

  test('a send that gets no answer ends as a timeout after fifteen seconds', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = silence;
    await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    fixture.clock.advance(14_999);
    expect(fixture.statuses()).toEqual(['sending']);
    fixture.clock.advance(1);
    await fixture.statusesBecome('failed');
    expect(fixture.core.notifications.detail(fixture.ids()[0] ?? '')).toMatchObject({
      value: { lastErrorClass: 'timeout', attempts: [{ durationMs: 15_000 }] },
    });
  });

  test('a disabled channel holds its rows, shows them as held, and lets them go when enabled', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.raise(receiver.url, 'failed');
    await fixture.core.channels.collection.update({ id, enabled: false }, 'test');
    fixture.clock.advance(60 * MINUTE_MS);
    expect(fixture.core.notifications.get(fixture.ids()[0] ?? '')?.held).toBe(true);
    // The next notification is queued for it as well, and waits with the rest.
    await fixture.core.alerts.ingest([resolved()]);
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(receiver.received).toHaveLength(1);
    expect(fixture.statuses()).toEqual(['cancelled', 'pending']);
    receiver.respond = status(200);
    await fixture.core.channels.collection.update({ id, enabled: true }, 'test');
    await fixture.statusesBecome('cancelled', 'sent');
  });

  test('what is queued uses the configuration of the moment it is sent', async () => {
    await using wrong = await HttpReceiver.start();
    await using right = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    wrong.respond = status(503);
    const id = await fixture.addChannel(wrong.url);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('failed');
    await fixture.core.channels.collection.update({ id, config: { url: right.url } }, 'test');
    fixture.clock.advance(MINUTE_MS);
    await fixture.statusesBecome('sent');
    expect(right.received).toHaveLength(1);
  });

  test('deleting a channel cancels what it owes, and never calls that sent', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.raise(receiver.url, 'failed');
    expect(await fixture.core.channelDeletion.delete({ id, detach: true }, 'test')).toEqual({
      ok: true,
      value: { status: 'deleted', cancelled: 1 },
    });
    expect(fixture.core.notifications.get(fixture.ids()[0] ?? '')).toMatchObject({
      status: 'cancelled',
      cancelReason: 'channel_deleted',
      lastErrorClass: 'server_error',
    });
  });

  test('a test that arrives after its channel was deleted is recorded as sent', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const answer = Promise.withResolvers<void>();
    receiver.respond = (response) => void answer.promise.then(() => response.writeHead(204).end());
    const id = await fixture.addChannel(receiver.url);
    await fixture.core.notifications.test(id, 'test');
    await receiver.count(1);
    await fixture.core.channelDeletion.delete({ id, detach: true }, 'test');
    answer.resolve();
    await fixture.statusesBecome('sent');
    expect(fixture.log).not.toContain('Could not record an attempt');
  });

  test('a pause holds every lane until its end, and outlives a restart', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await fixture.core.pause.begin(60 * MINUTE_MS, 'test');
    await fixture.core.alerts.ingest([firing()]);
    fixture.clock.advance(30 * MINUTE_MS);
    await fixture.core.worker.stop();
    await fixture.crash();
    fixture.open();
    await fixture.run();
    fixture.clock.advance(30 * MINUTE_MS - 1);
    expect(fixture.statuses()).toEqual(['pending']);
    fixture.clock.advance(1);
    await fixture.statusesBecome('sent');
    expect(fixture.core.pause.current()).toBeNull();
  });

  test('a pause without an end holds every lane until somebody resumes, and outlives a restart', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await fixture.core.pause.begin(MINUTE_MS, 'test');
    await fixture.core.pause.begin(null, 'test');
    await fixture.core.alerts.ingest([firing()]);
    fixture.clock.advance(30 * 24 * 60 * MINUTE_MS);
    await fixture.core.worker.stop();
    await fixture.crash();
    fixture.open();
    await fixture.run();
    fixture.clock.advance(MINUTE_MS);
    expect(fixture.core.pause.current()).toEqual({ until: null });
    expect(fixture.statuses()).toEqual(['pending']);
    await fixture.core.pause.begin(MINUTE_MS, 'test');
    fixture.clock.advance(MINUTE_MS);
    await fixture.statusesBecome('sent');
    await fixture.core.pause.begin(null, 'test');
    await fixture.core.alerts.ingest([firing({ kind: 'other' })]);
    expect(fixture.statuses()).toEqual(['sent', 'pending']);
    await fixture.core.pause.end('test');
    await fixture.statusesBecome('sent', 'sent');
  });

  test('with several policies each channel keeps its own count of the same alert', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts: 1 }, { name: 'one try' });
    await fixture.addChannel(receiver.url, EXACT, { name: 'five tries' });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('failed', 'dead');
  });
});
