import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOTIFICATION_TRANSITIONS, settle } from '../../main/domain/notification-state.ts';
import { interrupted, type Outcome } from '../../main/domain/outcome.ts';
import { legacy } from '../support/failures.ts';

const POLICY = { baseMs: 1_000, capMs: 60_000, maxAttempts: 5, jitter: false };

const LIMITED: Outcome = {
  kind: 'transient',
  class: 'rate_limited',
  reason: legacy('slow down'),
  retryAfterMs: 30,
};

const OUTCOMES: Outcome[] = [
  { kind: 'sent' },
  { kind: 'transient', class: 'timeout', reason: legacy('late') },
  LIMITED,
  { kind: 'permanent', class: 'rejected', reason: legacy('no') },
  interrupted('crashed'),
];

const end = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  retryCount: fc.integer({ min: 0, max: 4 }),
  interruptions: fc.integer({ min: 0, max: 4 }),
  cancelReason: fc.constantFrom('superseded' as const, 'channel_deleted' as const, null),
});

type Given = 'outcome' | 'retryCount' | 'interruptions' | 'cancelReason';
type Settled = Pick<Parameters<typeof settle>[0], Given> & Partial<Parameters<typeof settle>[0]>;
const NEVER_LIMITED = { limitedSince: null, testHeldUntil: null };

const settled = (input: Settled) =>
  settle({ ...NEVER_LIMITED, policy: POLICY, now: 5_000, random: () => 0.5, ...input });

describe('the end of an attempt', () => {
  test('leads only where the table allows, and never loses a notification', () => {
    fc.assert(
      fc.property(end, (input) => {
        const next = settled(input);
        expect(NOTIFICATION_TRANSITIONS.sending).toContain(next.status);
        const spends = input.outcome.kind !== 'sent' && input.outcome !== LIMITED;
        expect(next.retryCount).toBe(input.retryCount + (spends ? 1 : 0));
        if (next.status === 'failed') {
          expect(next.retryCount).toBeLessThan(POLICY.maxAttempts);
          expect(next.dueAt).toBeGreaterThanOrEqual(5_000);
        }
        if (next.status === 'cancelled') expect(input.cancelReason).not.toBeNull();
      }),
    );
  });

  test('that was refused for the number of messages spends nothing, and dies after a day', () => {
    const limited = { outcome: LIMITED, retryCount: 4, interruptions: 0, cancelReason: null };
    const DAY_MS = 24 * 3_600_000;
    expect(settled(limited)).toEqual({ status: 'failed', retryCount: 4, dueAt: 5_000 });
    expect(settled({ ...limited, limitedSince: 2_000 })).toMatchObject({ dueAt: 2_000 });
    // By a clock that ran ahead.
    expect(settled({ ...limited, limitedSince: 9_000 })).toMatchObject({ dueAt: 5_000 });
    expect(settled({ ...limited, testHeldUntil: 8_000 })).toMatchObject({ dueAt: 8_000 });
    const later = { limitedSince: 2_000, now: 2_000 + DAY_MS };
    expect(settled({ ...limited, ...later })).toEqual({ status: 'dead', retryCount: 4 });
    expect(settled({ ...limited, ...later, now: later.now - 1 })).toMatchObject({
      status: 'failed',
    });
  });

  test('that was cut off is due at once the first time and waits the second', () => {
    const cut = { outcome: OUTCOMES[4] as Outcome, retryCount: 1, cancelReason: null };
    expect(settled({ ...cut, interruptions: 0 })).toMatchObject({ status: 'failed', dueAt: 5_000 });
    expect(settled({ ...cut, interruptions: 1 })).toMatchObject({ status: 'failed', dueAt: 7_000 });
  });

  test('waits as long as the rules of the service ask for, or longer by our own', () => {
    const refusal = { kind: 'transient', class: 'server_error', reason: legacy('down') } as const;
    const due = (waitAtLeastMs: number) =>
      settled({
        outcome: { ...refusal, waitAtLeastMs },
        retryCount: 0,
        interruptions: 0,
        cancelReason: null,
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
