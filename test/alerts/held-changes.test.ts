import { describe, expect, test } from 'vitest';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const HOUR_MS = 3_600_000;

const DISK = firing({ kind: 'disk' });
const CRITICAL = firing({ kind: 'disk', severity: 'critical' });
const DISK_FINE = resolved({ kind: 'disk' });

async function silence(fixture: CoreFixture, matcher: string): Promise<void> {
  const endsAt = fixture.clock.now() + HOUR_MS;
  await fixture.core.silences.collection.create(
    { matchers: [matcher], comment: '', endsAt },
    'ann',
  );
  await fixture.quiet();
}

/** A phone, and a silence of an hour when a matcher is given. */
async function started(matcher: string | null) {
  const fixture = await CoreFixture.start();
  const phone = await fixture.addDesktop({ name: 'Phone' });
  if (matcher !== null) await silence(fixture, matcher);
  return {
    fixture,
    delivered: () => fixture.delivered(phone),
    titles: () => fixture.notices.map(({ title }) => title),
  };
}

async function ingest(fixture: CoreFixture, ...events: ConditionEvent[]): Promise<void> {
  await fixture.core.alerts.ingest(events);
  await fixture.quiet();
}

describe('an alert that changes while it is held', () => {
  test('so that its silence no longer matches is sent at once', async () => {
    const { fixture, titles } = await started('severity="warning"');
    await using _stop = fixture;
    await ingest(fixture, DISK);
    expect(titles()).toEqual([]);
    await ingest(fixture, CRITICAL);
    expect(fixture.newest().alert.mutedBy).toBeNull();
    expect(titles()).toEqual(['CRITICAL: disk on nas']);
  });

  test('and comes back worse does not wait behind its silenced recovery', async () => {
    const { fixture, titles } = await started(null);
    await using _stop = fixture;
    await ingest(fixture, DISK);
    await silence(fixture, 'severity="warning"');
    await ingest(fixture, DISK_FINE);
    await ingest(fixture, CRITICAL);
    expect(titles()).toContain('CRITICAL: disk on nas');
  });

  test('to a lower severity is sent with that severity at the end', async () => {
    const { fixture, titles } = await started('host="nas"');
    await using _stop = fixture;
    await ingest(fixture, CRITICAL);
    await ingest(fixture, DISK);
    await fixture.pass(HOUR_MS);
    expect(titles()).toEqual(['WARNING: disk on nas']);
  });

  test('to a lower severity wakes nobody when its silence ends at night', async () => {
    const { fixture, titles } = await started('host="nas"');
    await using _stop = fixture;
    const periods = [{ days: [4], from: '12:30', to: '14:00' }];
    const rule = { enabled: true, timeZone: 'UTC', periods, criticalPasses: true };
    await fixture.update({ quietHours: rule });
    await ingest(fixture, CRITICAL);
    await ingest(fixture, DISK);
    await fixture.pass(HOUR_MS);
    expect(titles()).toEqual([]);
    await fixture.pass(HOUR_MS);
    expect(titles()).toEqual(['WARNING: disk on nas']);
  });

  test('of its message is sent with the newest at the end', async () => {
    const { fixture } = await started('host="nas"');
    await using _stop = fixture;
    await ingest(fixture, firing({ message: '80 % full' }));
    await ingest(fixture, firing({ message: '99 % full' }));
    await fixture.pass(HOUR_MS);
    expect(fixture.notices.map(({ body }) => body)).toEqual(['99 % full']);
  });

  test('is not called acknowledged when the acknowledgement was taken back', async () => {
    const { fixture, delivered } = await started('host="nas"');
    await using _stop = fixture;
    await ingest(fixture, DISK);
    const { id } = fixture.newest().alert;
    await fixture.core.alerts.act(id, { kind: 'acknowledge' }, 'ann');
    await fixture.core.alerts.act(id, { kind: 'unacknowledge' }, 'ann');
    await fixture.pass(HOUR_MS);
    expect(delivered()).toEqual(['raised']);
    expect(fixture.notices[0]?.body).not.toContain('acknowledged');
  });

  test('rises in two steps and is sent once at the end', async () => {
    const { fixture, delivered } = await started(null);
    await using _stop = fixture;
    await ingest(fixture, firing({ kind: 'disk', severity: 'info' }));
    await silence(fixture, 'host="nas"');
    await ingest(fixture, DISK);
    await ingest(fixture, CRITICAL);
    await fixture.pass(HOUR_MS);
    expect(delivered()).toEqual(['raised', 'escalated']);
  });
});

