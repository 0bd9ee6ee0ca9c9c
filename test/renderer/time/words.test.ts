import { describe, expect, it } from 'vitest';
import { countdown, duration, relativeTime, spokenTime } from '../../../renderer/time/time-text.ts';

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

describe('relativeTime', () => {
  it.each([
    [0, 'just now'],
    [9_999, 'just now'],
    [-9_999, 'just now'],
    [10 * S, '10 s ago'],
    [59_999, '59 s ago'],
    [M, '1 min ago'],
    [2 * H - 1, '1 h ago'],
    [3 * D, '3 d ago'],
    [-5 * M, 'in 5 min'],
  ])('calls an age of %i ms "%s"', (ageMs, words) => {
    expect(relativeTime(1_000 * D - ageMs, 1_000 * D)).toBe(words);
  });
});

describe('countdown', () => {
  it.each([
    [-5, 'now'],
    [0, 'now'],
    [1, '1 s'],
    [42 * S, '42 s'],
    [M, '1 min 00 s'],
    [3 * M + 5 * S, '3 min 05 s'],
    [H, '1 h 00 min'],
    [2 * H + 10 * M, '2 h 10 min'],
    [3 * D + 4 * H, '3 d 4 h'],
  ])('calls %i ms "%s"', (leftMs, words) => {
    expect(countdown(leftMs, 0)).toBe(words);
  });
});

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
