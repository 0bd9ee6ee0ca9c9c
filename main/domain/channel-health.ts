import type {
  BreakerState,
  ChannelAttention,
  ChannelHealth,
  RetryPolicy,
} from '../contract/channel.ts';
import type { FailureClass } from '../contract/failure-class.ts';
import { causeOf } from './cause.ts';
import { failureOf, type Outcome } from './outcome.ts';
import { RETRY_AFTER_MAX_MS } from './retry-policy.ts';
import { isRateLimited, type Throttle } from './throttle.ts';

/**
 * How a channel's breaker may move; SQL CHECKs mirror it.
 *
 *   closed ─enough transient failures in a row─▶ down ─a due row is claimed─▶ probing
 *      ▲                                          ▲ │                            │
 *      │                                          └─┼──── failed, or cut off ────┤
 *      └───────────── any success ──────────────────┴────────────────────────────┘
 */
export const HEALTH_TRANSITIONS: Record<BreakerState, readonly BreakerState[]> = {
  closed: ['down'],
  down: ['probing', 'closed'],
  probing: ['down', 'closed'],
};

/** Stored without its sentence. */
export type Health = Omit<ChannelHealth, 'lastFailure'>;
export type Attention = Omit<ChannelAttention, 'message'>;

export const HEALTHY: Health = {
  state: 'closed',
  failures: 0,
  failingSince: null,
  reason: null,
  receiverText: null,
  probeAt: null,
  rejections: 0,
  workedAt: null,
};

/** A channel that nothing has been sent to yet. */
export const UNTRIED: Standing = { health: HEALTHY, attention: null, throttle: null };

/** Failures that come back with every row until a person has edited the channel. */
const WANTS_A_PERSON: ReadonlySet<FailureClass> = new Set([
  'authentication',
  'configuration',
  'gone',
]);

/** Returns true if attention for a failure of this class holds the lane. */
export const holdsLane = (failureClass: FailureClass): boolean => WANTS_A_PERSON.has(failureClass);

/** Transient failures in a row, over all rows of a channel, that make it `down`. */
export const DOWN_AFTER_FAILURES = 5;

/** Messages in a row that a receiver refuses permanently before the channel needs attention. */
export const REJECTIONS_MAX = 5;

/** The first probes come soon, since most outages are restarts; a policy that is quicker decides itself. */
const PROBE_WAIT_MIN_MS = 10_000;
const PROBE_WAIT_MAX_MS = 300_000;

/** How long a due row waits for a channel that is down and has no fallback. */
export const WAITS_AT_MOST_MS = 24 * 3_600_000;

/** After a start or a sleep there is time for some probes before anything is given up. */
const AWAKE_MIN_MS = 900_000;

export interface AttemptSeen {
  readonly outcome: Outcome;
  /** True if it was the probe: the one attempt that a channel which is down is tried with. */
  readonly probe: boolean;
  readonly policy: RetryPolicy;
  readonly now: number;
}

/**
 * Health after an attempt; the very same object when it says nothing new, so that a success on a healthy
 * channel costs no write. What was cut off by us, and what only a person can fix, says nothing about
 * waiting: a probe that ends so is followed by another.
 */
export function afterAttempt(health: Health, seen: AttemptSeen): Health {
  const { outcome, probe, now } = seen;
  if (outcome.kind === 'sent') return afterSuccess(health, now);
  // The throttle says when the next message may leave; a receiver that counts them is not away.
  if (outcome.kind === 'interrupted' || isRateLimited(outcome)) {
    return probe ? probeAtOnce(health, now) : health;
  }
  const failingSince = health.failingSince ?? now;
  const probeAt = now + probeWaitMs(now - failingSince, seen);
  if (outcome.kind === 'permanent') {
    const refused = afterRejection(health, outcome);
    return probe && health.state !== 'closed' ? { ...refused, state: 'down', probeAt } : refused;
  }
  const failed = {
    ...health,
    failures: health.failures + 1,
    failingSince,
    ...lastFailure(outcome),
  };
  const goesDown = health.state === 'closed' && failed.failures >= DOWN_AFTER_FAILURES;
  const probeEnds = health.state !== 'closed' && probe;
  // Whatever else was on its way when it went down must not put the next probe off.
  return goesDown || probeEnds ? { ...failed, state: 'down', probeAt } : failed;
}

function lastFailure(outcome: Exclude<Outcome, { kind: 'sent' }>) {
  const { reason, receiverText } = failureOf(outcome);
  return { reason, receiverText };
}

