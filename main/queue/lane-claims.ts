import type { ChannelRow } from '../store/channels.ts';
import type { LaneTable } from '../store/lanes.ts';
import type { NotificationTable } from '../store/notifications.ts';
import type { Unit } from '../store/unit.ts';
import { leaseMs } from './attempt.ts';
import type { Breaker } from './breaker.ts';
import type { ChannelBook } from './channel-book.ts';
import type { Claimed, Claims, Send } from './claims.ts';
import type { RateGate } from './rate-gate.ts';
import type { Settler } from './settler.ts';

export interface LaneClaimsDeps {
  readonly notifications: Pick<NotificationTable, 'nextDue'>;
  readonly lanes: Pick<LaneTable, 'firstDue' | 'firstTestDue'>;
  readonly channels: Pick<ChannelBook, 'adapter'>;
  readonly claims: Claims;
  readonly breaker: Breaker;
  readonly rateGate: RateGate;
  readonly settler: Pick<Settler, 'giveUp'>;
}

export interface LaneClaim {
  readonly sends: readonly Send[];
  /** Whether this one send is to show if the channel is back. */
  readonly probe: boolean;
  /** When to look at the lane next, ms UTC; 0 at once, null when only a commit can change anything. */
  readonly dueAt: number | null;
}

interface Slots {
  /** How many more sends may begin. */
  readonly free: number;
  /** How many are on their way. */
  readonly busy: number;
}

/** Rows that are given up in one transaction. */
const GIVEN_UP_MAX = 100;

const NOTHING: Claimed = { sends: [], more: false };

/**
 * What may leave a channel's lane now, in the caller's transaction: within the free slots and the rate
 * limit; one probe while the channel is down; only tests while it wants a person. What has waited too
 * long for a channel that is down is given up here, without an attempt.
 */
export class LaneClaims {
  readonly #deps: LaneClaimsDeps;

  constructor(deps: LaneClaimsDeps) {
    this.#deps = deps;
  }

  claim(unit: Unit, channel: ChannelRow, { free, busy }: Slots, now: number): LaneClaim {
    const { notifications, channels, claims, breaker, rateGate } = this.#deps;
    const limit = Math.min(free, rateGate.room(channel, busy));
    const leaseUntil = now + leaseMs(channels.adapter(channel.kind));
    const passage = breaker.passage(channel, now);
    if (passage === 'tests') return this.#tests(unit, channel, limit, leaseUntil, now);
    if (limit <= 0) return this.#putOff(unit, channel, now);
    const wanted = passage === 'probe' ? 1 : limit;
    const { sends, more } = claims.claim(unit, channel.id, wanted, leaseUntil, now);
    if (passage === 'probe' && sends.length > 0) {
      breaker.probes(unit, channel);
      return { sends, probe: true, dueAt: null };
    }
    return { sends, probe: false, dueAt: more ? 0 : notifications.nextDue(channel.id, now) };
  }

  /** The channel's own limit is reached; what is due waits and spends nothing. */
  #putOff(unit: Unit, channel: ChannelRow, now: number): LaneClaim {
    const first = this.#deps.lanes.firstDue(channel.id);
    if (first !== null && first <= now) unit.counted({ type: 'rate_limited' });
    return { sends: [], probe: false, dueAt: this.#withRoom(channel, first, now) };
  }

  #tests(
    unit: Unit,
    channel: ChannelRow,
    limit: number,
    leaseUntil: number,
    now: number,
  ): LaneClaim {
    const { lanes, claims } = this.#deps;
    const { sends, more } = limit > 0 ? claims.tests(channel.id, limit, leaseUntil, now) : NOTHING;
    if (this.#giveUp(unit, channel, leaseUntil, now) || more) {
      return { sends, probe: false, dueAt: 0 };
    }
    const testDue = this.#withRoom(channel, lanes.firstTestDue(channel.id), now);
    const probeDue = this.#probeDue(channel);
    return { sends, probe: false, dueAt: earlier(testDue, probeDue) };
  }

  /** Whether there may be more to give up. */
  #giveUp(unit: Unit, channel: ChannelRow, leaseUntil: number, now: number): boolean {
    const { claims, breaker, settler } = this.#deps;
    const dueBy = breaker.strandedBy(channel, now);
    if (dueBy === null) return false;
    const which = { channelId: channel.id, limit: GIVEN_UP_MAX, dueBy };
    const { sends, more } = claims.stranded(unit, which, leaseUntil, now);
    for (const { rows } of sends) settler.giveUp(unit, channel, rows, now);
    return more || sends.length > 0;
  }

  #withRoom(channel: ChannelRow, due: number | null, now: number): number | null {
    return due === null ? null : Math.max(due, this.#deps.rateGate.nextRoomAt(channel, now));
  }

  #probeDue({ id, health, attention, paused }: ChannelRow): number | null {
    if (paused !== null) return paused.until;
    if (attention !== null || health.state !== 'down') return null;
    const first = this.#deps.lanes.firstDue(id);
    return first === null ? null : Math.max(first, health.probeAt ?? 0);
  }
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
