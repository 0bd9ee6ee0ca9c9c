import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { afterRetries, holdWriteLock, passUntil } from '../support/sick-disk.ts';
import { until } from '../support/until.ts';

describe('what shares a commit with a channel that is being deleted', () => {
  test('is not queued for it', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await Promise.all([
      fixture.core.channelDeletion.delete({ id, detach: true }, 'test'),
      fixture.core.alerts.ingest([firing()]),
    ]);
    expect(fixture.statuses()).toEqual([]);
  });

  test('is cancelled with it when it came first', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await Promise.all([
      fixture.core.alerts.ingest([firing()]),
      fixture.core.channelDeletion.delete({ id, detach: true }, 'test'),
    ]);
    expect(fixture.statuses()).toEqual(['cancelled']);
  });

  test('and is on its way ends as cancelled when it fails', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const answers: (() => void)[] = [];
    receiver.respond = (response) => answers.push(() => response.writeHead(503).end());
    const id = await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    await fixture.core.channelDeletion.delete({ id, detach: true }, 'test');
    expect(fixture.statuses()).toEqual(['sending']);
    answers[0]?.();
    await fixture.statusesBecome('cancelled');
    expect(fixture.core.notifications.get(fixture.ids()[0] ?? '')?.cancelReason).toBe(
      'channel_deleted',
    );
  });

  test('leaves nothing behind that a restart would not clear', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    await fixture.core.worker.stop();
    fixture.db.exec('DELETE FROM channels');
    await fixture.crash();
    fixture.open();
    await fixture.run();
    expect(fixture.statuses()).toEqual(['cancelled']);
  });
});

describe('a send that ends', () => {
  test('shares its commit with the one that takes its place', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const ntfy = { kind: 'ntfy', config: { server: receiver.url, topic: 'lab' } } as const;
    receiver.respond = (response) => response.end('{"id":"sPs71M8A2T"}');
    await fixture.addChannel(receiver.url, EXACT, ntfy);
    await fixture.raiseMany(10);
    const queued = fixture.core.writer.lastCommit().number;
    await fixture.statusesBecome(...Array<'sent'>(10).fill('sent'));
    // One at a time: the first claim may have come before, and the last send has nothing behind it.
    expect(fixture.core.writer.lastCommit().number - queued).toBeLessThanOrEqual(11);
  });
});

describe('a database that cannot be written for a while', () => {
  test('fails the sender, keeps nothing, and everything goes on afterwards', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    {
      using _lock = holdWriteLock(fixture.dir);
      const refused = afterRetries(fixture.clock, fixture.core.alerts.ingest([firing()]));
      await expect(refused).rejects.toThrow('cannot write');
      await expect(fixture.core.pause.begin(3_600_000, 'test')).rejects.toThrow('cannot write');
      expect(fixture.core.writer.healthy).toBe(false);
    }
    expect(fixture.core.pause.current()).toBeNull();
    fixture.clock.advance(1_000);
    await fixture.core.alerts.ingest([firing()]);
    expect(fixture.core.writer.healthy).toBe(true);
    await fixture.statusesBecome('sent');
  });

  test('delays a claim for a moment, not for ever', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    receiver.respond = status(204);
    {
      using _lock = holdWriteLock(fixture.dir);
      fixture.clock.advance(EXACT.baseMs);
      await passUntil(
        fixture.clock,
        () => fixture.log.includes('Could not claim'),
        'the claim failed',
      );
    }
    expect(fixture.statuses()).toEqual(['failed']);
    await fixture.pass(2_000);
    await fixture.statusesBecome('sent');
  });

  test('keeps an attempt that could not be recorded until it can', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const answers: (() => void)[] = [];
    receiver.respond = (response) => answers.push(() => response.writeHead(204).end());
    await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    {
      using _lock = holdWriteLock(fixture.dir);
      answers[0]?.();
      await passUntil(
        fixture.clock,
        () => fixture.log.includes('Could not record an attempt'),
        'it failed once',
      );
    }
    expect(fixture.statuses()).toEqual(['sending']);
    fixture.clock.advance(1_000);
    fixture.clock.advance(1_000);
    await fixture.statusesBecome('sent');
    expect(receiver.received).toHaveLength(1);
  });

  test('makes no false resolve of an end that could not be put off', async () => {
    await using fixture = await CoreFixture.start();
    const now = fixture.clock.now();
    await fixture.core.alerts.ingest([firing({ occurredAt: now, endsAt: now + 240_000 })]);
    {
      using _lock = holdWriteLock(fixture.dir);
      fixture.clock.setWallBy(8 * 3_600_000);
      fixture.core.scheduler.resumed();
      await passUntil(
        fixture.clock,
        () => fixture.log.includes('Could not postpone the ends of alerts'),
        'it failed',
      );
    }
    fixture.clock.advance(2_000);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    fixture.clock.advance(2_000);
    await until(() => {
      const page = fixture.core.alerts.list({ limit: 1 });
      return page.ok && (page.value.items[0]?.endsAt ?? 0) > fixture.clock.now() + 200_000;
    }, 'the end was put off once the disk took it');
  });

  test('makes retries follow a clock that was set back as soon as they can', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    receiver.respond = status(204);
    {
      using _lock = holdWriteLock(fixture.dir);
      fixture.clock.setWallBy(-30 * 86_400_000);
      fixture.core.scheduler.wake();
      const message = 'Waiting rows could not follow the clock yet';
      await passUntil(fixture.clock, () => fixture.log.includes(message), 'the shift failed');
    }
    await fixture.pass(EXACT.baseMs);
    await fixture.statusesBecome('sent');
  });
});

describe('leases', () => {
  test('settle nothing once they are not ours', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = () => undefined;
    await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    const settled = fixture.core.tables.notifications.complete({
      id: fixture.ids()[0] ?? '',
      leaseToken: 'somebody else',
      settlement: { status: 'sent', retryCount: 0 },
      maxAttempts: 5,
      failure: null,
      now: fixture.clock.now(),
    });
    expect(settled).toBe(false);
    expect(fixture.statuses()).toEqual(['sending']);
  });
});

describe('a requeued dead letter', () => {
  test('whose alert has resolved keeps its whole budget', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(400);
    await fixture.raise(receiver.url, 'dead');
    receiver.respond = status(200);
    fixture.clock.advance(1_000);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('dead', 'sent');
    receiver.respond = status(503);
    fixture.clock.advance(1_000);
    await fixture.core.notifications.requeue(fixture.ids()[0] ?? '', 'test');
    await fixture.statusesBecome('failed', 'sent');
  });

  test('that was passed by a newer episode says how the condition stands now', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.raise(receiver.url, 'sent');
    receiver.respond = status(400);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('sent', 'dead');
    receiver.respond = status(200);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.statusesBecome('sent', 'dead', 'sent');
    await fixture.core.notifications.requeue(fixture.ids()[1] ?? '', 'test');
    await fixture.statusesBecome('sent', 'sent', 'sent');
    expect(receiver.webhooks().at(-1)?.data.text).toContain(
      'This notification is late. The alert is now open (CRITICAL).',
    );
  });
});
