/**
 * Rules for reports that arrive late, twice or out of order. Stamps of one sender are compared with each
 * other; a report without a stamp counts as made when it arrived, which is by another clock.
 */

/** How far apart a sender's clock and ours may be before a report without a stamp counts as the newer one. */
const CLOCKS_APART_MS = 10_000;

/** An end that lies further ahead of our clock than this was stamped by a clock that is wrong. */
const AHEAD_MAX_MS = 300_000;

/** Returns the stamp of a firing report, ms UTC. */
export const stampOf = (occurredAt: number | null, now: number): number =>
  occurredAt ?? now - CLOCKS_APART_MS;

/**
 * Returns the last stamp that belongs to an ended episode, ms UTC. A firing with the very stamp of the end
 * begins another episode, unless the one that ended was reported with it. `lastReportedAt`: the newest
 * stamp of the alert that this end closes; null when it closes none.
 */
export function endedThrough(
  occurredAt: number | null,
  lastReportedAt: number | null,
  now: number,
): number {
  const end = occurredAt === null ? now - CLOCKS_APART_MS : occurredAt - 1;
  return Math.min(Math.max(end, lastReportedAt ?? end), now + AHEAD_MAX_MS);
}

/** Returns true if a firing stamp is no newer than a known end. An end far ahead of our clock is not trusted. */
export const isOver = (stamp: number, through: number | null, now: number): boolean =>
  through !== null && stamp <= through && through <= now + AHEAD_MAX_MS;

/** Returns a stamp that only an end newer than the known one can close. */
export const afterKnownEnd = (stamp: number, through: number | null): number =>
  through === null ? stamp : Math.max(stamp, through + 2);
