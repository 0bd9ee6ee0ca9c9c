import type { ChannelThrottle } from '../contract/channel.ts';
import type { Outcome } from './outcome.ts';
import { RETRY_AFTER_MAX_MS } from './retry-policy.ts';

/**
 * How a lane slows down for a receiver that refuses requests for their number, after TCP's congestion
 * control (RFC 5681): additive increase, multiplicative decrease, one message in flight.
 *
 *   null ─refused─▶ held ─accepted─▶ paced ─accepted often enough, or quiet─▶ null
 *                    ▲ │              │
 *                    └─┴── refused ───┘
 *
 * `held` has refusals in a row, `paced` has none. Both end at `until`; then one message may leave.
 */
export type Throttle = ChannelThrottle;

/** A pause without a hint: 1 s, doubled with each refusal in a row. */
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

/** Messages a second after the first refusal, and the least and the most that a lane is paced to. */
const PACE_START = 1;
const PACE_MIN = 1_000 / PAUSE_MAX_MS;
const PACE_FREE = 20;

/** Messages that are accepted on the way from half the refused pace back to it. */
const STEPS_BACK = 10;

/** After this long without a message, what was learnt about the receiver is no longer true. */
const CALM_AFTER_MS = 600_000;

/** How long a message waits for a receiver that limits its channel. */
export const LIMITED_AT_MOST_MS = 24 * 3_600_000;

/** A lane whose messages are accepted again has this long to deliver what waited for nearly a day. */
const DRAIN_MS = 900_000;

export interface PacedAttempt {
  readonly outcome: Outcome;
  /**
   * True if it left under the throttle, as the only one. The others were in flight when the hold began: what
   * they meet was caused by the same burst, and says nothing more.
   */
  readonly paced: boolean;
  readonly now: number;
}

/** Returns the throttle after an attempt; the same object when it says nothing new. */
export function throttleAfter(throttle: Throttle | null, attempt: PacedAttempt): Throttle | null {
  const { outcome, paced, now } = attempt;
  if (isRateLimited(outcome)) {
    const hintMs = hintOf(outcome);
    if (throttle === null) return firstRefusal(hintMs, now);
    return paced ? refusedAgain(throttle, hintMs, now) : heldLonger(throttle, hintMs, now);
  }
  if (throttle === null || !paced) return throttle;
  const limiterLetItPass = outcome.kind === 'sent' || outcome.kind === 'permanent';
  return limiterLetItPass ? accepted(throttle, now) : { ...throttle, until: now + gapMs(throttle) };
}

type RateLimited = Outcome & { kind: 'transient'; class: 'rate_limited' };

/** Returns true for a refusal that belongs to the channel and spends no attempt. */
export const isRateLimited = (outcome: Outcome): outcome is RateLimited =>
  outcome.kind === 'transient' && outcome.class === 'rate_limited';

const hintOf = ({ retryAfterMs, waitAtLeastMs }: RateLimited): number | null => {
  const hintMs = Math.max(retryAfterMs ?? -1, waitAtLeastMs ?? -1);
  return hintMs < 0 ? null : Math.min(hintMs, RETRY_AFTER_MAX_MS);
};

const pauseMs = (refusals: number): number =>
  Math.min(PAUSE_MIN_MS * 2 ** Math.min(refusals - 1, 16), PAUSE_MAX_MS);

const gapMs = ({ perSecond }: Throttle): number => Math.ceil(1_000 / perSecond);

function firstRefusal(hintMs: number | null, now: number): Throttle {
  return {
    since: now,
    refusedAt: now,
    refusals: 1,
    until: now + Math.max(hintMs ?? 0, PAUSE_MIN_MS),
    perSecond: PACE_START,
    stepPerSecond: PACE_START / STEPS_BACK,
  };
}

/** The first refusal in a row halves the pace; further ones lower it to what the pause stands for. */
function refusedAgain(before: Throttle, hintMs: number | null, now: number): Throttle {
  const refusals = before.refusals + 1;
  const pause = pauseMs(refusals);
  const lowered = refusals === 1 ? before.perSecond / 2 : 1_000 / pause;
  const perSecond = Math.max(Math.min(before.perSecond, lowered), PACE_MIN);
  const after = { ...before, refusals, refusedAt: now, perSecond };
  // The new gap counts from the message that was accepted last, which the old gap followed.
  const pacedAt = refusals === 1 ? before.until + gapMs(before) : now + gapMs(after);
  const earliest = hintMs === null ? pacedAt : now + hintMs;
  return {
    ...after,
    until: Math.max(now + pause, earliest),
    stepPerSecond: perSecond / STEPS_BACK,
  };
}

function heldLonger(before: Throttle, hintMs: number | null, now: number): Throttle {
  const until = Math.max(before.until, now + (hintMs ?? 0));
  return until === before.until ? before : { ...before, until };
}

function accepted(before: Throttle, now: number): Throttle | null {
  const perSecond = before.perSecond + before.stepPerSecond;
  if (perSecond >= PACE_FREE) return null;
  const after = { ...before, refusals: 0, perSecond };
  return { ...after, until: now + gapMs(after) };
}

/** Returns true once nothing has been sent for long enough that the lane starts as if it had never been limited. */
export const isSettled = ({ until }: Throttle, now: number): boolean => now - until > CALM_AFTER_MS;

/**
 * Rows that came to be due up to this moment have waited too long; null when none has. Only while the lane
 * is closed, so that one message is tried first when a hold of a whole day ends.
 */
export function limitedBy({ since, until, refusals }: Throttle, now: number): number | null {
  const mostMs = LIMITED_AT_MOST_MS + (refusals === 0 ? DRAIN_MS : 0);
  return until <= now || now - since < mostMs ? null : now - mostMs;
}

/**
 * Returns the moment from which a test may leave. Somebody waits for it, so a long Retry-After does not
 * count; the growing pause does, or a button would be a way to hammer the receiver.
 */
export const testFrom = ({ until, refusedAt, refusals }: Throttle): number =>
  refusals === 0 ? until : Math.min(until, refusedAt + pauseMs(refusals));

/** Ends a hold by hand: the next message leaves as soon as a test might. */
export const released = (throttle: Throttle): Throttle => ({
  ...throttle,
  until: testFrom(throttle),
});

/** Follows a clock that was set back by `-deltaMs`. */
export const shifted = (throttle: Throttle, deltaMs: number): Throttle => ({
  ...throttle,
  since: throttle.since + deltaMs,
  refusedAt: throttle.refusedAt + deltaMs,
  until: throttle.until + deltaMs,
});

/** Bounds what a clock that ran ahead has written; the same object when nothing lies ahead. */
export function bounded(throttle: Throttle, now: number): Throttle {
  const since = Math.min(throttle.since, now);
  const refusedAt = Math.min(throttle.refusedAt, now);
  const until = Math.min(throttle.until, now + RETRY_AFTER_MAX_MS);
  const isAhead = refusedAt < throttle.refusedAt || until < throttle.until;
  return isAhead || since < throttle.since ? { ...throttle, since, refusedAt, until } : throttle;
}
