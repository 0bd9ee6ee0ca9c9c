import { afterEach, describe, expect, it, vi } from 'vitest';
import { percentOf, weekAt } from '../../../renderer/muting/week.ts';

const at = (iso: string): number => Date.parse(iso);
const HOUR_MS = 3_600_000;
const inZone = (zone: string): void => void vi.stubEnv('TZ', zone);
afterEach(() => vi.unstubAllEnvs());

describe('weekAt', () => {
  it.each([
    // Monday's first and Sunday's last moment are of one week.
    ['Europe/Berlin', '2027-03-21T23:00Z', '2027-03-21T23:00Z', 167],
    ['Europe/Berlin', '2027-03-28T21:59Z', '2027-03-21T23:00Z', 167],
    ['Europe/Berlin', '2026-10-25T12:00Z', '2026-10-18T22:00Z', 169],
    ['America/New_York', '2027-03-28T12:00Z', '2027-03-22T04:00Z', 168],
    ['America/New_York', '2027-03-14T12:00Z', '2027-03-08T05:00Z', 167],
    ['America/New_York', '2026-11-01T12:00Z', '2026-10-26T04:00Z', 169],
  ])('in %s, %s is in the week from %s of %i hours', (zone, now, from, hours) => {
    inZone(zone);
    const week = weekAt(at(now), 0);
    expect(week.from).toBe(at(from));
    expect((week.to - week.from) / HOUR_MS).toBe(hours);
  });

  it('has the beginnings of its days, of which one is an hour shorter', () => {
    inZone('Europe/Berlin');
    const { days, to } = weekAt(at('2027-03-24T12:00Z'), 0);
    const hours = days.map((day, index) => ((days[index + 1] ?? to) - day) / HOUR_MS);
    expect(hours).toEqual([24, 24, 24, 24, 24, 24, 23]);
  });

  it('goes to the weeks before and after', () => {
    inZone('Europe/Berlin');
    const now = at('2027-03-24T12:00Z');
    expect(weekAt(now, 1).from).toBe(weekAt(now, 0).to);
    expect(weekAt(now, -1).to).toBe(weekAt(now, 0).from);
    expect(weekAt(now, 40).from).toBe(at('2027-12-26T23:00Z'));
  });
});

describe('percentOf', () => {
  it('is a place in the week, and its edge for what lies beyond', () => {
    const week = { days: [], from: 1_000, to: 2_000 };
    expect([0, 1_000, 1_250, 2_000, 9_000].map((moment) => percentOf(week, moment))).toEqual([
      0, 0, 25, 100, 100,
    ]);
  });
});
