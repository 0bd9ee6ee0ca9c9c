import type { RetryInput, RetryPolicy, RetryPreset } from '../contract/channel.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** `default` waits 1, 2, 4, 8 min; `patient` keeps trying for hours; `quick` gives up within seconds. */
export const RETRY_PRESETS: Record<RetryPreset, RetryPolicy> = {
  default: { baseMs: MINUTE_MS, capMs: HOUR_MS, maxAttempts: 5, jitter: true },
  patient: { baseMs: 30_000, capMs: HOUR_MS, maxAttempts: 12, jitter: true },
  quick: { baseMs: 2_000, capMs: MINUTE_MS, maxAttempts: 3, jitter: true },
};

/** A destination may ask for patience, but not for more than a day. */
export const RETRY_AFTER_MAX_MS = 24 * HOUR_MS;

/** A hint of nothing, repeated, must not spend a whole budget in a moment: it too grows from this. */
const HINT_BASE_MIN_MS = 1_000;

/** The policy that a preset's name or a partial set of numbers stands for, over `base`. */
export function resolveRetry(input: RetryInput | undefined, base: RetryPolicy): RetryPolicy {
  if (input === undefined) return base;
  if (input.preset !== undefined) return RETRY_PRESETS[input.preset];
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return { ...base, ...(Object.fromEntries(given) as Partial<RetryPolicy>) };
}

/** A failed row, when it failed and until when it waits, ms UTC. */
export interface FailedRow {
  readonly retryCount: number;
  readonly failedAt: number;
  readonly dueAt: number;
}

/**
 * Returns when a failed row is due by the policy alone, without a destination's hint: never later than it is
 * due already, and not before `now`.
 */
export function repairedDueAt(
  policy: RetryPolicy,
  { retryCount, failedAt, dueAt }: FailedRow,
  now: number,
): number {
  // A clock that was set back must not make the wait longer.
  const from = Math.min(failedAt, now);
  // The longest that the jitter allows, or every further look would shorten the wait a little more.
  const latest = from + retryWaitMs(policy, Math.max(1, retryCount), () => 1);
  return Math.min(dueAt, Math.max(latest, now));
}

/** Returns what is wrong with the `capMs` of a policy; null when nothing is. */
export const capProblem = ({ baseMs, capMs }: RetryPolicy): IssueReason | null =>
  capMs < baseMs ? { code: 'issue.cap_below_base', params: { base: String(baseMs) } } : null;

/**
 * Milliseconds to wait after the n-th failed attempt of a budget (n from 1): base · 2^(n-1), times
 * uniform 0.9 to 1.1 when jitter is on, then capped. A destination's own hint replaces all of it, but
 * is never less than 1 s · 2^(n-1).
 * `random` answers in [0, 1).
 */
export function retryWaitMs(
  policy: RetryPolicy,
  n: number,
  random: () => number,
  retryAfterMs?: number,
): number {
  // 2^30 base units are beyond every cap; the bound keeps the product an exact integer.
  const factor = 2 ** Math.min(n - 1, 30);
  if (retryAfterMs !== undefined) {
    const leastMs = Math.min(policy.baseMs, HINT_BASE_MIN_MS) * factor;
    return Math.round(Math.min(Math.max(retryAfterMs, leastMs), RETRY_AFTER_MAX_MS));
  }
  const exponential = policy.baseMs * factor;
  const jittered = policy.jitter ? exponential * (0.9 + 0.2 * random()) : exponential;
  return Math.round(Math.min(jittered, policy.capMs));
}
