import { describe, expect, test } from 'vitest';
import type { NotificationEvent } from '../../../main/contract/notification.ts';
import { cpuMs } from '../../support/cpu-time.ts';
import { alert, DISK as disk, MutesFixture } from '../../support/mutes-fixture.ts';
import { until } from '../../support/until.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The fixture begins at noon, 15 January 2026, a Thursday. */
const ONE = Date.parse('2026-01-15T13:00:00Z');

const EVENTS: readonly NotificationEvent[] = [
  'raised',
  'acknowledged',
  'resolved',
  'reminder',
  'escalated',
  'flapping_started',
  'flapping_stopped',
];

const mute = (fixture: MutesFixture, event: NotificationEvent = 'raised', subject = disk) =>
  fixture.mutes.muteOf(subject, event, fixture.now);

test('nothing configured mutes nothing', () => {
  using fixture = new MutesFixture();
  for (const event of EVENTS) expect(mute(fixture, event)).toBeNull();
  expect(fixture.mutes.nextDueAt()).toBeNull();
  expect(fixture.mutes.summary(fixture.now)).toEqual({
    silences: 0,
    maintenanceWindows: 0,
    quietUntil: null,
    nextEndAt: null,
  });
});

describe('each reason', () => {
  test('a pause', () => {
    using fixture = new MutesFixture();
    fixture.pause();
    expect(mute(fixture)).toEqual({
      kind: 'pause',
      ref: null,
      reason: { code: 'hold.pause', params: { until: ONE } },
      until: ONE,
    });
  });

  test('a silence', async () => {
    using fixture = new MutesFixture();
    const { id } = await fixture.silence({ comment: 'disk swap' });
    expect(mute(fixture)).toEqual({
      kind: 'silence',
      ref: id,
      reason: { code: 'hold.silence', params: { comment: 'disk swap', author: 'ann', until: ONE } },
      until: ONE,
    });
  });

  test('a silence without a comment, and one with a long one', async () => {
    using fixture = new MutesFixture();
    await fixture.silence();
    expect(mute(fixture)?.reason).toEqual({
      code: 'hold.silence_unnamed',
      params: { author: 'ann', until: ONE },
    });
    await fixture.silence({ comment: `a\nb ${'é'.repeat(200)}`, endsAt: '2026-01-15T14:00:00Z' });
    expect(mute(fixture)?.reason.params).toEqual({
      comment: `a b ${'é'.repeat(75)}…`,
      author: 'ann',
      until: Date.parse('2026-01-15T14:00:00Z'),
    });
  });

  test('a maintenance window', async () => {
    using fixture = new MutesFixture();
    const { id } = await fixture.maintain();
    expect(mute(fixture)).toEqual({
      kind: 'maintenance',
      ref: id,
      reason: { code: 'hold.maintenance', params: { name: 'NAS upgrade', until: ONE } },
      until: ONE,
    });
  });

  test('an inhibition', async () => {
    using fixture = new MutesFixture();
    const { id } = await fixture.inhibit();
    expect(mute(fixture)).toEqual({
      kind: 'inhibition',
      ref: id,
      reason: {
        code: 'hold.inhibition',
        params: { name: 'host down', kind: 'ups_on_battery', host: 'rack1' },
      },
      until: null,
    });
  });

  test('a snooze', async () => {
    using fixture = new MutesFixture();
    await fixture.snooze();
    expect(mute(fixture)).toEqual({
      kind: 'snooze',
      ref: 'disk',
      reason: { code: 'hold.snooze', params: { until: ONE } },
      until: ONE,
    });
    expect(mute(fixture, 'raised', alert('other'))).toBeNull();
  });

  test('quiet hours', async () => {
    using fixture = new MutesFixture();
    await fixture.quiet();
    expect(mute(fixture)).toEqual({
      kind: 'quiet_hours',
      ref: null,
      reason: { code: 'hold.quiet_hours', params: { until: ONE } },
      until: ONE,
    });
  });
});

test('of several reasons the first is named: pause, silence, maintenance, inhibition, snooze, quiet', async () => {
  using fixture = new MutesFixture();
  const named: (string | undefined)[] = [];
  await fixture.quiet();
  named.push(mute(fixture)?.kind);
  await fixture.snooze();
  named.push(mute(fixture)?.kind);
  await fixture.inhibit();
  named.push(mute(fixture)?.kind);
  await fixture.maintain();
  named.push(mute(fixture)?.kind);
  await fixture.silence();
  named.push(mute(fixture)?.kind);
  fixture.pause();
  named.push(mute(fixture)?.kind);
  expect(named).toEqual(['quiet_hours', 'snooze', 'inhibition', 'maintenance', 'silence', 'pause']);
});

describe('which notifications each reason holds', () => {
  test.each([
    ['pause', EVENTS],
    ['silence', EVENTS],
    ['maintain', EVENTS],
    ['inhibit', EVENTS],
    ['snooze', EVENTS.filter((event) => event !== 'resolved')],
    ['quiet', EVENTS],
  ] as const)('%s', async (reason, held) => {
    using fixture = new MutesFixture();
    await fixture[reason]();
    expect(EVENTS.filter((event) => mute(fixture, event) !== null)).toEqual(held);
    expect(mute(fixture, 'test')).toBeNull();
  });

  test.each([
    [true, ['acknowledged', 'resolved']],
    [false, EVENTS],
  ])('quiet hours of a critical alert that may pass: %s', async (criticalPasses, held) => {
    using fixture = new MutesFixture();
    await fixture.quiet({ criticalPasses });
    const critical = { ...disk, severity: 'critical' as const };
    expect(EVENTS.filter((event) => mute(fixture, event, critical) !== null)).toEqual(held);
  });
});

