import { testFrom } from '../domain/throttle.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Limited } from '../store/notifications/notification-store.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import { leaseMs } from './attempt.ts';
import type { Breaker } from './breaker.ts';
import type { ChannelService } from './channel-service.ts';
import type { Claimed, Fetcher, Send } from './fetcher.ts';
import type { RateGate } from './rate-gate.ts';
import type { GivenUpFor, Completer } from './completer.ts';

export interface LanePolicyDeps {
  readonly tables: Pick<Tables, 'notifications'>;
  readonly channels: Pick<ChannelService, 'adapter'>;
  readonly claims: Fetcher;
  readonly breaker: Breaker;
  readonly rateGate: RateGate;
  readonly completer: Pick<Completer, 'giveUp'>;
}

export interface LaneClaim {
  readonly sends: readonly Send[];
  /** True if this one send is to show whether the channel is back. */
  readonly probe: boolean;
  /** True if this one send is to show how much the receiver takes. */
  readonly paced: boolean;
  /**
   * The moment at which to look at the lane next, ms UTC; 0 at once, null when only
   * a commit can change anything.
   */
  readonly dueAt: number | null;
}

interface Slots {
  /** How many more sends may begin. */
  readonly free: number;
  /** How many are on their way. */
  readonly busy: number;
}

interface Look {
  readonly channel: ChannelRow;
  /** How many sends may begin. */
  readonly limit: number;
  readonly leaseUntil: number;
  readonly now: number;
}

/** Rows that are noted in one transaction. */
const NOTED_MAX = 500;
/** Rows that are given up in one transaction. */
const GIVEN_UP_MAX = 100;

const NOTHING: Claimed = { sends: [], more: false };

/**
 * Decides what may leave a channel's lane now, in the caller's transaction: within the free slots and the
 * rate limit; one at a time while the receiver limits it; one probe while the channel is down; only tests
 * while it is held. Rows that have waited too long are given up here, without an attempt.
 */
export class LanePolicy {
  readonly #deps: LanePolicyDeps;
  readonly #limitedCount: LimitedCount;

  constructor(deps: LanePolicyDeps) {
    this.#deps = deps;
    this.#limitedCount = new LimitedCount(deps.tables);
  }

  claim(unit: Unit, stored: ChannelRow, { free, busy }: Slots, now: number): LaneClaim {
    const { channels, breaker, rateGate } = this.#deps;
    const channel = breaker.recovered(unit, stored, now);
    const paced = channel.throttle !== null;
    // Sends in flight settle first; the worker looks again then.
    if (paced && busy > 0) return { sends: [], probe: false, paced, dueAt: null };
    const room = Math.min(free, rateGate.room(channel, busy));
    const limit = paced ? Math.min(room, 1) : room;
    const leaseUntil = now + leaseMs(channels.adapter(channel.kind));
    const look = { channel, limit, leaseUntil, now };
    const given = this.#giveUp(unit, look);
    const passage = breaker.passage(channel, now);
    const claim = passage === 'tests' ? this.#tests(unit, look) : this.#open(unit, look, passage);
    return { ...claim, paced, dueAt: given ? 0 : claim.dueAt };
  }

  #open(unit: Unit, look: Look, passage: 'open' | 'probe'): Omit<LaneClaim, 'paced'> {
    const { claims, breaker } = this.#deps;
    const { notifications } = this.#deps.tables;
    const { channel, limit, leaseUntil, now } = look;
    if (limit <= 0) {
      const roomAt = this.#withRoom(channel, notifications.firstDue(channel.id), now);
      return { sends: [], probe: false, dueAt: earlier(roomAt, this.#counted(unit, look)) };
    }
    const wanted = passage === 'probe' ? 1 : limit;
    const { sends, more } = claims.claim(unit, channel.id, wanted, leaseUntil, now);
    if (passage === 'probe' && sends.length > 0) {
      breaker.probes(unit, channel);
      return { sends, probe: true, dueAt: null };
    }
    // The one that leaves under a throttle says when the next one may.
    if (channel.throttle !== null && sends.length > 0) return { sends, probe: false, dueAt: null };
    return { sends, probe: false, dueAt: more ? 0 : notifications.nextDue(channel.id, now) };
  }

  #tests(unit: Unit, look: Look): Omit<LaneClaim, 'paced'> {
    const { claims } = this.#deps;
    const { notifications } = this.#deps.tables;
    const { channel, limit, leaseUntil, now } = look;
    const from = channel.throttle === null ? now : testFrom(channel.throttle);
    const mayTest = limit > 0 && from <= now;
    const { sends, more } = mayTest ? claims.tests(channel.id, limit, leaseUntil, now) : NOTHING;
    if (more && channel.throttle === null) return { sends, probe: false, dueAt: 0 };
    const countAt = holdsForLimit(channel, now) ? this.#counted(unit, look) : null;
    const testDue = this.#withRoom(channel, notifications.firstTestDue(channel.id), now);
    const nextDue = earlier(testDue && Math.max(testDue, from), this.#nextDue(channel));
    return { sends, probe: false, dueAt: earlier(nextDue, countAt) };
  }

  /** Counts what a limit holds now; answers when there is more of it, ms UTC. */
  #counted(unit: Unit, { channel, now }: Look): number | null {
    const more = this.#limitedCount.held(unit, channel.id, now);
    return more ? 0 : this.#deps.tables.notifications.nextDue(channel.id, now);
  }

