import { afterEach, describe, expect, test } from 'vitest';
import { MuteCalendarService } from '../../../main/alerts/rules/mute-calendar-service.ts';
import { LIMITS } from '../../../main/contract/limits.ts';
import type { MuteLane } from '../../../main/contract/mute-calendar.ts';
import { maintenanceInput, silenceInput } from '../../../main/contract/suppression.ts';
import { MutesFixture, valueOf } from '../../support/mutes-fixture.ts';

const at = (iso: string): number => Date.parse(iso);
const HOUR_MS = 3_600_000;
const DAILY = [1, 2, 3, 4, 5, 6, 7];

let fixture: MutesFixture;
afterEach(() => fixture[Symbol.dispose]());

function started() {
  fixture = new MutesFixture();
  const { silences, maintenance } = fixture;
  const settings = { current: () => fixture.settings };
  const service = new MuteCalendarService({ silences, maintenance, settings });
  const ask = async (from: string, to: string) =>
    valueOf(await service.calendar({ from: at(from), to: at(to) }));
  const quiet = (timeZone: string): void => {
    const quietHours = {
      ...{ enabled: true, criticalPasses: true, timeZone },
      periods: [{ days: DAILY, from: '22:00', to: '07:00' }],
    };
    fixture.settings = { ...fixture.settings, quietHours };
  };
  const window = async (name: string, schedule: unknown, over: object = {}) =>
    valueOf(
      await fixture.maintenance.collection.create(
        maintenanceInput.parse({ name, schedule, ...over }),
        'test',
      ),
    ).id;
  return { ask, quiet, window };
}

const shown = ({ spans }: MuteLane): string[] =>
  spans.map(
    ({ startsAt, endsAt }) =>
      `${new Date(startsAt).toISOString().slice(5, 16)} ${(endsAt - startsAt) / HOUR_MS} h`,
  );

describe('the week of a change of the clock', () => {
  test('Berlin loses an hour on 28 March 2027, and New York does not', async () => {
    const { ask, quiet, window } = started();
    quiet('Europe/Berlin');
    const weekly = { type: 'weekly', days: [6, 7], from: '22:00', to: '07:00' };
    await window('ny', { ...weekly, timeZone: 'America/New_York' });
    // Monday midnight in Berlin to the next, a week of 167 hours.
    const { lanes, isPartial } = await ask('2027-03-21T23:00Z', '2027-03-28T22:00Z');
    expect(isPartial).toBe(false);
    expect(lanes.map(({ kind, timeZone }) => [kind, timeZone])).toEqual([
      ['quiet_hours', 'Europe/Berlin'],
      ['maintenance', 'America/New_York'],
    ]);
    const [berlin, newYork] = lanes as [MuteLane, MuteLane];
    expect(shown(berlin)).toEqual([
      '03-21T21:00 9 h',
      '03-22T21:00 9 h',
      '03-23T21:00 9 h',
      '03-24T21:00 9 h',
      '03-25T21:00 9 h',
      '03-26T21:00 9 h',
      '03-27T21:00 8 h',
      '03-28T20:00 9 h',
    ]);
    expect(shown(newYork)).toEqual(['03-22T02:00 9 h', '03-28T02:00 9 h']);
    // Midnight in New York, where summer time began two weeks before.
    expect(newYork.days).toEqual(
      Array.from({ length: 7 }, (_, day) => at(`2027-03-${22 + day}T04:00Z`)),
    );
    expect(berlin.days[0]).toBe(at('2027-03-21T23:00Z'));
    expect(berlin.days).toHaveLength(7);
  });

  test('Berlin gains an hour on 25 October 2026, New York a week later', async () => {
    const { ask, quiet, window } = started();
    quiet('Europe/Berlin');
    const cron = { type: 'cron', expression: '0 22 * * 6', durationMs: 9 * HOUR_MS };
    await window('ny', { ...cron, timeZone: 'America/New_York' });
    const first = (await ask('2026-10-24T12:00Z', '2026-10-25T12:00Z')).lanes;
    expect(first.map(shown)).toEqual([['10-24T20:00 10 h'], ['10-25T02:00 9 h']]);
    const second = (await ask('2026-10-31T12:00Z', '2026-11-01T16:00Z')).lanes;
    // A window with a duration lasts as long on the night of the change.
    expect(second.map(shown)).toEqual([['10-31T21:00 9 h'], ['11-01T02:00 9 h']]);
  });

  test('New York loses an hour on 14 March 2027', async () => {
    const { ask, quiet } = started();
    quiet('America/New_York');
    const { lanes } = await ask('2027-03-13T12:00Z', '2027-03-15T12:00Z');
    expect(lanes.map(shown)).toEqual([['03-14T03:00 8 h', '03-15T02:00 9 h']]);
    expect(lanes[0]?.days).toEqual([at('2027-03-14T05:00Z'), at('2027-03-15T04:00Z')]);
  });
});

