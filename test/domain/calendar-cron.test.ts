import { describe, expect, test } from 'vitest';
import type { Calendar } from '../../main/domain/calendar-span.ts';
import { calendarOf } from '../../main/domain/calendar.ts';
import { cronProblem, cronRuns, nextCronRun } from '../../main/domain/cron.ts';
import { inEnglish } from '../../main/messages/failures.ts';

const at = (iso: string): number => Date.parse(iso);
const iso = (moment: number | null | undefined): string | null =>
  moment === null || moment === undefined ? null : new Date(moment).toISOString().slice(0, 16);

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const window = (expression: string, durationMs: number, timeZone = 'Europe/Berlin'): Calendar =>
  calendarOf({ type: 'cron', expression, durationMs, timeZone });

const spanAt = (calendar: Calendar, moment: string): (string | null)[] | null => {
  const span = calendar.spanAt(at(moment));
  return span && [iso(span.startsAt), iso(span.endsAt)];
};

describe('the next run of an expression', () => {
  test.each([
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-29T01:00'],
    ['30 2 * * *', 'Europe/Berlin', '2026-03-29T01:00Z', '2026-03-30T00:30'],
    ['30 2,14 * * *', 'Europe/Berlin', '2026-03-28T14:00Z', '2026-03-29T01:00'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-25T00:30'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30Z', '2026-10-26T01:30'],
    ['30 * * * *', 'Europe/Berlin', '2026-10-25T00:30Z', '2026-10-25T01:30'],
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00Z', '2026-03-08T07:00'],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', '2026-11-01T05:30'],
    ['30 1 * * *', 'America/New_York', '2026-11-01T05:30Z', '2026-11-02T06:30'],
    ['0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', '2028-02-29T00:00'],
    ['@daily', 'UTC', '2026-01-01T00:00Z', '2026-01-02T00:00'],
    ['0 30 3 * * 6', 'UTC', '2026-01-01T00:00Z', '2026-01-03T03:30'],
  ])('%s in %s after %s', (expression, timeZone, after, next) => {
    expect(cronProblem(expression, timeZone)).toBeNull();
    expect(iso(nextCronRun(expression, timeZone, at(after)))).toBe(next);
  });

  test('the last run before a moment is the mirror of it, to the millisecond', () => {
    const runs = cronRuns('0 * * * *', 'UTC');
    const noon = at('2026-01-01T12:00Z');
    expect(runs.previous(noon)).toBe(noon - HOUR_MS);
    expect(runs.previous(noon + 1)).toBe(noon);
    expect(runs.next(noon - 1)).toBe(noon);
    expect(runs.next(noon)).toBe(noon + HOUR_MS);
  });
});

test.each([
  ['* * * *', /^must be a cron expression such as "30 3 \* \* 6" \(/],
  ['61 * * * *', /Invalid value for minute: 61/],
  ['* * * * * * 2027', /requires exactly 5 or 6 parts/],
  ['2026-05-05T00:00:00', /a date does not recur/],
  ['@reboot', /not supported/],
  ['0 0 30 2 *', /^must occur at least once$/],
])('%s is refused', (expression, problem) => {
  const found = cronProblem(expression, 'Europe/Berlin');
  expect(found && inEnglish(found)).toMatch(problem);
});

describe('a window by cron', () => {
  test('lasts by elapsed time over a daylight-saving change', () => {
    const nights = window('0 22 * * *', 9 * HOUR_MS);
    expect(spanAt(nights, '2026-03-29T03:00Z')).toEqual(['2026-03-28T21:00', '2026-03-29T06:00']);
    expect(spanAt(nights, '2026-10-25T03:00Z')).toEqual(['2026-10-24T20:00', '2026-10-25T05:00']);
  });

  test('is half-open', () => {
    const hour = window('0 3 * * 6', HOUR_MS, 'UTC');
    expect(hour.spanAt(at('2026-01-03T02:59:59.999Z'))).toBeNull();
    expect(spanAt(hour, '2026-01-03T03:00Z')).toEqual(['2026-01-03T03:00', '2026-01-03T04:00']);
    expect(spanAt(hour, '2026-01-03T03:59:59.999Z')).not.toBeNull();
    expect(hour.spanAt(at('2026-01-03T04:00Z'))).toBeNull();
    expect(iso(hour.nextStart(at('2026-01-03T03:30Z')))).toBe('2026-01-10T03:00');
  });

  test('begins when the clock jumps if its time is skipped', () => {
    const early = window('30 2 * * *', HOUR_MS);
    expect(spanAt(early, '2026-03-29T01:30Z')).toEqual(['2026-03-29T01:00', '2026-03-29T02:00']);
  });

  test('joins starts that overlap or follow at once', () => {
    const overlapping = window('0 1,2,3 * * *', 90 * MINUTE_MS, 'UTC');
    expect(spanAt(overlapping, '2026-01-03T02:10Z')).toEqual([
      '2026-01-03T01:00',
      '2026-01-03T04:30',
    ]);
    const touching = window('0 1,2,3 * * *', HOUR_MS, 'UTC');
    expect(spanAt(touching, '2026-01-03T03:59Z')).toEqual(['2026-01-03T01:00', '2026-01-03T04:00']);
    expect(iso(touching.nextStart(at('2026-01-03T01:30Z')))).toBe('2026-01-04T01:00');
  });

  test('is on for good when it begins more often than it ends', () => {
    const always = window('* * * * *', 2 * MINUTE_MS, 'UTC');
    for (const moment of ['2026-01-03T02:10Z', '2026-01-03T02:11Z', '2027-01-03T02:10Z']) {
      const now = at(moment);
      expect(always.spanAt(now)?.endsAt).toBeGreaterThan(now + HOUR_MS);
      expect(always.nextStart(now)).toBeNull();
    }
  });

  test('on 29 February', () => {
    const leap = window('0 12 29 2 *', 24 * HOUR_MS, 'UTC');
    expect(iso(leap.nextStart(at('2026-01-01T00:00Z')))).toBe('2028-02-29T12:00');
    expect(spanAt(leap, '2028-03-01T11:00Z')).toEqual(['2028-02-29T12:00', '2028-03-01T12:00']);
  });

  test('follows a clock that is set back and a machine that slept', () => {
    const nights = window('0 22 * * *', 8 * HOUR_MS, 'UTC');
    expect(nights.spanAt(at('2026-01-03T21:30Z'))).toBeNull();
    expect(nights.spanAt(at('2026-01-04T06:30Z'))).toBeNull();
    expect(nights.spanAt(at('2026-01-04T05:30Z'))).not.toBeNull();
    expect(nights.spanAt(at('2026-01-03T21:30Z'))).toBeNull();
  });
});
