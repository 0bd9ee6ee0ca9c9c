import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Messages, messagesFor } from '../../main/messages/messages.ts';
import { readCatalogue } from '../../resources/messages.ts';

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

const en = messagesFor('en');
const de = messagesFor('de');
/** Intl separates some numbers and units by spaces that do not break. */
const plain = (text: string): string => text.replace(/\s/g, ' ');

describe('messages', () => {
  it('fill in arguments and choose the plural of their language', () => {
    expect(en.text('common.save')).toBe('Save');
    expect(de.text('common.save')).toBe('Speichern');
    expect(en.text('common.alerts', { count: 1 })).toBe('1 alert');
    expect(en.text('common.alerts', { count: 1_200 })).toBe('1,200 alerts');
    expect(de.text('common.alerts', { count: 1_200 })).toBe('1.200 Alarme');
  });

  it('come in parts where they hold tags, with markup in arguments left as text', () => {
    const key = 'common.save';
    const catalogue = { ...readCatalogue('en'), [key]: 'Open <link>{name}</link> now' };
    const rich = new Messages('en', 'en', catalogue as never) as unknown as {
      rich(key: string, values: Record<string, string>): unknown[];
    };
    expect(rich.rich(key, { name: '<b>x</b>' })).toEqual([
      { tag: null, text: 'Open ' },
      { tag: 'link', text: '<b>x</b>' },
      { tag: null, text: ' now' },
    ]);
  });
});

describe('relativeTime', () => {
  it.each([
    [0, 'just now', 'gerade eben'],
    [9_999, 'just now', 'gerade eben'],
    [-9_999, 'just now', 'gerade eben'],
    [-11_500, 'just now', 'gerade eben'],
    [10 * S, '10 seconds ago', 'vor 10 Sekunden'],
    [59_999, '59 seconds ago', 'vor 59 Sekunden'],
    [M, '1 minute ago', 'vor 1 Minute'],
    [2 * H - 1, '1 hour ago', 'vor 1 Stunde'],
    [3 * D, '3 days ago', 'vor 3 Tagen'],
    [-5 * M, 'in 5 minutes', 'in 5 Minuten'],
    [-(5 * M - S), 'in 5 minutes', 'in 5 Minuten'],
    [-(H - S), 'in 1 hour', 'in 1 Stunde'],
    [-(H - 1), 'in 1 hour', 'in 1 Stunde'],
    [-(2 * H + 5 * S), 'in 2 hours', 'in 2 Stunden'],
    [-(28 * H), 'in 28 hours', 'in 28 Stunden'],
    [-90 * M, 'in 90 minutes', 'in 90 Minuten'],
    [-(6 * D - H), 'in 6 days', 'in 6 Tagen'],
  ])('calls an age of %i ms "%s"', (ageMs, english, german) => {
    expect(plain(en.relativeTime(1_000 * D - ageMs, 1_000 * D))).toBe(english);
    expect(plain(de.relativeTime(1_000 * D - ageMs, 1_000 * D))).toBe(german);
  });
});

describe('countdown', () => {
  it.each([
    [-5, 'now'],
    [0, 'now'],
    [1, '1 sec'],
    [42 * S, '42 sec'],
    [M, '1 min'],
    [M - 1, '1 min'],
    [3 * M + 5 * S, '3 min 5 sec'],
    [H, '1 hr'],
    [H - 1, '1 hr'],
    [2 * H + 10 * M, '2 hr 10 min'],
    [2 * H + 9 * M + 1, '2 hr 10 min'],
    [3 * D + 4 * H, '3 days 4 hr'],
  ])('calls %i ms "%s", rounded up', (leftMs, words) => {
    expect(plain(en.countdown(leftMs, 0))).toBe(words);
  });
});

describe('duration', () => {
  it.each([
    [0, '0 sec', '0 Sek.'],
    [350, '350 ms', '350 ms'],
    [1_500, '1.5 sec', '1,5 Sek.'],
    [2_000, '2 sec', '2 Sek.'],
    [59_999, '59 sec', '59 Sek.'],
    [4 * M, '4 min', '4 Min.'],
    [90 * M, '1 hr 30 min', '1 Std., 30 Min.'],
    [90 * M + 59 * S, '1 hr 30 min', '1 Std., 30 Min.'],
    [25 * H, '1 day 1 hr', '1 Tg., 1 Std.'],
  ])('calls %i ms "%s", rounded down', (ms, english, german) => {
    expect(plain(en.duration(ms))).toBe(english);
    expect(plain(de.duration(ms))).toBe(german);
  });

  it('writes its units out for a sentence', () => {
    expect(en.duration(90 * M, { width: 'long' })).toBe('1 hour, 30 minutes');
    expect(de.duration(D, { width: 'long' })).toBe('1 Tag');
    expect(de.duration(2 * D + 1, { width: 'long', rounding: 'remaining' })).toBe(
      '2 Tage, 1 Stunde',
    );
  });
});

describe('moments', () => {
  const at = new Date(2026, 10, 21, 7, 5).getTime();
  const sameDay = new Date(2026, 10, 21, 0, 0).getTime();
  const dayBefore = new Date(2026, 10, 20, 23, 59).getTime();

  it('leave out the date today, by the host’s calendar', () => {
    expect(plain(en.moment(at, sameDay))).toBe('7:05 AM');
    expect(plain(en.moment(at, dayBefore))).toBe('Nov 21, 2026, 7:05 AM');
    expect(de.moment(at, dayBefore)).toBe('21.11.2026, 07:05');
  });

  it('follow a computer into another time zone', () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    const noon = Date.UTC(2026, 5, 1, 12);
    const seen = ['Europe/Berlin', 'America/New_York', 'Europe/Berlin'].map((zone) => {
      vi.stubEnv('TZ', zone);
      return [en.timeOfDay(noon), en.momentRange(noon, noon + H)].map(plain);
    });
    const berlin = ['2:00 PM', 'Jun 1, 2026, 2:00 – 3:00 PM'];
    expect(seen).toEqual([berlin, ['8:00 AM', 'Jun 1, 2026, 8:00 – 9:00 AM'], berlin]);
  });

  it('are written as the region does', () => {
    expect(messagesFor('en', 'en-GB').dateTime(at)).toBe('21 Nov 2026, 07:05:00');
    expect(messagesFor('en', 'en-GB').text('common.save')).toBe('Save');
  });

  it('name the days of the week', () => {
    expect([1, 7].map((day) => en.weekday(day))).toEqual(['Monday', 'Sunday']);
    expect([1, 7].map((day) => de.weekday(day, 'short'))).toEqual(['Mo', 'So']);
  });
});

it('joins lists', () => {
  expect(en.list(['a', 'b', 'c'])).toBe('a, b, and c');
  expect(de.list(['a', 'b', 'c'], 'or')).toBe('a, b oder c');
});

it.each([
  [86_400_000, 'every day', 'täglich'],
  [172_800_000, 'every 2 days', 'alle 2 Tage'],
  [3_600_000, 'every hour', 'stündlich'],
  [5_400_000, 'every 90 minutes', 'alle 90 Minuten'],
  [60_000, 'every minute', 'jede Minute'],
  [90_061_000, 'every 1 day, 1 hour', 'im Abstand von 1 Tag, 1 Stunde'],
])('says how often something recurs: %d ms', (intervalMs, english, german) => {
  expect(messagesFor('en').every(intervalMs)).toBe(english);
  expect(messagesFor('de').every(intervalMs)).toBe(german);
});
