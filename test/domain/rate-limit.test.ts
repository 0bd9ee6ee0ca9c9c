import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRoomAt, roomIn, withSent, type SentAt } from '../../main/queue/rate-gate.ts';

describe('a sliding window', () => {
  test.each([
    ['nothing sent', [], 3, 1_000],
    ['two of three just now', [900, 1_000], 1, 1_000],
    ['three, the first about to leave the window', [1, 900, 1_000], 0, 1_001],
    ['three, the first just out of it', [0, 900, 1_000], 1, 1_000],
    ['more than may ever matter', [0, 1, 2, 998, 999, 1_000], 0, 1_998],
    ['all long ago', [-9_000, -8_000, -7_000], 3, 1_000],
  ])('%s', (_what, sentAt, room, nextAt) => {
    const limit = { count: 3, perMs: 1_000 };
    expect(roomIn(sentAt, limit, 1_000)).toBe(room);
    expect(nextRoomAt(sentAt, limit, 1_000)).toBe(nextAt);
  });

  test('never lets more through than its count in any stretch, and never stands still', () => {
    const limits = fc.record({
      count: fc.integer({ min: 1, max: 20 }),
      perMs: fc.integer({ min: 100, max: 5_000 }),
    });
    const wishes = fc.array(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 2_000 }),
        wanted: fc.integer({ min: 1, max: 30 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(limits, wishes, (limit, asked) => {
        let sentAt: SentAt = [];
        let now = 0;
        const all: number[] = [];
        for (const { afterMs, wanted } of asked) {
          now += afterMs;
          const goes = Math.min(wanted, roomIn(sentAt, limit, now));
          sentAt = withSent(sentAt, limit, goes, now);
          for (let n = 0; n < goes; n++) all.push(now);
          const next = nextRoomAt(sentAt, limit, now);
          expect(roomIn(sentAt, limit, next)).toBeGreaterThan(0);
          expect(next - now).toBeLessThanOrEqual(limit.perMs);
        }
        for (const [index, at] of all.entries()) {
          const oneTooMany = all[index + limit.count];
          if (oneTooMany !== undefined) expect(oneTooMany - at).toBeGreaterThanOrEqual(limit.perMs);
        }
      }),
    );
  });
});
