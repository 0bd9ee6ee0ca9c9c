import { describe, expect, test } from 'vitest';
import { routeInput } from '../../../main/contract/route.ts';
import { CoreFixture, EXACT, firing, resolved } from '../../support/core-fixture.ts';
import { HttpReceiver, status } from '../../support/http-receiver.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A phone that shows what it receives. */
async function started() {
  const fixture = await CoreFixture.start();
  const phone = await fixture.addDesktop({ name: 'Phone' });
  return { fixture, delivered: () => fixture.delivered(phone) };
}

/** Changes of the condition, ten seconds apart, the first to firing. */
async function flip(fixture: CoreFixture, changes: number): Promise<void> {
  for (let n = 0; n < changes; n++) {
    await fixture.core.alerts.ingest([n % 2 === 0 ? firing() : resolved()]);
    await fixture.pass(10_000);
  }
}

async function hours(fixture: CoreFixture, count: number): Promise<void> {
  for (let hour = 0; hour < count; hour++) {
    fixture.clock.advance(HOUR_MS);
    await fixture.quiet();
  }
}

describe('flapping', () => {
  test('counted dispatches: what was never dispatched did not flap', async () => {
    await using fixture = await CoreFixture.start();
    await flip(fixture, 5);
    expect(fixture.outbox()).toEqual([]);
    expect(fixture.newest().alert.flapping).toBe(true);
  });

  test('counted dispatches: one steady outage with many messages flapped', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    const act = (kind: 'acknowledge' | 'unacknowledge') =>
      fixture.core.alerts.act(fixture.newest().alert.id, { kind }, 'ann');
    for (const severity of ['info', 'warning', 'critical'] as const) {
      await fixture.core.alerts.ingest([firing({ severity })]);
      await act('acknowledge');
      await fixture.quiet();
      await act('unacknowledge');
      await fixture.quiet();
    }
    expect(delivered()).toHaveLength(9);
    expect(fixture.newest().alert.flapping).toBe(false);
  });

  test('froze evaluation while it suppressed: severity, words and end were not seen', async () => {
    const { fixture } = await started();
    await using _stop = fixture;
    await flip(fixture, 5);
    await fixture.core.alerts.ingest([firing({ severity: 'critical', message: 'worse' })]);
    expect(fixture.newest().alert).toMatchObject({
      flapping: true,
      severity: 'critical',
      message: 'worse',
      occurrences: 2,
    });
    await fixture.core.alerts.ingest([resolved()]);
    expect(fixture.newest().alert).toMatchObject({ flapping: true, state: 'resolved' });
  });

  test('had a latch that stuck when nothing changed any more', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    await flip(fixture, 5);
    // It fires on and on; that is no change, and so it is calm.
    for (let minute = 0; minute < 15; minute++) {
      await fixture.core.alerts.ingest([firing()]);
      await fixture.pass(MINUTE_MS);
    }
    expect(fixture.newest().alert).toMatchObject({ flapping: false, state: 'open' });
    expect(delivered().slice(-2)).toEqual(['flapping_started', 'flapping_stopped']);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(delivered().at(-1)).toBe('resolved');
  });

  test('had a latch that stuck after somebody resolved the alert by hand', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    await flip(fixture, 5);
    await fixture.core.alerts.act(fixture.newest().alert.id, { kind: 'resolve' }, 'ann');
    await fixture.pass(15 * MINUTE_MS);
    expect(fixture.newest().alert).toMatchObject({ flapping: false, state: 'resolved' });
    expect(delivered().at(-1)).toBe('flapping_stopped');
    expect(fixture.notices.at(-1)?.body).toContain('The alert has settled and is resolved.');
    await flip(fixture, 1);
    expect(delivered().at(-1)).toBe('raised');
  });

  test('was over for having been away: nobody had been there to see that it was calm', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    await flip(fixture, 5);
    await fixture.restart(20 * MINUTE_MS);
    await fixture.pass(MINUTE_MS);
    expect(delivered().at(-1)).toBe('flapping_started');
    await fixture.pass(15 * MINUTE_MS);
    expect(delivered().at(-1)).toBe('flapping_stopped');
  });

  test('left whoever a route asks for without word of what had become worse meanwhile', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    const [phone] = fixture.core.channels.all();
    const pager = await fixture.addDesktop({ name: 'Pager' });
    const routes = [
      { name: 'worst', minSeverity: 'critical', channelIds: [pager], continue: true },
      { name: 'all', channelIds: [phone?.id ?? ''] },
    ];
    for (const route of routes)
      await fixture.core.routes.collection.create(routeInput.parse(route), 'test');
    await flip(fixture, 5);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.pass(16 * MINUTE_MS);
    expect(delivered().at(-1)).toBe('flapping_stopped');
    expect(fixture.newest().alert).toMatchObject({ state: 'open', severity: 'critical' });
    expect(fixture.delivered(pager)).toHaveLength(1);
  });

  test('forgot what it had counted at a restart, so that a restart let the noise through', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    await flip(fixture, 4);
    await fixture.restart(10_000);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect(delivered()).toEqual(['raised', 'resolved', 'raised', 'resolved', 'flapping_started']);
  });
});

