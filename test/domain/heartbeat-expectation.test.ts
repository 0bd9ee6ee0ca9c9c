import { describe, expect, test } from 'vitest';
import type { HeartbeatSchedule } from '../../main/contract/heartbeat.ts';
import {
  expectAfterPing,
  expectAfterStart,
  nextExpected,
  recount,
  type Known,
} from '../../main/domain/heartbeat-expectation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 0, 15, 12);

const period = (periodMs: number): HeartbeatSchedule => ({ type: 'period', periodMs });
const cron = (expression: string, timeZone = 'Europe/Berlin'): HeartbeatSchedule => ({
  type: 'cron',
  expression,
  timeZone,
});

const known = (over: Partial<Known> = {}): Known => ({
  state: 'up',
  lastPingAt: NOW,
  startedAt: null,
  lastDurationMs: null,
  expectedAt: null,
  lateAt: null,
  ...over,
});

describe('the next ping', () => {
  test.for([
    // Germany goes from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October.
    [
      'the day before spring',
      '30 3 * * *',
      '2026-03-27T03:30:00+01:00',
      '2026-03-28T03:30:00+01:00',
    ],
    [
      'over the spring change',
      '30 3 * * *',
      '2026-03-28T03:30:00+01:00',
      '2026-03-29T03:30:00+02:00',
    ],
    [
      'the day after spring',
      '30 3 * * *',
      '2026-03-29T03:30:00+02:00',
      '2026-03-30T03:30:00+02:00',
    ],
    [
      'in the hour that spring skips',
      '30 2 * * *',
      '2026-03-28T02:30:00+01:00',
      '2026-03-29T03:00:00+02:00',
    ],
    [
      'over the autumn change',
      '30 3 * * *',
      '2026-10-24T03:30:00+02:00',
      '2026-10-25T03:30:00+01:00',
    ],
    [
      'in the hour that autumn repeats',
      '30 2 * * *',
      '2026-10-24T02:30:00+02:00',
      '2026-10-25T02:30:00+02:00',
    ],
    [
      'once only in that hour',
      '30 2 * * *',
      '2026-10-25T02:30:00+02:00',
      '2026-10-26T02:30:00+01:00',
    ],
    [
      'each hour through autumn',
      '0 * * * *',
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:00:00+01:00',
    ],
    [
      'each hour through spring',
      '0 * * * *',
      '2026-03-29T01:00:00+01:00',
      '2026-03-29T03:00:00+02:00',
    ],
    ['on leap day', '0 4 29 2 *', '2026-01-15T12:00:00+01:00', '2028-02-29T04:00:00+01:00'],
    ['after leap day', '0 4 29 2 *', '2028-02-29T04:00:00+01:00', '2032-02-29T04:00:00+01:00'],
    ['before it is due', '0 4 * * *', '2026-01-15T03:59:59+01:00', '2026-01-15T04:00:00+01:00'],
    ['when it is due', '0 4 * * *', '2026-01-15T04:00:00+01:00', '2026-01-16T04:00:00+01:00'],
  ] as const)('by cron, %s', ([, expression, after, next]) => {
    expect(nextExpected(cron(expression), Date.parse(after))).toBe(Date.parse(next));
  });

  test('by period knows no daylight saving', () => {
    const before = Date.parse('2026-03-28T12:00:00+01:00');
    expect(nextExpected(period(24 * HOUR), before)).toBe(Date.parse('2026-03-29T13:00:00+02:00'));
  });
});

