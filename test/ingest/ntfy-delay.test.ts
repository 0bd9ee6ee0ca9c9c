import { expect, test } from 'vitest';
import { delayedUntil } from '../../main/ingest/ntfy-delay.ts';

/** A Wednesday, by the clock on this machine's wall. */
const NOW = new Date(2026, 10, 25, 15, 0, 0).getTime();
const MINUTE_MS = 60_000;
const at = (day: number, hour: number, minute = 0): number =>
  new Date(2026, 10, day, hour, minute).getTime();

test.each([
  ['30m', NOW + 30 * MINUTE_MS],
  ['30 min', NOW + 30 * MINUTE_MS],
  ['1h30m', NOW + 90 * MINUTE_MS],
  ['2 days', NOW + 48 * 60 * MINUTE_MS],
  [String(NOW / 1_000 + 600), NOW + 10 * MINUTE_MS],
  ['16:30', at(25, 16, 30)],
  ['9am', at(26, 9)],
  ['12am', at(26, 0)],
  ['12:15 pm', at(26, 12, 15)],
  ['Tomorrow, 10am', at(26, 10)],
  ['tomorrow', at(26, 15)],
  ['tomorrow at 23:59', at(26, 23, 59)],
  ['Friday, 7am', at(27, 7)],
  ['wednesday 2pm', at(32, 14)],
])('%s is understood', (given, moment) => {
  expect(delayedUntil(given, NOW)).toBe(moment);
});

test.each(['', 'some day', '30', '5x', '1h 5x', '25:00', '10:75', '13pm', '9', '-5m', '1.5h'])(
  '"%s" is not understood',
  (given) => {
    expect(delayedUntil(given, NOW)).toBeNull();
  },
);