describe('age', () => {
  test('removed alerts without a word, so that a condition that was still true fired as new', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    await fixture.update({ maxAlertAgeDays: 1, autoAcknowledgeAfterHours: 1 });
    await fixture.core.alerts.ingest([firing()]);
    const { id } = fixture.newest().alert;
    for (let day = 0; day < 8; day++) {
      await hours(fixture, 23);
      await fixture.core.alerts.ingest([firing()]);
      await fixture.quiet();
    }
    expect(fixture.newest().alert).toMatchObject({ id, closedAt: null });
    expect(delivered()).toEqual(['raised']);
    // One that really is not reported any more stays to be seen, and says what became of it.
    await hours(fixture, 26);
    expect(fixture.newest().alert).toMatchObject({ id, state: 'expired' });
    expect(fixture.newest().timeline.at(-1)?.type).toBe('expired');
  });

  test('acknowledged outages automatically, which then recovered silently', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    await fixture.core.alerts.ingest([firing()]);
    await hours(fixture, 25);
    expect(fixture.newest().alert).toMatchObject({ state: 'acknowledged', autoAcknowledged: true });
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(delivered()).toEqual(['raised', 'resolved']);
  });

  test('was counted while nobody was there, so that a start after a holiday cleaned everything up', async () => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    await fixture.core.alerts.ingest([firing()]);
    await fixture.restart(14 * 24 * HOUR_MS);
    await fixture.pass(30 * MINUTE_MS);
    expect(fixture.newest().alert).toMatchObject({ state: 'open', autoAcknowledged: false });
    expect(delivered()).toEqual(['raised']);
  });
});

describe('overnight quiet hours checked the weekday of the moment, not of their beginning (#534, #1068, #1398)', () => {
  // Friday nights alone; 16 January 2026 is a Friday.
  const FRIDAYS = { days: [5], from: '22:00', to: '07:00' };

  test.each([
    ['Friday at 03:00, before they begin', '2026-01-16T03:00:00Z', false],
    ['Friday at 21:59', '2026-01-16T21:59:00Z', false],
    ['Friday at 22:00', '2026-01-16T22:00:00Z', true],
    ['Saturday at 03:00, in the middle', '2026-01-17T03:00:00Z', true],
    ['Saturday at 07:00', '2026-01-17T07:00:00Z', false],
    ['Saturday at 22:00', '2026-01-17T22:00:00Z', false],
    ['Sunday at 03:00', '2026-01-18T03:00:00Z', false],
  ])('%s', async (_when, time, quiet) => {
    const { fixture, delivered } = await started();
    await using _stop = fixture;
    fixture.clock.setWallBy(Date.parse(time) - fixture.clock.now());
    fixture.core.scheduler.resumed();
    const rule = { enabled: true, timeZone: 'UTC', periods: [FRIDAYS], criticalPasses: true };
    await fixture.update({ quietHours: rule });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect(delivered()).toEqual(quiet ? [] : ['raised']);
    const until = quiet ? Date.parse('2026-01-17T07:00:00Z') : null;
    expect(fixture.newest().alert.mutedBy?.until ?? null).toBe(until);
  });
});

describe('our own brakes', () => {
  test('burnt attempts: what waited for its summary was dead before anybody tried (#2160)', async () => {
    const { fixture } = await started();
    await using _stop = fixture;
    await fixture.update({ stormThreshold: 1 });
    const events = Array.from({ length: 9 }, (_, n) => firing({ dedupKey: String(n) }));
    for (const event of events) {
      await fixture.core.alerts.ingest([event]);
      await fixture.pass(5_000);
    }
    const { data } = fixture.core.notifications.list({ page: 1, per_page: 50 });
    expect(data.filter(({ status: word }) => word === 'pending')).toHaveLength(8);
    expect(data.every(({ retryCount }) => retryCount === 0)).toBe(true);
    await fixture.pass(MINUTE_MS);
    expect(fixture.outbox()).toEqual(Array.from({ length: 9 }, () => 'raised sent'));
  });

  test('and mutes together kept a retry for days without spending it', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    for (let night = 0; night < 3; night++) {
      const endsAt = fixture.clock.now() + 20 * HOUR_MS;
      await fixture.core.silences.collection.create(
        { matchers: ['host="nas"'], comment: '', endsAt },
        'ann',
      );
      await hours(fixture, 19);
    }
    expect(receiver.received).toHaveLength(1);
    receiver.respond = status(204);
    await hours(fixture, 1);
    await fixture.statusesBecome('sent');
    expect(receiver.webhooks().at(-1)?.data['attempt']).toBe(2);
  });
});

describe('recovery', () => {
  test('went to everybody, also to channels that had never got the firing', async () => {
    await using fixture = await CoreFixture.start();
    const day = await fixture.addDesktop({ name: 'Day' });
    const off = await fixture.addDesktop({ name: 'Off', enabled: false });
    const other = await fixture.addDesktop({ name: 'Other' });
    const route = routeInput.parse({ name: 'all', channelIds: [day, off] });
    await fixture.core.routes.collection.create(route, 'test');
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    await fixture.core.channels.collection.update({ id: off, enabled: true }, 'test');
    const later = await fixture.addDesktop({ name: 'Later' });
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect([day, off, other, later].map((id) => fixture.delivered(id))).toEqual([
      ['raised', 'resolved'],
      [],
      [],
      [],
    ]);
  });

  test('left the firing in the queue, so that a false alarm was tried for hours', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts: 12 });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('failed');
    await fixture.core.alerts.ingest([resolved()]);
    receiver.respond = status(204);
    await fixture.pass(HOUR_MS);
    await fixture.statusesBecome('cancelled', 'sent');
    expect(receiver.webhooks().map(({ type }) => type)).toEqual(['alert.raised', 'alert.resolved']);
  });
});
