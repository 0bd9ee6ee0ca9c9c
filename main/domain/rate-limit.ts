import type { RateLimit } from '../contract/channel.ts';

/**
 * A sliding window: at most `count` messages in any stretch of `perMs`. `sentAt` holds when the newest
 * ones went, oldest first; only the last `count` of them can matter. All times are of one clock, in ms.
 */
export type SentAt = readonly number[];

/** How many may go now. */
export function roomIn(sentAt: SentAt, { count, perMs }: RateLimit, now: number): number {
  const recent = sentAt.slice(-count);
  const first = recent.findIndex((at) => at > now - perMs);
  return count - (first === -1 ? 0 : recent.length - first);
}

/** When the next one may go; `now` when one may already. */
export function nextRoomAt(sentAt: SentAt, { count, perMs }: RateLimit, now: number): number {
  const oldest = sentAt.length < count ? undefined : sentAt[sentAt.length - count];
  return oldest === undefined ? now : Math.max(now, oldest + perMs);
}

/** With `messages` more that go now; what can no longer matter is forgotten. */
export const withSent = (
  sentAt: SentAt,
  { count }: RateLimit,
  messages: number,
  now: number,
): SentAt => [...sentAt, ...Array.from({ length: messages }, () => now)].slice(-count);
