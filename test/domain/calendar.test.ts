import { describe, expect, test } from 'vitest';
import type { WeeklyPeriod } from '../../main/contract/suppression.ts';
import type { Calendar } from '../../main/domain/calendar-span.ts';
import { calendarOf, weeklyCalendar } from '../../main/domain/calendar.ts';

const at = (iso: string): number => Date.parse(iso);
const iso = (moment: number | null | undefined): string | null =>
  moment === null || moment === undefined ? null : new Date(moment).toISOString().slice(0, 16);

const spanAt = (calendar: Calendar, moment: string): (string | null)[] | null => {
  const span = calendar.spanAt(at(moment));
  return span && [iso(span.startsAt), iso(span.endsAt)];
};

const DAILY = [1, 2, 3, 4, 5, 6, 7];
const period = (from: string, to: string, days = DAILY): WeeklyPeriod => ({ days, from, to });
const berlin = (...periods: WeeklyPeriod[]) => weeklyCalendar(periods, 'Europe/Berlin');
const newYork = (...periods: WeeklyPeriod[]) => weeklyCalendar(periods, 'America/New_York');

const HOUR_MS = 3_600_000;
const hoursAt = (calendar: Calendar, moment: string): number => {
  const span = calendar.spanAt(at(moment));
  return span ? (span.endsAt - span.startsAt) / HOUR_MS : 0;
};

describe('a night belongs to the day on which it begins', () => {
  // 5 January 2026 is a Monday; Berlin is an hour ahead of UTC.
  test.each([
    [1, 'Monday', 5],
    [2, 'Tuesday', 6],
    [3, 'Wednesday', 7],
    [4, 'Thursday', 8],
    [5, 'Friday', 9],
    [6, 'Saturday', 10],
    [7, 'Sunday', 11],
  ])('%i, %s 22:00 to 07:00', (weekday, _name, dayOfMonth) => {
    const night = berlin(period('22:00', '07:00', [weekday]));
    const day = Date.UTC(2026, 0, dayOfMonth);
    const whole = { startsAt: day + 21 * HOUR_MS, endsAt: day + 30 * HOUR_MS };
    expect(night.spanAt(whole.startsAt)).toEqual(whole);
    // Three in the morning, which is the next weekday already.
    expect(night.spanAt(day + 26 * HOUR_MS)).toEqual(whole);
    expect(night.spanAt(whole.endsAt - 1)).toEqual(whole);
    expect(night.spanAt(whole.endsAt)).toBeNull();
    expect(night.spanAt(whole.startsAt - 1)).toBeNull();
    // Three in the morning of the named day itself, and the nights around it.
    expect(night.spanAt(day + 2 * HOUR_MS)).toBeNull();
    expect(night.spanAt(day + 46 * HOUR_MS)).toBeNull();
    expect(night.nextStart(whole.startsAt - 1)).toBe(whole.startsAt);
    expect(night.nextStart(whole.startsAt)).toBe(whole.startsAt + 7 * 24 * HOUR_MS);
  });
});

describe('daylight-saving changes', () => {
  test.each([
    ['Berlin, clock forward', berlin(period('22:00', '07:00')), '2026-03-29T03:00Z', 8],
    ['Berlin, an ordinary night', berlin(period('22:00', '07:00')), '2026-03-30T03:00Z', 9],
    ['Berlin, clock back', berlin(period('22:00', '07:00')), '2026-10-25T03:00Z', 10],
    ['New York, clock forward', newYork(period('22:00', '07:00')), '2026-03-08T09:00Z', 8],
    ['New York, an ordinary night', newYork(period('22:00', '07:00')), '2026-03-09T09:00Z', 9],
    ['New York, clock back', newYork(period('22:00', '07:00')), '2026-11-01T09:00Z', 10],
  ])('%s: a night from 22:00 to 07:00', (_case, calendar, moment, hours) => {
    expect(hoursAt(calendar, moment)).toBe(hours);
  });

  test.each([
    // 02:00 becomes 03:00 at 01:00Z (Berlin) and 07:00Z (New York).
    [
      '02:30',
      '05:00',
      'Europe/Berlin',
      '2026-03-29T02:00Z',
      ['2026-03-29T01:00', '2026-03-29T03:00'],
    ],
    [
      '02:30',
      '05:00',
      'America/New_York',
      '2026-03-08T08:00Z',
      ['2026-03-08T07:00', '2026-03-08T09:00'],
    ],
    [
      '01:00',
      '02:30',
      'Europe/Berlin',
      '2026-03-29T00:30Z',
      ['2026-03-29T00:00', '2026-03-29T01:00'],
    ],
    [
      '01:00',
      '02:30',
      'America/New_York',
      '2026-03-08T06:30Z',
      ['2026-03-08T06:00', '2026-03-08T07:00'],
    ],
    // 03:00 becomes 02:00 at 01:00Z; 02:00 becomes 01:00 at 06:00Z.
    [
      '02:30',
      '05:00',
      'Europe/Berlin',
      '2026-10-25T02:00Z',
      ['2026-10-25T00:30', '2026-10-25T04:00'],
    ],
    [
      '01:30',
      '05:00',
      'America/New_York',
      '2026-11-01T08:00Z',
      ['2026-11-01T05:30', '2026-11-01T10:00'],
    ],
    [
      '22:00',
      '02:30',
      'Europe/Berlin',
      '2026-10-25T01:00Z',
      ['2026-10-24T20:00', '2026-10-25T01:30'],
    ],
    [
      '22:00',
      '01:30',
      'America/New_York',
      '2026-11-01T06:00Z',
      ['2026-11-01T02:00', '2026-11-01T06:30'],
    ],
  ])('%s to %s in %s at %s', (from, to, timeZone, moment, span) => {
    const calendar = weeklyCalendar([period(from, to)], timeZone);
    expect(spanAt(calendar, moment)).toEqual(span);
  });

  test('a period that lies in the skipped hour as a whole does not happen', () => {
    const sundays = berlin(period('02:00', '02:45', [7]));
    expect(sundays.spanAt(at('2026-03-29T01:00Z'))).toBeNull();
    expect(iso(sundays.nextStart(at('2026-03-28T12:00Z')))).toBe('2026-04-05T00:00');
  });
});

