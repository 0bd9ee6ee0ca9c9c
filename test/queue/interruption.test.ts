import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, silence, status } from '../support/http-receiver.ts';

describe('a send that is cut off by a crash', () => {
  test('is rescued at the next start whatever its lease says, counted, and due at once', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = silence;
    await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    await fixture.crash();

    receiver.respond = status(200);
    fixture.open();
    expect(fixture.statuses()).toEqual(['sending']);
    await fixture.run();
    await fixture.statusesBecome('sent');
    const [id = ''] = fixture.ids();
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
    expect(fixture.core.notifications.detail(id)).toMatchObject({
      value: {
        retryCount: 1,
        attempts: [
          { number: 1, outcome: 'interrupted', failureClass: 'interrupted' },
          { number: 2, outcome: 'sent' },
        ],
      },
    });
  });

  test('again and again spends the budget: the second waits, the last is dead', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = silence;
    await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts: 3 });
    await fixture.core.alerts.ingest([firing()]);
    await receiver.count(1);
    const crashAndRestart = async () => {
      await fixture.crash();
      fixture.open();
      await fixture.run();
    };
    await crashAndRestart();
    await receiver.count(2);
    await crashAndRestart();
    expect(fixture.statuses()).toEqual(['failed']);
    expect(fixture.dueIn(fixture.ids()[0] ?? '')).toBe(2 * EXACT.baseMs);
    fixture.clock.advance(2 * EXACT.baseMs);
    await receiver.count(3);
    await crashAndRestart();
    expect(fixture.statuses()).toEqual(['dead']);
  });

  test('and whose alert resolves before the restart is superseded, not repeated', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = silence;
    await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.crash();
    receiver.respond = status(200);
    fixture.open();
    await fixture.run();
    await fixture.statusesBecome('cancelled', 'sent');
  });
});

describe('shutdown', () => {
  test('waits for a send in flight and settles it', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const answers: (() => void)[] = [];
    receiver.respond = (response) => answers.push(() => response.writeHead(204).end());
    await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    const stopped = fixture.core.worker.stop();
    answers[0]?.();
    await stopped;
    expect(fixture.statuses()).toEqual(['sent']);
  });

  test('cuts off what does not come back in ten seconds, and says so in its attempt', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = silence;
    await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    const stopped = fixture.core.worker.stop();
    await new Promise(setImmediate);
    fixture.clock.advance(10_000);
    await stopped;
    expect(fixture.core.notifications.detail(fixture.ids()[0] ?? '')).toMatchObject({
      value: { status: 'failed', attempts: [{ outcome: 'interrupted' }] },
    });
  });

  test('and start are safe to call twice', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.worker.start();
    await Promise.all([fixture.core.worker.stop(), fixture.core.worker.stop()]);
    await fixture.core.worker.stop();
    await fixture.core.worker.start();
  });
});

describe('the clock', () => {
  test('set back by an hour does not make a retry an hour late', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    fixture.clock.setWallBy(-3_600_000);
    receiver.respond = status(200);
    // The scheduler never sleeps longer than a minute, then sees the change and moves what waits.
    fixture.clock.advance(60_000);
    await fixture.statusesBecome('sent');
  });

  test('set forward makes due what is due by then', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(429, { 'retry-after': '7200' });
    await fixture.raise(receiver.url, 'failed');
    receiver.respond = status(200);
    fixture.clock.setWallBy(7_200_000);
    fixture.clock.advance(60_000);
    await fixture.statusesBecome('sent');
  });
});