describe('snoozes', () => {
  test('end by the clock, without anybody’s doing', async () => {
    using fixture = new MutesFixture();
    await fixture.snooze();
    fixture.clock.advance(HOUR_MS - 1);
    expect(mute(fixture)).not.toBeNull();
    fixture.clock.advance(1);
    expect(mute(fixture)).toBeNull();
    expect(fixture.takeReleased()).toEqual([]);
  });

  test('end early, move and end with the alert, and then let go of what they held', async () => {
    using fixture = new MutesFixture();
    await fixture.snooze();
    expect(fixture.takeReleased()).toEqual([]);
    await fixture.snooze(fixture.now + MINUTE_MS);
    expect(fixture.takeReleased()).toEqual(['snooze disk']);
    expect(mute(fixture)?.until).toBe(fixture.now + MINUTE_MS);
    await fixture.snooze(null);
    expect(fixture.takeReleased()).toEqual(['snooze disk']);
    expect(mute(fixture)).toBeNull();
    await fixture.snooze(null);
    expect(fixture.takeReleased()).toEqual([]);
    await fixture.put(disk);
    await fixture.snooze();
    await fixture.close('disk');
    expect(fixture.takeReleased()).toEqual(['snooze disk']);
    expect(mute(fixture)).toBeNull();
  });

  test('outlive a restart', () => {
    using fixture = new MutesFixture();
    fixture.snoozed.push({ id: 'disk', until: ONE });
    fixture.restart();
    expect(mute(fixture)?.until).toBe(ONE);
  });

  test('are as before when they could not be committed', async () => {
    using fixture = new MutesFixture();
    await fixture.undone(() => fixture.snooze());
    expect(mute(fixture)).toBeNull();
    await fixture.snooze();
    await fixture.undone(() => fixture.snooze(null));
    expect(mute(fixture)?.kind).toBe('snooze');
  });
});

describe('quiet hours', () => {
  test('count from the commit that sets them, and let go of what they held when they change', async () => {
    using fixture = new MutesFixture();
    await fixture.quiet();
    await until(() => fixture.released.length > 0, 'a release');
    expect(fixture.takeReleased()).toEqual(['quiet_hours null']);
    await fixture.quiet({ enabled: false });
    expect(mute(fixture)).toBeNull();
    await until(() => fixture.released.length > 0, 'a release');
    expect(fixture.takeReleased()).toEqual(['quiet_hours null']);
  });

  test('stay untouched by other settings', async () => {
    using fixture = new MutesFixture();
    await fixture.quiet();
    await until(() => fixture.released.length > 0, 'a release');
    fixture.takeReleased();
    await fixture.writer.submit((unit) => {
      const { quietHours } = fixture.settings;
      fixture.settings = { ...fixture.settings, quietHours: { ...quietHours }, stormThreshold: 3 };
      unit.changed({ entity: 'settings' });
    });
    await fixture.writer.submit(() => undefined);
    expect(fixture.takeReleased()).toEqual([]);
    expect(mute(fixture)?.kind).toBe('quiet_hours');
  });

  test('without periods are never', async () => {
    using fixture = new MutesFixture();
    await fixture.quiet({ periods: [] });
    expect(mute(fixture)).toBeNull();
    expect(fixture.mutes.nextDueAt()).toBeNull();
  });
});

test('the summary counts what is in force and names the first end', async () => {
  using fixture = new MutesFixture();
  await fixture.silence({ endsAt: fixture.now + 3 * HOUR_MS });
  await fixture.silence({ endsAt: fixture.now + 2 * HOUR_MS });
  await fixture.silence({
    startsAt: fixture.now + 5 * MINUTE_MS,
    endsAt: fixture.now + 9 * MINUTE_MS,
  });
  await fixture.maintain();
  await fixture.maintain({ name: 'another', enabled: false });
  await fixture.quiet({ periods: [{ days: [4], from: '11:00', to: '16:00' }] });
  expect(fixture.mutes.summary(fixture.now)).toEqual({
    silences: 2,
    maintenanceWindows: 1,
    quietUntil: Date.parse('2026-01-15T16:00:00Z'),
    nextEndAt: ONE,
  });
});

test('asking costs next to nothing, whatever is configured', async () => {
  using fixture = new MutesFixture();
  await fixture.quiet({ periods: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' }] });
  for (let i = 0; i < 20; i++) {
    const schedule = { type: 'weekly', days: [4], from: '11:00', to: '13:00', timeZone: 'UTC' };
    await fixture.maintain({ name: `window ${i}`, matchers: ['host=rack'], schedule });
  }
  let muted = 0;
  const ms = cpuMs(() => {
    for (let i = 0; i < 20_000; i++) if (mute(fixture)) muted++;
  });
  expect(muted).toBe(0);
  // Were each calendar computed again, this would take minutes.
  expect(ms).toBeLessThan(5_000);
});
