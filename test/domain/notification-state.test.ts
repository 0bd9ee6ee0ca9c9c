import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOTIFICATION_TRANSITIONS, settle } from '../../main/domain/notification-state.ts';
import type { Outcome } from '../../main/domain/outcome.ts';

const POLICY = { baseMs: 1_000, capMs: 60_000, maxAttempts: 5, jitter: false };

const OUTCOMES: Outcome[] = [
  { kind: 'sent' },
  { kind: 'transient', class: 'timeout', message: 'late' },
  { kind: 'transient', class: 'rate_limited', message: 'slow down', retryAfterMs: 30 },
  { kind: 'permanent', class: 'rejected', message: 'no' },
  { kind: 'interrupted', message: 'crash' },
];

const end = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  retryCount: fc.integer({ min: 0, max: 4 }),
  interruptions: fc.integer({ min: 0, max: 4 }),
  moot: fc.constantFrom('superseded' as const, 'channel_deleted' as const, null),
});

const settled = (input: Omit<Parameters<typeof settle>[0], 'policy' | 'now' | 'random'>) =>
  settle({ ...input, policy: POLICY, now: 5_000, random: () => 0.5 });

describe('the end of an attempt', () => {
  test('leads only where the table allows, and never loses a notification', () => {
    fc.assert(
      fc.property(end, (input) => {
        const next = settled(input);
        expect(NOTIFICATION_TRANSITIONS.sending).toContain(next.status);
        expect(next.retryCount).toBe(input.retryCount + (input.outcome.kind === 'sent' ? 0 : 1));
        if (next.status === 'failed') {
          expect(next.retryCount).toBeLessThan(POLICY.maxAttempts);
          expect(next.dueAt).toBeGreaterThanOrEqual(5_000);
        }
        if (next.status === 'cancelled') expect(input.moot).not.toBeNull();
      }),
    );
  });

  test('that was cut off is due at once the first time and waits the second', () => {
    const cut = { outcome: OUTCOMES[4] as Outcome, retryCount: 1, moot: null };
    expect(settled({ ...cut, interruptions: 0 })).toMatchObject({ status: 'failed', dueAt: 5_000 });
    expect(settled({ ...cut, interruptions: 1 })).toMatchObject({ status: 'failed', dueAt: 7_000 });
  });

  test('waits as long as the rules of the service ask for, or longer by our own', () => {
    const refusal = { kind: 'transient', class: 'server_error', message: 'down' } as const;
    const due = (waitAtLeastMs: number) =>
      settled({
        outcome: { ...refusal, waitAtLeastMs },
        retryCount: 0,
        interruptions: 0,
        moot: null,
      });
    expect(due(5_000)).toMatchObject({ status: 'failed', dueAt: 10_000 });
    expect(due(500)).toMatchObject({ status: 'failed', dueAt: 6_000 });
  });
});

test('dead is left by requeue or discard alone; sent is the end, and cancelled but for an undo', () => {
  expect(NOTIFICATION_TRANSITIONS.dead).toEqual(['pending', 'cancelled']);
  const requeueable = Object.entries(NOTIFICATION_TRANSITIONS)
    .filter(([, next]) => next.includes('pending'))
    .map(([from]) => from);
  expect(requeueable).toEqual(['dead']);
  expect(NOTIFICATION_TRANSITIONS.sent).toEqual([]);
  expect(NOTIFICATION_TRANSITIONS.cancelled).toEqual(['dead']);
});