test('from and to alike are 24 hours', () => {
  const saturday = berlin(period('12:00', '12:00', [6]));
  expect(spanAt(saturday, '2026-01-11T10:59Z')).toEqual(['2026-01-10T11:00', '2026-01-11T11:00']);
});

test('periods that overlap or touch are one', () => {
  const weekend = berlin(
    period('18:00', '00:00', [5]),
    period('00:00', '00:00', [6]),
    period('20:00', '08:00', [6, 7]),
  );
  expect(spanAt(weekend, '2026-01-10T12:00Z')).toEqual(['2026-01-09T17:00', '2026-01-11T07:00']);
  expect(iso(weekend.nextStart(at('2026-01-10T12:00Z')))).toBe('2026-01-11T19:00');
});

test('what never pauses is on, with an end further off than anybody waits', () => {
  const always = berlin(period('00:00', '00:00'));
  const now = at('2026-05-05T05:05Z');
  expect(always.spanAt(now)?.endsAt).toBeGreaterThan(now + 14 * 24 * HOUR_MS);
  expect(always.nextStart(now)).toBeNull();
  expect(always.spanAt(now + 365 * 24 * HOUR_MS)).not.toBeNull();
});

test('no periods are never on', () => {
  expect(berlin().spanAt(0)).toBeNull();
  expect(berlin().nextStart(0)).toBeNull();
});

test('the night of 29 February', () => {
  // A Tuesday.
  const night = berlin(period('22:00', '07:00', [2]));
  expect(spanAt(night, '2028-03-01T02:00Z')).toEqual(['2028-02-29T21:00', '2028-03-01T06:00']);
  const before = berlin(period('22:00', '07:00', [1]));
  expect(spanAt(before, '2028-02-29T05:59Z')).toEqual(['2028-02-28T21:00', '2028-02-29T06:00']);
});

test('a time zone that skipped a whole day', () => {
  // Samoa went from 29 December 2011 straight to the 31st, a Saturday.
  const apia = weeklyCalendar([period('10:00', '12:00', [5, 6])], 'Pacific/Apia');
  expect(iso(apia.nextStart(at('2011-12-29T12:00Z')))).toBe('2011-12-30T20:00');
});

describe('clocks that jump', () => {
  const night = () => berlin(period('22:00', '07:00'));

  test('set back by an hour out of a period, and on again', () => {
    const calendar = night();
    expect(calendar.spanAt(at('2026-01-05T21:30Z'))).not.toBeNull();
    expect(calendar.spanAt(at('2026-01-05T20:30Z'))).toBeNull();
    expect(iso(calendar.nextStart(at('2026-01-05T20:30Z')))).toBe('2026-01-05T21:00');
    expect(calendar.spanAt(at('2026-01-05T19:30Z'))).toBeNull();
    expect(calendar.spanAt(at('2026-01-05T21:30Z'))).not.toBeNull();
  });

  test('set back by an hour into a period that had ended', () => {
    const calendar = night();
    expect(calendar.spanAt(at('2026-01-06T06:30Z'))).toBeNull();
    expect(spanAt(calendar, '2026-01-06T05:30Z')).toEqual(['2026-01-05T21:00', '2026-01-06T06:00']);
  });

  test('a machine that slept for nine hours, over the whole night', () => {
    const calendar = night();
    expect(calendar.spanAt(at('2026-01-05T20:59Z'))).toBeNull();
    expect(calendar.spanAt(at('2026-01-06T06:00Z'))).toBeNull();
    expect(iso(calendar.nextStart(at('2026-01-06T06:00Z')))).toBe('2026-01-06T21:00');
  });

  test('a machine that slept for nine hours, out of the night', () => {
    const calendar = night();
    expect(calendar.spanAt(at('2026-01-05T23:00Z'))).not.toBeNull();
    expect(calendar.spanAt(at('2026-01-06T08:00Z'))).toBeNull();
  });
});

describe('once', () => {
  const once = calendarOf({
    type: 'once',
    startsAt: '2026-02-01T10:00:00+01:00',
    endsAt: at('2026-02-01T12:00Z'),
  });

  test.each([
    ['2026-02-01T08:59:59.999Z', null, '2026-02-01T09:00'],
    ['2026-02-01T09:00Z', ['2026-02-01T09:00', '2026-02-01T12:00'], null],
    ['2026-02-01T11:59:59.999Z', ['2026-02-01T09:00', '2026-02-01T12:00'], null],
    ['2026-02-01T12:00Z', null, null],
  ])('%s', (moment, span, next) => {
    expect(spanAt(once, moment)).toEqual(span);
    expect(iso(once.nextStart(at(moment)))).toBe(next);
  });
});