describe('what may go does not wait behind what is held', () => {
  const quietNow = async (fixture: CoreFixture): Promise<void> => {
    const periods = [{ days: [4], from: '12:00', to: '13:00' }];
    const rule = { enabled: true, timeZone: 'UTC', periods, criticalPasses: true };
    await fixture.update({ quietHours: rule });
    await fixture.quiet();
  };

  test('when it was collected by its route first', async () => {
    const { fixture, titles } = await started(null);
    await using _stop = fixture;
    const [phone] = fixture.core.channels.all();
    const group = { by: ['host'], waitMs: 30_000 };
    const route = routeInput.parse({ name: 'all', channelIds: [phone?.id ?? ''], group });
    await fixture.core.routes.collection.create(route, 'test');
    await ingest(fixture, DISK);
    await fixture.pass(30_000);
    await quietNow(fixture);
    await ingest(fixture, DISK_FINE);
    await ingest(fixture, CRITICAL);
    await fixture.pass(60_000);
    expect(titles()).toContain('CRITICAL: disk on nas');
  });

  test('when it was paused first', async () => {
    const { fixture, titles } = await started(null);
    await using _stop = fixture;
    await ingest(fixture, DISK);
    await silence(fixture, 'severity="warning"');
    await ingest(fixture, DISK_FINE);
    await fixture.core.pause.begin(600_000, 'ann');
    await ingest(fixture, CRITICAL);
    await fixture.pass(600_000);
    expect(titles()).toContain('CRITICAL: disk on nas');
  });

  test('when what is held has been tried in vain before', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await ingest(fixture, DISK);
    receiver.respond = status(503);
    await ingest(fixture, DISK_FINE);
    await quietNow(fixture);
    await fixture.pass(5 * 60_000);
    receiver.respond = status(204);
    await ingest(fixture, CRITICAL);
    await fixture.pass(60_000);
    const last = receiver.webhooks().at(-1);
    expect(last).toMatchObject({ type: 'alert.raised', data: { alert: { severity: 'critical' } } });
  });

  test('when it was refused together with what is held now', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const hook = await fixture.addChannel(receiver.url);
    const group = { by: ['host'], waitMs: 30_000 };
    const route = routeInput.parse({ name: 'all', channelIds: [hook], group });
    await fixture.core.routes.collection.create(route, 'test');
    receiver.respond = status(503);
    await ingest(fixture, CRITICAL, firing({ kind: 'fan' }));
    await fixture.pass(30_000);
    expect(receiver.received).toHaveLength(1);
    // Somebody silences the fan alone.
    await silence(fixture, 'kind="fan"');
    receiver.respond = status(204);
    await fixture.pass(10 * 60_000);
    expect(receiver.received.length).toBeGreaterThan(1);
    expect(receiver.webhooks().at(-1)?.data.text).toContain('disk on nas');
  });
});

describe('a clock that is set back to before what holds a notification began', () => {
  const DAY_MS = 24 * HOUR_MS;

  async function maintain(fixture: CoreFixture): Promise<void> {
    const now = fixture.clock.now();
    const iso = (at: number) => new Date(at).toISOString();
    const schedule = { type: 'once', startsAt: iso(now), endsAt: iso(now + HOUR_MS) } as const;
    const window = {
      name: 'Upgrade',
      comment: '',
      matchers: ['host="nas"'],
      schedule,
      announceTo: [],
      enabled: true,
    };
    await fixture.core.maintenance.collection.create(window, 'ann');
    await fixture.quiet();
  }

  test.each([
    ['a maintenance window', maintain],
    ['a silence', (fixture: CoreFixture) => silence(fixture, 'host="nas"')],
  ])('lets go of what %s holds', async (_what, hold) => {
    const { fixture, titles } = await started(null);
    await using _stop = fixture;
    await hold(fixture);
    await ingest(fixture, DISK);
    expect(titles()).toEqual([]);
    fixture.clock.setWallBy(-DAY_MS);
    await fixture.pass(60_000);
    expect(titles()).toEqual(['WARNING: disk on nas']);
  });

  test('lets go of it while Belfry is stopped, too', async () => {
    const { fixture, titles } = await started(null);
    await using _stop = fixture;
    await maintain(fixture);
    await ingest(fixture, DISK);
    await fixture.restart(-DAY_MS);
    await fixture.quiet();
    expect(titles()).toEqual(['WARNING: disk on nas']);
  });

  test('keeps what a mute that still is in force holds', async () => {
    const { fixture, titles } = await started('host="nas"');
    await using _stop = fixture;
    await ingest(fixture, DISK);
    await fixture.pass(HOUR_MS / 2);
    fixture.clock.setWallBy(-HOUR_MS / 4);
    await fixture.pass(60_000);
    expect(titles()).toEqual([]);
    await fixture.pass(HOUR_MS);
    expect(titles()).toEqual(['WARNING: disk on nas']);
  });
});
