import { describe, expect, test } from 'vitest';
import { Scheduler } from '../../../main/scheduler/scheduler.ts';
import { DISK, MutesFixture } from '../../support/mutes-fixture.ts';
import { until } from '../../support/until.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The fixture begins at noon, 15 January 2026, a Thursday. */
const NOON = '2026-01-15T12:00:00Z';

describe('windows learn of beginnings and ends', () => {
  /** The real scheduler, which waits until a change is reported. */
  const scheduled = (fixture: MutesFixture) => {
    const scheduler = new Scheduler(fixture.clock, { log: () => undefined }, [fixture.mutes]);
    scheduler.start();
    return scheduler;
  };
  const pushed = async (fixture: MutesFixture) => {
    await until(() => fixture.changes.length >= 3, 'windows are updated');
    return fixture.takeChanges();
  };
  const REFRESH = ['suppression', 'everything', 'status'];

  test('of a silence', async () => {
    using fixture = new MutesFixture();
    const startsAt = fixture.now + MINUTE_MS;
    await fixture.silence({ startsAt, endsAt: startsAt + MINUTE_MS });
    fixture.takeChanges();
    const scheduler = scheduled(fixture);
    expect(fixture.mutes.nextDueAt()).toBe(startsAt);
    fixture.clock.advance(MINUTE_MS - 1);
    expect(fixture.mutes.nextDueAt()).toBe(startsAt);
    fixture.clock.advance(1);
    expect(await pushed(fixture)).toEqual(REFRESH);
    await until(() => fixture.mutes.nextDueAt() === startsAt + MINUTE_MS, 'the end is waited for');
    fixture.clock.advance(MINUTE_MS);
    expect(await pushed(fixture)).toEqual(REFRESH);
    await until(() => fixture.mutes.nextDueAt() === null, 'nothing is waited for');
    await scheduler.stop();
  });

  test('of maintenance windows and quiet hours, whichever comes first', async () => {
    using fixture = new MutesFixture();
    await fixture.quiet({ periods: [{ days: [4], from: '12:10', to: '14:00' }] });
    const at = (time: string) => Date.parse(`2026-01-15T${time}:00Z`);
    expect(fixture.mutes.nextDueAt()).toBe(at('12:10'));
    await fixture.maintain({
      schedule: { type: 'weekly', days: [4], from: '12:05', to: '12:20', timeZone: 'UTC' },
    });
    const seen: (number | null)[] = [];
    for (const time of ['12:05', '12:10', '12:20', '14:00']) {
      seen.push(fixture.mutes.nextDueAt());
      fixture.clock.advance(at(time) - fixture.now);
      fixture.mutes.run(fixture.now);
      await until(() => fixture.mutes.nextDueAt() !== null, 'it has run');
    }
    expect(seen).toEqual(['12:05', '12:10', '12:20', '14:00'].map(at));
    expect(fixture.mutes.nextDueAt()).toBe(at('12:05') + 7 * 24 * HOUR_MS);
  });

  test('and the scheduler is woken by a change', async () => {
    using fixture = new MutesFixture();
    await fixture.silence();
    expect(fixture.wakes).toBe(1);
    await fixture.quiet();
    expect(fixture.wakes).toBeGreaterThan(1);
  });

  test('a second later when they could not be updated', async () => {
    using fixture = new MutesFixture();
    await fixture.silence();
    fixture.takeChanges();
    fixture.clock.advance(HOUR_MS);
    const wakes = fixture.wakes;
    await fixture.undone(async () => {
      fixture.mutes.run(fixture.now);
      expect(fixture.mutes.nextDueAt()).toBeNull();
      await until(() => fixture.wakes > wakes, 'it has failed');
      throw new Error('as expected');
    });
    expect(fixture.takeChanges()).toEqual([]);
    expect(fixture.log).toEqual(['Windows could not be updated about a mute that began or ended']);
    expect(fixture.mutes.nextDueAt()).toBe(fixture.now + 1_000);
    fixture.mutes.run(fixture.now);
    expect(await pushed(fixture)).toEqual(REFRESH);
    await until(() => fixture.wakes > wakes + 1, 'it has run');
    expect(fixture.mutes.nextDueAt()).toBeNull();
  });

  test('what is overdue is pushed although something changed meanwhile', async () => {
    using fixture = new MutesFixture();
    await fixture.silence();
    const due = fixture.mutes.nextDueAt();
    fixture.clock.advance(2 * HOUR_MS);
    await fixture.silence();
    expect(fixture.mutes.nextDueAt()).toBe(due);
  });

  test.each([
    ['an hour back', -HOUR_MS, true],
    ['nine hours of sleep', 9 * HOUR_MS, false],
  ])('after a change of the clock: %s', async (_what, deltaMs, muted) => {
    using fixture = new MutesFixture();
    const endsAt = Date.parse(NOON) + 30 * MINUTE_MS;
    await fixture.silence({ startsAt: endsAt - 2 * HOUR_MS, endsAt });
    const scheduler = scheduled(fixture);
    fixture.takeChanges();
    fixture.clock.setWallBy(deltaMs);
    scheduler.wake();
    expect(await pushed(fixture)).toEqual(REFRESH);
    expect(fixture.mutes.muteOf(DISK, 'raised', fixture.now) !== null).toBe(muted);
    await until(() => fixture.mutes.nextDueAt() === (muted ? endsAt : null), 'it has run');
    await scheduler.stop();
  });

  test('not at all after the clock was set forward while nothing is configured', () => {
    using fixture = new MutesFixture();
    fixture.mutes.clockChanged(HOUR_MS);
    expect(fixture.mutes.nextDueAt()).toBeNull();
  });
});
