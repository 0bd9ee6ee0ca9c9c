import { afterEach, describe, expect, it, vi } from 'vitest';
import { snoozeInput } from '../../../main/contract/alert.ts';
import { SNOOZES } from '../../../renderer/alerts/alert-actions.svelte.ts';

const HOUR_MS = 3_600_000;
const durationMs = ({ ms }: (typeof SNOOZES)[number], nowMs: number): number =>
  typeof ms === 'function' ? ms(nowMs) : ms;
const untilMorningMs = (now: Date): number | undefined => {
  const morning = SNOOZES.find(({ label }) => label?.startsWith('Until tomorrow'));
  return morning && durationMs(morning, now.getTime());
};

afterEach(() => vi.unstubAllEnvs());

describe('the durations of a snooze', () => {
  it('are all such as the contract takes, at every hour of the day', () => {
    for (let hour = 0; hour < 24; hour += 1) {
      const now = new Date(2026, 5, 1, hour, 59, 59, 999).getTime();
      for (const snooze of SNOOZES) {
        const ms = durationMs(snooze, now);
        expect(snoozeInput.shape.durationMs.safeParse(ms).success, `${ms}`).toBe(true);
      }
    }
  });

  it.each([
    ['in the evening', [2026, 10, 20, 22, 0], 10],
    ['early in the morning', [2026, 10, 20, 1, 0], 31],
    ['at the end of a month', [2026, 10, 30, 20, 0], 12],
    ['at the end of a year', [2026, 11, 31, 20, 0], 12],
    ['before a leap day', [2028, 1, 28, 8, 0], 24],
  ] as const)('last until eight tomorrow, %s', (_when, [year, month, day, hour, minute], hours) => {
    expect(untilMorningMs(new Date(year, month, day, hour, minute))).toBe(hours * HOUR_MS);
  });

  it.each([
    ['spring', [2026, 2, 28, 20, 0], 11],
    ['autumn', [2026, 9, 24, 20, 0], 13],
  ] as const)('count the hours of the night in which clocks change in %s', (_when, at, hours) => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const [year, month, day, hour] = at;
    expect(untilMorningMs(new Date(year, month, day, hour))).toBe(hours * HOUR_MS);
  });
});
