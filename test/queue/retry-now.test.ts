import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { code, done, good } from './dead-letters-lab.ts';
import { isSent, patience, waitingForADay } from './waiting-for-a-day.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('"retry now"', () => {
  test('makes a failed one due at once, and says so in the audit log', async () => {
    const { fixture, receiver } = await waitingForADay();
    await using _receiver = receiver;
    await using _ = fixture;
    receiver.respond = status(204);
    const [id = ''] = fixture.ids();
    expect(good(await fixture.core.notifications.retry(id, 'ann'))).toEqual({ status: 'retrying' });
    await fixture.quiet();
    expect(fixture.statuses()).toEqual(['sent']);
    expect(fixture.audit(id)).toEqual([{ actor: 'ann', action: 'notification.retry' }]);
    expect(code(await fixture.core.notifications.retry(id, 'ann'))).toBe('wrong_state');
  });

  test('tries a channel that is down at once, whatever its receiver wished', async () => {
    const { fixture, receiver } = await waitingForADay(6);
    await using _receiver = receiver;
    await using _ = fixture;
    receiver.respond = status(204);
    const ids = fixture.ids();
    good(await fixture.core.notifications.retry(ids[0] ?? '', 'ann'));
    await fixture.quiet();
    expect(isSent(fixture)).toBe(true);
  });

  test('sends what a silence holds, and holds it again if that fails', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.addChannel(receiver.url, EXACT);
    const silence = {
      matchers: ['host=nas'],
      endsAt: fixture.clock.now() + DAY_MS,
      comment: 'a test',
    };
    good(await fixture.core.silences.collection.create(silence, 'ann'));
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    const [id = ''] = fixture.ids();
    good(await fixture.core.notifications.retry(id, 'ann'));
    await fixture.quiet();
    expect(receiver.received).toHaveLength(1);
    await fixture.pass(5 * MINUTE_MS);
    expect(receiver.received).toHaveLength(1);
    expect(fixture.core.notifications.get(id)).toMatchObject({
      status: 'failed',
      hold: { kind: 'silence' },
    });
    receiver.respond = status(204);
    good(await fixture.core.notifications.retry(id, 'ann'));
    await fixture.statusesBecome('sent');
  });

  test('lets nothing overtake an earlier notification of its condition', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url, EXACT);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('sent');
    receiver.respond = patience;
    const alertId = fixture.core.notifications.get(fixture.ids()[0] ?? '')?.alertId ?? '';
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.statusesBecome('sent', 'failed');
    good(await fixture.core.alerts.act(alertId, { kind: 'acknowledge' }, 'ann'));
    await fixture.quiet();
    expect(fixture.statuses()).toEqual(['sent', 'failed', 'pending']);
    receiver.respond = status(204);
    good(await fixture.core.notifications.retry(fixture.ids()[2] ?? '', 'ann'));
    await fixture.statusesBecome('sent', 'sent', 'sent');
    expect(receiver.webhooks().map(({ type }) => type)).toEqual([
      'alert.raised',
      'alert.escalated',
      'alert.escalated',
      'alert.acknowledged',
    ]);
  });

  test('says what still holds it: a pause of everything, a disabled channel', async () => {
    const { fixture, receiver, channelId } = await waitingForADay();
    await using _receiver = receiver;
    await using _ = fixture;
    const [id = ''] = fixture.ids();
    await fixture.core.pause.begin(HOUR_MS, 'ann');
    expect(good(await fixture.core.notifications.retry(id, 'ann')).heldBy).toContain(
      'All notifications paused',
    );
    await fixture.core.pause.end('ann');
    await fixture.quiet();
    await fixture.core.channels.collection.update({ id: channelId, enabled: false }, 'ann');
    expect(good(await fixture.core.notifications.retry(id, 'ann')).heldBy).toContain('disabled');
  });

  test('refuses what is in another state, and what does not exist', async () => {
    await using fixture = await CoreFixture.start();
    const unknown = '01890000-0000-7000-8000-000000000000';
    expect(code(await fixture.core.notifications.retry(unknown, 'ann'))).toBe('not_found');
  });
});

describe('"retry now" for many', () => {
  test('takes ids, also of held ones; a filter skips what is held and says so', async () => {
    const { fixture, receiver } = await waitingForADay(2);
    await using _receiver = receiver;
    await using _ = fixture;
    const silence = {
      matchers: ['kind=quiet'],
      endsAt: fixture.clock.now() + DAY_MS,
      comment: 'a test',
    };
    good(await fixture.core.silences.collection.create(silence, 'ann'));
    await fixture.core.alerts.ingest([firing({ kind: 'quiet' })]);
    await fixture.quiet();
    receiver.respond = status(204);
    expect(await done(fixture, 'retry', { filter: {} })).toMatchObject({
      action: 'retry',
      total: 2,
      changed: 2,
      skipped: 1,
    });
    await fixture.statusesBecome('sent', 'sent', 'pending');
    const ids = fixture.ids();
    expect(await done(fixture, 'retry', { ids })).toMatchObject({ changed: 1, unchanged: 2 });
    await fixture.statusesBecome('sent', 'sent', 'sent');
  });
});
