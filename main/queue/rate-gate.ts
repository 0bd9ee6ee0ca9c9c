import type { Clock } from '../base/clock.ts';
import type { RateLimit } from '../contract/channel.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Tables } from '../store/tables.ts';
import type { ChannelService } from './channel-service.ts';

export interface RateGateDeps {
  readonly tables: Pick<Tables, 'attempts'>;
  readonly channels: Pick<ChannelService, 'adapter'>;
  readonly clock: Clock;
}

const DRAIN_MIN_MS = 1_000;
const DRAIN_MAX_MS = 3_600_000;

interface Meter {
  readonly limit: RateLimit;
  /** By the monotonic clock, so that no change of the wall clock lets more through. */
  sentAt: SentAt;
}

/**
 * Keeps each channel within its limit; what has to wait spends nothing. Counted in memory; after a start
 * or a change of the limit, the attempts on record say what has gone out already.
 */
export class RateGate {
  readonly #deps: RateGateDeps;
  readonly #meters = new Map<string, Meter>();

  constructor(deps: RateGateDeps) {
    this.#deps = deps;
  }

  /** How many messages may go now, of which `inFlight` have not been recorded yet; infinite without a limit. */
  room(channel: ChannelRow, inFlight: number): number {
    const meter = this.#meter(channel, inFlight);
    return meter ? roomIn(meter.sentAt, meter.limit, this.#deps.clock.monotonicMs()) : Infinity;
  }

  /** Returns when the next message may go, in ms UTC; now when one may already. */
  nextRoomAt(channel: ChannelRow, now: number): number {
    const meter = this.#meters.get(channel.id);
    if (!meter) return now;
    const monotonicMs = this.#deps.clock.monotonicMs();
    return now + Math.ceil(nextRoomAt(meter.sentAt, meter.limit, monotonicMs) - monotonicMs);
  }

  /** How long the channel's limit makes it take for one message after another, in ms; 0 without a limit. */
  paceMs(channel: ChannelRow): number {
    const limit = this.#limitOf(channel);
    return limit ? limit.perMs / limit.count : 0;
  }

  /** How long half of `rows` due rows take to leave, in ms: from 1 s to 1 h. */
  drainMs(channel: ChannelRow, rows: number): number {
    const halfMs = (this.paceMs(channel) * rows) / 2;
    return Math.min(Math.max(halfMs, DRAIN_MIN_MS), DRAIN_MAX_MS);
  }

  /** Counts messages that leave at this moment. */
  sent(channelId: string, messages: number): void {
    const meter = this.#meters.get(channelId);
    if (!meter || messages === 0) return;
    meter.sentAt = withSent(meter.sentAt, meter.limit, messages, this.#deps.clock.monotonicMs());
  }

  #limitOf(channel: ChannelRow): RateLimit | null {
    return channel.rateLimit ?? this.#deps.channels.adapter(channel.kind).rateLimit;
  }

  #meter(channel: ChannelRow, inFlight: number): Meter | null {
    const limit = this.#limitOf(channel);
    if (!limit) {
      this.#meters.delete(channel.id);
      return null;
    }
    const before = this.#meters.get(channel.id);
    if (before?.limit.count === limit.count && before.limit.perMs === limit.perMs) return before;
    const meter = { limit, sentAt: this.#onRecord(channel.id, limit, inFlight) };
    this.#meters.set(channel.id, meter);
    return meter;
  }

  #onRecord(channelId: string, limit: RateLimit, inFlight: number): SentAt {
    const { clock } = this.#deps;
    const { attempts } = this.#deps.tables;
    const now = clock.now();
    const monotonicMs = clock.monotonicMs();
    const recorded = attempts
      .messagesSince(channelId, now - limit.perMs, limit.count)
      .map((at) => monotonicMs - Math.max(0, now - at))
      .reverse();
    return withSent(recorded, limit, inFlight, monotonicMs);
  }
}

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

/** Returns when the next one may go; `now` when one may already. */
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
