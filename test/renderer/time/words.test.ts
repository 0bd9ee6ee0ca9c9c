import { describe, expect, it } from 'vitest';
import { duration, spokenTime } from '../../../renderer/time/time-text.ts';

const S = 1_000;
const M = 60 * S;
const H = 60 * M;

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [350, '350 ms'],
    [1_500, '1.5 s'],
    [2_000, '2 s'],
    [4 * M, '4 min'],
    [90 * M, '1 h 30 min'],
    [25 * H, '1 d 1 h'],
  ])('calls %i ms "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});

describe('spokenTime', () => {
  const at = new Date(2026, 10, 21, 7, 5).getTime();
  const sameDay = new Date(2026, 10, 21, 0, 0).getTime();
  const dayBefore = new Date(2026, 10, 20, 23, 59).getTime();

  it('leaves out the date today, by the reader’s calendar', () => {
    expect(spokenTime(at, sameDay)).toMatch(/^0?7:05/);
    expect(spokenTime(at, dayBefore)).toMatch(/2026/);
    expect(spokenTime(at, dayBefore)).toMatch(/7:05/);
  });
});