function afterSuccess(health: Health, now: number): Health {
  const isWell = health.state === 'closed' && health.failures === 0 && health.rejections === 0;
  if (isWell && health.workedAt !== null) return health;
  return { ...HEALTHY, workedAt: health.workedAt ?? now };
}

/**
 * Counts a rejection. A failure that asks for a person at once is not counted: its lane is held, so
 * there is no row of such failures.
 */
function afterRejection(health: Health, outcome: Outcome & { kind: 'permanent' }): Health {
  if (WANTS_A_PERSON.has(outcome.class)) return health;
  return { ...health, rejections: health.rejections + 1, ...lastFailure(outcome) };
}

/**
 * As long again as it has been failing, which doubles from one probe to the next: from 10 s (or the
 * policy's base, if that is less) to 5 min (or its cap). A destination's own wish is kept if it is longer.
 * A row that probes has waited for its own retry time as well.
 */
function probeWaitMs(failingForMs: number, { outcome, policy }: AttemptSeen): number {
  const leastMs = Math.min(policy.baseMs, PROBE_WAIT_MIN_MS);
  const mostMs = Math.min(policy.capMs, PROBE_WAIT_MAX_MS);
  const waitMs = Math.min(Math.max(failingForMs, leastMs), mostMs);
  const { retryAfterMs = 0, waitAtLeastMs = 0 } = outcome.kind === 'transient' ? outcome : {};
  const hintMs = Math.max(retryAfterMs, waitAtLeastMs);
  return Math.round(Math.max(waitMs, Math.min(hintMs, RETRY_AFTER_MAX_MS)));
}

/** One row is on its way to see whether the channel is back. */
export const probeBegins = (health: Health): Health => ({
  ...health,
  state: 'probing',
  probeAt: null,
});

/** The next due row probes without any further wait: the channel was edited, or its probe was cut off. */
export const probeAtOnce = (health: Health, now: number): Health =>
  health.state === 'closed' ? health : { ...health, state: 'down', probeAt: now };

/** Everything that is due, one row to probe with, or nothing but tests. */
export type Passage = 'open' | 'probe' | 'tests';

export interface Standing {
  readonly health: Health;
  readonly attention: Attention | null;
  readonly throttle: Throttle | null;
}

/**
 * Returns what a channel's lane lets pass. Tests always pass: somebody waits to see
 * whether the channel works again.
 */
export function passage({ health, attention, throttle }: Standing, now: number): Passage {
  if (attention?.holds === true || (throttle !== null && throttle.until > now)) return 'tests';
  if (health.state === 'closed') return 'open';
  return health.state === 'down' && (health.probeAt ?? 0) <= now ? 'probe' : 'tests';
}

/** Returns true if the program has run for long enough to have tried before it gives anything up. */
export const wasAwake = (awakeFrom: number, now: number): boolean =>
  now - awakeFrom >= AWAKE_MIN_MS;

/**
 * Rows that came to be due up to this moment are given up as `channel_down`; null when none is. Only
 * between probes, so that each outage has been seen to last. With a fallback that can take it nobody waits.
 */
export function giveUpBefore(
  { health, hasFallback }: { health: Health; hasFallback: boolean },
  awakeFrom: number,
  now: number,
): number | null {
  const { state, failingSince, probeAt } = health;
  if (state !== 'down' || probeAt === null || probeAt <= now) return null;
  if (hasFallback) return now;
  if (failingSince === null || now - failingSince < WAITS_AT_MOST_MS) return null;
  return wasAwake(awakeFrom, now) ? now - WAITS_AT_MOST_MS : null;
}

/**
 * Returns the attention that a channel needs from a person after an attempt; the very same object while it
 * stays the same. `rejections` are those in a row with this one. They hold no lane: a permanent failure
 * belongs to its message, and the next one may be accepted.
 */
export function attentionAfter(
  attention: Attention | null,
  outcome: Outcome,
  rejections: number,
  now: number,
): Attention | null {
  if (outcome.kind === 'sent') return null;
  if (outcome.kind !== 'permanent') return attention;
  const failure = failureOf(outcome);
  const { class: failureClass } = failure;
  const holds = holdsLane(failureClass);
  if (!holds && (attention?.holds === true || rejections < REJECTIONS_MAX)) return attention;
  const isSameKind = attention?.holds === holds;
  const isSameReason =
    attention?.class === failureClass && (holds || causeOf(attention) === causeOf(failure));
  if (isSameKind && isSameReason) return attention;
  // A streak is one trouble, whatever its last reason.
  const since = isSameKind && !holds ? attention.since : now;
  return { holds, since, ...failure };
}
