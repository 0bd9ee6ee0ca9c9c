import { describe, expect, test } from 'vitest';
import { RETRY_PRESETS } from '../../main/domain/retry-policy.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const MINUTE_MS = 60_000;

describe('a receiver that keeps failing', () => {
  test('is tried after 1, 2, 4 and 8 minutes from the first failure on, and the fifth is the last', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.addChannel(receiver.url);

    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('failed');
    const [id = ''] = fixture.ids();

    for (const [attempts, minutes] of [
      [1, 1],
      [2, 2],
      [3, 4],
      [4, 8],
    ] as const) {
      expect(receiver.received).toHaveLength(attempts);
      expect(fixture.dueIn(id)).toBe(minutes * MINUTE_MS);
      const shown = fixture.core.notifications.get(id);
      expect(shown).toMatchObject({ retryCount: attempts, maxAttempts: 5 });
      expect(shown?.nextAttemptAt).toBe(fixture.clock.now() + minutes * MINUTE_MS);

      fixture.clock.advance(minutes * MINUTE_MS - 1);
      expect(receiver.received).toHaveLength(attempts);
      fixture.clock.advance(1);
      await receiver.count(attempts + 1);
      await fixture.statusesBecome(attempts === 4 ? 'dead' : 'failed');
    }

    expect(fixture.core.notifications.get(id)).toMatchObject({
      status: 'dead',
      retryCount: 5,
      maxAttempts: 5,
      nextAttemptAt: null,
      lastErrorClass: 'server_error',
    });
    expect(fixture.dueIn(id)).toBeNaN();
    fixture.clock.advance(24 * 60 * MINUTE_MS);
    expect(receiver.received).toHaveLength(5);
  });

  test('every attempt carries the same idempotency key, its own number, and leaves an audit row', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(500);
    await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts: 2 });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('failed');
    fixture.clock.advance(MINUTE_MS);
    await fixture.statusesBecome('dead');

    const [id = ''] = fixture.ids();
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
    expect(receiver.webhooks().map(({ data }) => data['attempt'])).toEqual([1, 2]);
    expect(fixture.core.notifications.detail(id)).toMatchObject({
      ok: true,
      value: {
        attempts: [
          { budget: 1, number: 1, outcome: 'transient', statusCode: 500 },
          { budget: 1, number: 2, outcome: 'transient', statusCode: 500 },
        ],
      },
    });
  });

  test('a success leaves the count: delivered on attempt n', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    receiver.respond = status(204);
    fixture.clock.advance(MINUTE_MS);
    await fixture.statusesBecome('sent');
    expect(fixture.core.notifications.get(fixture.ids()[0] ?? '')).toMatchObject({
      retryCount: 1,
      nextAttemptAt: null,
    });
  });

  test.each([
    ['seconds', '90', 90_000],
    ['an HTTP date', new Date(Date.UTC(2026, 0, 15, 12, 3)).toUTCString(), 180_000],
    ['more than a day', '999999', 24 * 60 * MINUTE_MS],
    ['nonsense', 'soon', MINUTE_MS],
  ])('Retry-After as %s decides the wait', async (_what, header, waitMs) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503, { 'retry-after': header });
    await fixture.raise(receiver.url, 'failed');
    expect(fixture.dueIn(fixture.ids()[0] ?? '')).toBe(waitMs);
  });

  test('a permanent failure spends no more attempts', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    await fixture.addChannel(receiver.url, RETRY_PRESETS.patient);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('dead');
    expect(fixture.core.notifications.get(fixture.ids()[0] ?? '')).toMatchObject({
      retryCount: 1,
      maxAttempts: 12,
      lastErrorClass: 'not_found',
    });
  });
});

describe('requeue', () => {
  test('gives a fresh budget, due now, without the old error, and delivers', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    await fixture.raise(receiver.url, 'dead');
    const [id = ''] = fixture.ids();

    await fixture.core.worker.stop();
    expect(await fixture.core.notifications.requeue(id, 'test')).toEqual({
      ok: true,
      value: { status: 'requeued' },
    });
    expect(fixture.core.notifications.get(id)).toMatchObject({
      status: 'pending',
      retryCount: 0,
      lastError: null,
      lastErrorClass: null,
    });
    expect(fixture.dueIn(id)).toBe(0);

    receiver.respond = status(200);
    await fixture.core.worker.start();
    await fixture.statusesBecome('sent');
    expect(fixture.core.notifications.detail(id)).toMatchObject({
      value: {
        attempts: [
          { budget: 1, number: 1, outcome: 'permanent' },
          { budget: 2, number: 1, outcome: 'sent' },
        ],
      },
    });
    expect(fixture.audit(id)).toMatchObject([{ actor: 'test', action: 'notification.requeue' }]);
  });

  test('is refused for an unknown one and for one that is not dead, which stays as it is', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.raise(receiver.url, 'sent');
    const [id = ''] = fixture.ids();
    expect(await fixture.core.notifications.requeue(id, 'test')).toMatchObject({
      ok: false,
      error: { code: 'wrong_state' },
    });
    expect(
      await fixture.core.notifications.requeue('01890000-0000-7000-8000-000000000000', 'test'),
    ).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(fixture.statuses()).toEqual(['sent']);
  });

  test('wins over a discard of dead letters alone that was decided a moment before', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    await fixture.raise(receiver.url, 'dead');
    receiver.respond = status(204);
    const [id = ''] = fixture.ids();
    const [requeued, discarded] = await Promise.all([
      fixture.core.notifications.requeue(id, 'ann'),
      fixture.core.notifications.discard(id, 'bob', true),
    ]);
    expect(requeued.ok).toBe(true);
    expect(discarded).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
    await fixture.statusesBecome('sent');
  });

  test('of a late one says that it is late and what is true now', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    await fixture.raise(receiver.url, 'dead');
    receiver.respond = status(200);
    await fixture.core.alerts.ingest([firing({ status: 'resolved' })]);
    await fixture.statusesBecome('dead', 'sent');
    const [id = ''] = fixture.ids();
    expect(fixture.core.notifications.get(id)?.obsolete).toBe(true);

    await fixture.core.notifications.requeue(id, 'test');
    await fixture.statusesBecome('sent', 'sent');
    const last = receiver.webhooks().at(-1);
    expect(last?.data.text).toContain('late. The alert has since been resolved.');
    expect(last?.data['alert']).toMatchObject({ state: 'resolved' });
  });
});
