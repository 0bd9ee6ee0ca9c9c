import type { Clock } from '../base/clock.ts';
import {
  afterAttempt,
  attentionAfter,
  passage,
  probeAtOnce,
  probeBegins,
  giveUpBefore,
  wasAwake,
  type Health,
  type Passage,
} from '../domain/channel-health.ts';
import { isPaused } from '../domain/pauses.ts';
import type { Outcome } from '../domain/outcome.ts';
import { RETRY_AFTER_MAX_MS } from '../domain/retry-policy.ts';
import { bounded, isSettled, limitedBy, shifted, throttleAfter } from '../domain/throttle.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelService } from './channel-service.ts';

export interface BreakerDeps {
  readonly channels: Pick<ChannelService, 'all' | 'get' | 'putHealth' | 'usableFallback'>;
  /** A channel that was down has taken a message. */
  readonly recovered: (unit: Unit, channelId: string, now: number) => void;
  /** Something arrived after failures. */
  readonly succeeded: (unit: Unit, channelId: string) => void;
  /** An attempt has ended. */
  readonly attempted: (channelId: string, outcome: Outcome, now: number) => void;
  /** Returns the moment at which deliveries last went on after a pause; null when none has ended. */
  readonly resumedAt: () => number | null;
  readonly clock: Clock;
}

/** The facts of an attempt that concern its channel. */
export interface Tried {
  readonly outcome: Outcome;
  /** True if it was sent to see whether a channel that is down is back. */
  readonly probe: boolean;
  /** True if it left under the lane's throttle, as the only one. */
  readonly paced: boolean;
  /** The configuration that it was made with; null when nobody remembers. */
  readonly sealedConfig: Buffer | null;
}

/**
 * Applies the rules of domain/channel-health.ts to the stored channels, in the transactions of claims and
 * settles: what a lane lets pass, and what each attempt says about its channel.
 */
export class Breaker {
  readonly #deps: BreakerDeps;
  #awakeFrom: number;

  constructor(deps: BreakerDeps) {
    this.#deps = deps;
    this.#awakeFrom = deps.clock.now();
  }

  /**
   * Returns what a channel's lane lets pass. That of a paused channel lets pass
   * what a person asks for: tests.
   */
  passage(channel: ChannelRow, now: number): Passage {
    return isPaused(channel, now) ? 'tests' : passage(channel, now);
  }

  /**
   * Returns the moment up to which due rows are given up; null when none are. Rows that wait for a person are
   * not, unless a fallback can take them: a token that was revoked at night must not silence everything.
   */
  giveUpBefore(channel: ChannelRow, now: number): number | null {
    // A pause holds everything, also what a fallback could take.
    if (isPaused(channel, now)) return null;
    const fallback = this.#deps.channels.usableFallback(channel.id);
    if (channel.attention?.holds === true) return fallback && now;
    const { health } = channel;
    return giveUpBefore({ health, hasFallback: fallback !== null }, this.#awakeSince(), now);
  }

  /**
   * Returns the moment up to which due rows have waited too long for a receiver that limits the
   * channel; null when none have.
   */
  limitedBy(channel: ChannelRow, now: number): number | null {
    const { throttle, attention } = channel;
    // Rows that wait for a person, or for the end of a pause, wait without any limit.
    if (throttle === null || attention?.holds === true || isPaused(channel, now)) return null;
    const dueBy = limitedBy(throttle, now);
    return dueBy !== null && wasAwake(this.#awakeSince(), now) ? dueBy : null;
  }

  /** A pause is slept through as well: nothing was tried in it. */
  #awakeSince(): number {
    return Math.max(this.#awakeFrom, this.#deps.resumedAt() ?? 0);
  }

  /** Ends a throttle that nothing has been sent under for long; answers the channel as it is then. */
  recovered(unit: Unit, channel: ChannelRow, now: number): ChannelRow {
    if (channel.throttle === null || !isSettled(channel.throttle, now)) return channel;
    const after = { ...channel, throttle: null };
    this.#put(unit, after);
    return after;
  }

  /** One message is on its way to see whether the channel is back. */
  probes(unit: Unit, { id }: ChannelRow): void {
    const channel = this.#deps.channels.get(id);
    if (channel) this.#put(unit, { ...channel, health: probeBegins(channel.health) });
  }

  /** One message's attempt has ended, however many notifications it carried. */
  attempted(unit: Unit, id: string, tried: Tried, now: number): void {
    const { outcome, probe, paced, sealedConfig } = tried;
    const before = this.#deps.channels.get(id);
    if (!before) return;
    // An outcome of the old configuration says nothing about the new one.
    if (sealedConfig !== null && !sealedConfig.equals(before.sealedConfig)) return;
    this.#deps.attempted(id, outcome, now);
    const health = afterAttempt(before.health, { outcome, probe, policy: before.retry, now });
    const attention = attentionAfter(before.attention, outcome, health.rejections, now);
    const throttle = throttleAfter(before.throttle, { outcome, paced, now });
    this.#put(unit, { ...before, health, attention, throttle });
    if (before.health.state !== 'closed' && health.state === 'closed') {
      this.#deps.recovered(unit, id, now);
    }
    const hadFailed = before.health.failures > 0 || before.attention !== null;
    if (outcome.kind === 'sent' && hadFailed) this.#deps.succeeded(unit, id);
  }

  /** At start nothing is on its way: whatever was probing does so again. */
  rescue(unit: Unit, now: number): void {
    for (const channel of this.#deps.channels.all()) {
      const health = rescued(channel.health, now);
      this.#put(unit, { ...channel, health, throttle: boundedThrottle(channel, now) });
    }
  }

  /** The program has slept, or the clock was set: time that nobody lived through gives nothing up. */
  awoke(now: number): void {
    this.#awakeFrom = now;
  }

  /** The clock was set back, and every wait with it. */
  shift(unit: Unit, deltaMs: number): void {
    for (const channel of this.#deps.channels.all()) {
      const health = shiftedHealth(channel.health, deltaMs);
      const throttle = channel.throttle && shifted(channel.throttle, deltaMs);
      this.#put(unit, { ...channel, health, throttle });
    }
  }

  #put(unit: Unit, after: ChannelRow): void {
    const before = this.#deps.channels.get(after.id);
    const isSame =
      before?.health === after.health &&
      before.attention === after.attention &&
      before.throttle === after.throttle;
    if (!isSame) this.#deps.channels.putHealth(unit, after);
  }
}

/** Written by a clock that ran ahead: nobody is to wait until it is that late. */
function rescued(health: Health, now: number): Health {
  const ahead =
    (health.failingSince ?? 0) > now || (health.probeAt ?? 0) > now + RETRY_AFTER_MAX_MS;
  if (health.state !== 'probing' && !ahead) return health;
  const failingSince = health.failingSince && Math.min(health.failingSince, now);
  return probeAtOnce({ ...health, failingSince }, now);
}

const boundedThrottle = ({ throttle }: ChannelRow, now: number) =>
  throttle && bounded(throttle, now);

function shiftedHealth(health: Health, deltaMs: number): Health {
  if (health.failingSince === null) return health;
  const failingSince = health.failingSince + deltaMs;
  const probeAt = health.probeAt === null ? null : health.probeAt + deltaMs;
  return { ...health, failingSince, probeAt };
}