  /** Gives up rows that waited too long. Returns true if there may be more to give up. */
  #giveUp(unit: Unit, look: Look): boolean {
    const { breaker } = this.#deps;
    const { channel, now } = look;
    const downBy =
      breaker.passage(channel, now) === 'tests' ? breaker.giveUpBefore(channel, now) : null;
    return (
      this.#giveUpBy(unit, look, downBy, 'channel_down') ||
      this.#giveUpBy(unit, look, breaker.limitedBy(channel, now), 'rate_limited')
    );
  }

  #giveUpBy(unit: Unit, look: Look, dueBy: number | null, why: GivenUpFor): boolean {
    if (dueBy === null) return false;
    const { channel, leaseUntil, now } = look;
    const which = { channelId: channel.id, limit: GIVEN_UP_MAX, dueBy };
    const { sends, more } = this.#deps.claims.stranded(unit, which, leaseUntil, now);
    for (const { rows } of sends) this.#deps.completer.giveUp(unit, channel, { rows, why }, now);
    return more || sends.length > 0;
  }

  #withRoom(channel: ChannelRow, due: number | null, now: number): number | null {
    return due === null ? null : Math.max(due, this.#deps.rateGate.nextRoomAt(channel, now));
  }

  /**
   * Returns when a channel that is held for a time lets something pass again; null
   * when no such moment is known.
   */
  #nextDue({ id, health, attention, throttle, paused }: ChannelRow): number | null {
    if (paused !== null) return paused.until;
    if (attention?.holds === true || health.state === 'probing') return null;
    if (health.state === 'closed' && throttle === null) return null;
    const first = this.#deps.tables.notifications.firstDue(id);
    return first === null ? null : Math.max(first, health.probeAt ?? 0, throttle?.until ?? 0);
  }
}

/** Returns true if the receiver's limit alone is what holds the lane. */
const holdsForLimit = ({ health, attention, throttle, paused }: ChannelRow, now: number): boolean =>
  paused === null &&
  attention?.holds !== true &&
  health.state === 'closed' &&
  throttle !== null &&
  throttle.until > now;

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/**
 * Counts each message once that a limit holds, the receiver's or the channel's own, however often its
 * lane is looked at meanwhile. What has been counted is noted with the row, so that a restart counts
 * nothing twice.
 */
class LimitedCount {
  readonly #notifications;
  /** By channel, the due time up to which everything has been counted, ms UTC. */
  readonly #countedTo = new Map<string, number>();

  constructor({ notifications }: Pick<Tables, 'notifications'>) {
    this.#notifications = notifications;
  }

  /** Counts what is due and held now. Returns true if there may be more to count. */
  held(unit: Unit, channelId: string, now: number): boolean {
    const before = this.#countedTo.get(channelId) ?? 0;
    // A clock that was set back has moved what waits with it.
    const from = before > now ? 0 : before;
    const rows = this.#notifications.noteLimited({ channelId, from, now, limit: NOTED_MAX });
    for (let n = messagesIn(rows); n > 0; n--) unit.counted({ type: 'rate_limited' });
    const more = rows.length === NOTED_MAX;
    unit.onUndone(() => this.#countedTo.set(channelId, before));
    // Rows that come to be due in this very millisecond are looked for again.
    this.#countedTo.set(channelId, more ? Math.max(...rows.map(({ dueAt }) => dueAt)) : now);
    return more;
  }
}

/** A bundle is one message. */
function messagesIn(rows: readonly Limited[]): number {
  const bundles = new Set(rows.map(({ bundleId }) => bundleId).filter((id) => id !== null));
  return rows.filter(({ bundleId }) => bundleId === null).length + bundles.size;
}