test('what mutes is listed as the rules stand: quiet hours, windows by name, silences by beginning', async () => {
  const { ask, window } = started();
  const { now } = fixture;
  const once = { type: 'once', startsAt: now + HOUR_MS, endsAt: now + 3 * HOUR_MS };
  const b = await window('b', once, { matchers: ['host="nas"'] });
  const a = await window('a', once);
  await window('off', once, { enabled: false });
  await window('later', { ...once, startsAt: now + 30 * HOUR_MS, endsAt: now + 31 * HOUR_MS });
  const silence = async (fromH: number, toH: number, comment = '') => {
    const [startsAt, endsAt] = [now + fromH * HOUR_MS, now + toH * HOUR_MS];
    const input = silenceInput.parse({ matchers: ['host="pi"'], comment, startsAt, endsAt });
    return valueOf(await fixture.silences.collection.create(input, 'test')).id;
  };
  const later = await silence(2, 4, 'waits for its disk');
  const early = await silence(0, 2);
  const ended = await silence(0, 9);
  fixture.clock.advance(HOUR_MS);
  await fixture.silences.expire(ended, 'test');
  const { lanes } = await ask(
    new Date(now).toISOString(),
    new Date(now + 24 * HOUR_MS).toISOString(),
  );
  expect(lanes.map(({ kind, ruleId, name }) => [kind, ruleId, name])).toEqual([
    ['maintenance', a, 'a'],
    ['maintenance', b, 'b'],
    ['silence', early, ''],
    ['silence', ended, ''],
    ['silence', later, 'waits for its disk'],
  ]);
  expect(lanes[1]).toMatchObject({ matchers: ['host="nas"'], timeZone: null, days: [] });
  // A silence that a person ended is as long as it was.
  expect(lanes[3]?.spans).toEqual([{ startsAt: now, endsAt: now + HOUR_MS }]);
});

test('what began before and ends later is whole, and what touches an edge is left out', async () => {
  const { ask, window } = started();
  await window('long', {
    type: 'once',
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: '2026-03-01T00:00:00Z',
  });
  await window('ends', {
    type: 'once',
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: '2026-01-05T00:00:00Z',
  });
  await window('begins', {
    type: 'once',
    startsAt: '2026-01-12T00:00:00Z',
    endsAt: '2026-01-13T00:00:00Z',
  });
  const { lanes } = await ask('2026-01-05T00:00Z', '2026-01-12T00:00Z');
  expect(lanes.map(({ name }) => name)).toEqual(['long']);
  expect(lanes[0]?.spans).toEqual([
    { startsAt: at('2026-01-01T00:00Z'), endsAt: at('2026-03-01T00:00Z') },
  ]);
});

test('a rule that mutes all the time is one piece after another', async () => {
  const { ask, window } = started();
  const always = { type: 'weekly', days: DAILY, from: '00:00', to: '00:00', timeZone: 'UTC' };
  await window('always', always);
  const { lanes } = await ask('2026-02-02T00:00Z', '2026-03-08T00:00Z');
  const spans = lanes[0]?.spans ?? [];
  expect(spans[0]?.startsAt).toBeLessThanOrEqual(at('2026-02-02T00:00Z'));
  for (const [index, { startsAt }] of spans.entries()) {
    if (index > 0) expect(startsAt).toBe(spans[index - 1]?.endsAt);
  }
  expect(spans.at(-1)?.endsAt).toBeGreaterThanOrEqual(at('2026-03-08T00:00Z'));
});

test('a rule that mutes too often is cut off, and the answer says so', async () => {
  const { ask, window } = started();
  const often = { type: 'cron', expression: '*/10 * * * *', durationMs: 60_000, timeZone: 'UTC' };
  await window('often', often);
  const { lanes, isPartial } = await ask('2026-02-02T00:00Z', '2026-02-09T00:00Z');
  expect(isPartial).toBe(true);
  expect(lanes[0]).toMatchObject({ name: 'often', isPartial: true });
  expect(lanes[0]?.spans).toHaveLength(LIMITS.ruleSpansMax);
});
