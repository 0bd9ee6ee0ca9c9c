import type { RetryPolicy } from '../contract/channel.ts';
import type { NotificationStatus } from '../contract/notification.ts';
import type { Outcome } from './outcome.ts';
import { retryWaitMs } from './retry-policy.ts';
import { isRateLimited, LIMITED_AT_MOST_MS } from './throttle.ts';

/**
 * The single truth about how a notification may move; SQL CHECKs and guarded UPDATEs mirror it.
 *
 *   pending ─claim─▶ sending ─┬─▶ sent
 *      ▲        ▲             ├─▶ failed ─claim when due─▶ sending
 *      │        └─────────────┘
 *      │                      ├─▶ dead ─requeue─▶ pending
 *      └──────────────────────┴─▶ cancelled (superseded while it was on its way)
 *   pending | failed | dead ─▶ cancelled (superseded, channel deleted, discarded)
 *   cancelled (discarded, at most 30 s ago) ─undo─▶ dead
 */
export const NOTIFICATION_TRANSITIONS: Record<NotificationStatus, readonly NotificationStatus[]> = {
  pending: ['sending', 'cancelled'],
  sending: ['sent', 'failed', 'dead', 'cancelled'],
  failed: ['sending', 'cancelled'],
  sent: [],
  dead: ['pending', 'cancelled'],
  cancelled: ['dead'],
};

/** The state of a notification after its attempt ended. */
export type Settlement =
  | { readonly status: 'sent'; readonly retryCount: number }
  | { readonly status: 'failed'; readonly retryCount: number; readonly dueAt: number }
  | { readonly status: 'dead'; readonly retryCount: number }
  | {
      readonly status: 'cancelled';
      readonly retryCount: number;
      readonly reason: 'superseded' | 'channel_deleted';
    };

export interface AttemptEnd {
  readonly outcome: Outcome;
  /** Failed attempts of this budget before this one. */
  readonly retryCount: number;
  /** Interrupted attempts of this budget before this one. */
  readonly interruptions: number;
  /**
   * The reason why a failure is the end of it: its alert resolved meanwhile and the `resolved` is queued, or
   * its channel was deleted. Null while another attempt makes sense.
   */
  readonly cancelReason: 'superseded' | 'channel_deleted' | null;
  readonly policy: RetryPolicy;
  /**
   * The moment at which the receiver first refused it in this budget for the number of
   * messages; null when it has not.
   */
  readonly limitedSince: number | null;
  /** For a test: when the lane's hold ends, so that one press of a button is one request. Otherwise null. */
  readonly testHeldUntil: number | null;
  readonly now: number;
  readonly random: () => number;
}

/**
 * The next state. Success leaves the count ("delivered on attempt n"). Interrupted attempts count, so
 * that a message which crashes us cannot loop for ever; the first of a budget is due at once, since a
 * restart is most often to blame.
 */
export function settle(end: AttemptEnd): Settlement {
  const { outcome, policy, now } = end;
  if (outcome.kind === 'sent') return { status: 'sent', retryCount: end.retryCount };
  if (isRateLimited(outcome)) return waitForLimit(end);
  const retryCount = end.retryCount + 1;
  if (end.cancelReason !== null)
    return { status: 'cancelled', retryCount, reason: end.cancelReason };
  if (outcome.kind === 'permanent' || retryCount >= policy.maxAttempts) {
    return { status: 'dead', retryCount };
  }
  if (outcome.kind === 'interrupted' && end.interruptions === 0) {
    return { status: 'failed', retryCount, dueAt: now };
  }
  const { retryAfterMs, waitAtLeastMs = 0 } = outcome.kind === 'transient' ? outcome : {};
  const waitMs = retryWaitMs(policy, retryCount, end.random, retryAfterMs);
  return { status: 'failed', retryCount, dueAt: now + Math.max(waitMs, waitAtLeastMs) };
}

/**
 * A refusal for the number of messages belongs to the channel: it spends no attempt, and the lane says
 * when the row may leave. It is due since its first refusal, so that it keeps its place before newer ones.
 */
function waitForLimit(end: AttemptEnd): Settlement {
  const { retryCount, cancelReason, now } = end;
  if (cancelReason !== null) return { status: 'cancelled', retryCount, reason: cancelReason };
  // One that a clock which ran ahead has noted begins now.
  const since = Math.min(end.limitedSince ?? now, now);
  if (now - since >= LIMITED_AT_MOST_MS) return { status: 'dead', retryCount };
  return { status: 'failed', retryCount, dueAt: end.testHeldUntil ?? since };
}