describe('late', () => {
  const hourly = { schedule: period(HOUR), graceMs: 10 * MINUTE, kind: 'stale_schedule' } as const;

  test('is a grace after it was expected', () => {
    const expectation = { expectedAt: NOW + HOUR, lateAt: NOW + HOUR + 10 * MINUTE };
    expect(expectAfterPing(hourly, known(), NOW)).toEqual(expectation);
  });

  test.for([
    [1, 1, 15],
    [10, 1, 15],
    [10, 10, 20],
    [60, 5, 65],
  ])('of an agent with a period of %d and a grace of %d min: %d min', ([every, grace, late]) => {
    const schedule = period(Number(every) * MINUTE);
    const promised = { schedule, graceMs: Number(grace) * MINUTE, kind: 'agent_offline' } as const;
    const { lateAt } = expectAfterPing(promised, known(), NOW);
    expect(lateAt).toBe(NOW + Number(late) * MINUTE);
  });

  test.for([
    ['early', -30, -20],
    ['in time', 0, 10],
    ['within the grace', 9, 19],
    ['as late as two graces', 12, 20],
  ] as const)('of a run that began %s', ([, began, late]) => {
    const startedAt = NOW + began * MINUTE;
    const now = known({ expectedAt: NOW, startedAt });
    expect(expectAfterStart(hourly, now, startedAt)).toEqual({
      expectedAt: NOW,
      lateAt: NOW + late * MINUTE,
    });
  });

  test('of an agent whose first run hangs is no earlier than 15 minutes', () => {
    const promised = { ...hourly, graceMs: MINUTE, kind: 'agent_offline' } as const;
    const started = known({ state: 'new', lastPingAt: null, startedAt: NOW });
    expect(expectAfterStart(promised, started, NOW).lateAt).toBe(NOW + 15 * MINUTE);
  });
});

describe('counted again', () => {
  const daily = { schedule: period(24 * HOUR), graceMs: HOUR, kind: 'stale_schedule' } as const;

  test('what is far ahead stays as it was', () => {
    const before = known({ lastPingAt: NOW - HOUR });
    const expectedAt = NOW + 23 * HOUR;
    expect(recount(daily, before, NOW, 'renewed')).toEqual({
      lastPingAt: NOW - HOUR,
      startedAt: null,
      expectedAt,
      lateAt: expectedAt + HOUR,
    });
  });

  test('what was missed is expected now and has its whole grace', () => {
    const before = known({ lastPingAt: NOW - 30 * HOUR });
    const anew = { expectedAt: NOW, lateAt: NOW + HOUR };
    expect(recount(daily, before, NOW, 'renewed')).toMatchObject(anew);
    expect(recount(daily, before, NOW, 'kept')).toMatchObject({ lateAt: NOW - 5 * HOUR });
  });

  test('what was due any moment has its whole grace', () => {
    const before = known({ lastPingAt: NOW - 24 * HOUR - 59 * MINUTE });
    expect(recount(daily, before, NOW, 'renewed').lateAt).toBe(NOW + HOUR);
  });

  test('an agent has fifteen minutes', () => {
    const agent = { ...daily, graceMs: MINUTE, kind: 'agent_offline' } as const;
    const before = known({ lastPingAt: NOW - 30 * HOUR });
    expect(recount(agent, before, NOW, 'renewed').lateAt).toBe(NOW + 15 * MINUTE);
  });

  test('a moment that a clock set back left in the future counts as now', () => {
    const minutely = { ...daily, schedule: period(MINUTE), graceMs: MINUTE } as const;
    const before = known({ lastPingAt: NOW + HOUR });
    expect(recount(minutely, before, NOW, 'renewed')).toEqual({
      lastPingAt: NOW,
      startedAt: null,
      expectedAt: NOW + MINUTE,
      lateAt: NOW + 2 * MINUTE,
    });
  });

  test('a run under way has a grace to finish in', () => {
    const before = known({ lastPingAt: NOW - 30 * HOUR, startedAt: NOW - 9 * HOUR });
    expect(recount(daily, before, NOW, 'renewed')).toMatchObject({ lateAt: NOW + HOUR });
  });

  test('of one that is new only a start lets expect something', () => {
    const resumed = known({ state: 'new' });
    expect(recount(daily, resumed, NOW, 'renewed')).toMatchObject({
      expectedAt: null,
      lateAt: null,
    });
    const running = known({ state: 'new', lastPingAt: null, startedAt: NOW });
    expect(recount(daily, running, NOW, 'renewed')).toMatchObject({ lateAt: NOW + HOUR });
  });
});
