import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  resolveRetry,
  RETRY_AFTER_MAX_MS,
  RETRY_PRESETS,
  retryWaitMs,
} from '../../main/domain/retry-policy.ts';

const EXACT = { ...RETRY_PRESETS.default, jitter: false };
const never = () => 0.5;

describe('the wait after the n-th failed attempt', () => {
  test('doubles from the base and stops at the cap', () => {
    const minutes = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => retryWaitMs(EXACT, n, never) / 60_000);
    expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('is within a tenth of that with jitter, never above the cap, always a whole number', () => {
    fc.assert(
      fc.property(
        fc.record({
          baseMs: fc.integer({ min: 10, max: 3_600_000 }),
          capMs: fc.integer({ min: 10, max: 86_400_000 }),
          maxAttempts: fc.integer({ min: 1, max: 100 }),
        }),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (numbers, n, random) => {
          const policy = { ...numbers, jitter: true };
          const wait = retryWaitMs(policy, n, () => random);
          const exact = policy.baseMs * 2 ** (n - 1);
          expect(Number.isSafeInteger(wait)).toBe(true);
          expect(wait).toBeLessThanOrEqual(policy.capMs);
          expect(wait).toBeGreaterThanOrEqual(Math.min(Math.floor(exact * 0.9), policy.capMs));
        },
      ),
    );
  });

  test('follows the destination when it asks, within a day', () => {
    expect(retryWaitMs(EXACT, 1, never, 1_500)).toBe(1_500);
    expect(retryWaitMs(EXACT, 3, never, 90_000)).toBe(90_000);
    expect(retryWaitMs(EXACT, 1, never, 9e12)).toBe(RETRY_AFTER_MAX_MS);
  });

  test('does not spend its budget in a moment when the destination asks for no wait at all', () => {
    expect([1, 2, 3, 4].map((n) => retryWaitMs(EXACT, n, never, 0))).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
    expect(retryWaitMs({ ...EXACT, baseMs: 10 }, 1, never, -5)).toBe(10);
  });
});

describe('a policy as it is given', () => {
  test('is a preset, or numbers over what was there', () => {
    expect(resolveRetry(undefined, EXACT)).toEqual(EXACT);
    expect(resolveRetry({ preset: 'quick' }, EXACT)).toEqual(RETRY_PRESETS.quick);
    expect(resolveRetry({ baseMs: 10 }, EXACT)).toEqual({ ...EXACT, baseMs: 10 });
  });
});
