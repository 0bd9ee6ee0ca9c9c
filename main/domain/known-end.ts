/**
 * Rules for reports that arrive late, twice or out of order. Stamps of one sender are compared with each
 * other; a report without a stamp counts as made when it arrived, which is by another clock.
 */

/** How far apart a sender's clock and ours may be before a report without a stamp counts as the newer one. */
const CLOCKS_APART_MS = 10_000;

/** A stamp that lies further ahead of our clock than this was made by a clock that is wrong. */
const AHEAD_MAX_MS = 300_000;

const isCredible = (stamp: number, now: number): boolean => stamp <= now + AHEAD_MAX_MS;

/** Returns the stamp of a firing report, ms UTC. */
export const stampOf = (occurredAt: number | null, now: number): number =>
  occurredAt ?? now - CLOCKS_APART_MS;

/**
 * Returns the last stamp that belongs to an ended episode, ms UTC. A firing with the very stamp of the end
 * begins another episode, unless the one that ended was reported with it. `lastReportedAt`: the newest
 * stamp of the alert that this end closes; null when it closes none. An end far ahead of our clock counts
 * as made when it arrived: the clock may be set right before the next firing, which must not look older.
 */
export function endedThrough(
  occurredAt: number | null,
  lastReportedAt: number | null,
  now: number,
): number {
  const end =
    occurredAt !== null && isCredible(occurredAt, now) ? occurredAt - 1 : now - CLOCKS_APART_MS;
  return lastReportedAt !== null && isCredible(lastReportedAt, now)
    ? Math.max(end, lastReportedAt)
    : end;
}

/** Returns true if a firing stamp is no newer than a known end. An end far ahead of our clock is not trusted. */
export const isOver = (stamp: number, through: number | null, now: number): boolean =>
  through !== null && stamp <= through && isCredible(through, now);

/**
 * Returns true if a firing stamp belongs to an episode that a person has resolved, whose newest stamp was
 * `through`. Of one far ahead of our clock only the repeats do, which bear it too.
 */
export const isHandled = (stamp: number, through: number | null, now: number): boolean =>
  stamp === through || isOver(stamp, through, now);

/** Returns a stamp that only an end newer than the known one can close. */
export const afterKnownEnd = (stamp: number, through: number | null): number =>
  through === null ? stamp : Math.max(stamp, through + 2);
