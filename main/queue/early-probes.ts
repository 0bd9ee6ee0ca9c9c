import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { DeliveryPause } from '../contract/system.ts';
import { probeAtOnce, type Health } from '../domain/channel-health.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { RecoverySign } from '../domain/recovery-sign.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork, type TaskDeps } from '../scheduler/task-work.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { AutoRequeue } from './auto-requeue.ts';
import { isHeld } from './channel-facts.ts';
import type { ChannelService } from './channel-service.ts';
import type { IdleProbe } from './idle-probe.ts';
import type { Retries } from './retries.ts';

export interface EarlyProbesDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'notifications'>;
  readonly channels: Pick<ChannelService, 'all' | 'putHealth'>;
  readonly retries: Pick<Retries, 'retry'>;
  readonly autoRequeue: Pick<AutoRequeue, 'requeueOne'>;
  readonly idleProbe: Pick<IdleProbe, 'look'>;
  /** The pause that holds every lane; null when deliveries are not paused. */
  readonly deliveryPause: () => DeliveryPause | null;
}

/** After a sign: names resolve and routes exist a moment after a link is up, and later after a sleep. */
const SETTLE_MS: Record<RecoverySign, number> = { network: 3_000, wake: 15_000, desktop: 500 };
/** Between two rounds of probes, however many signs come. */
const EVERY_MS: Record<RecoverySign, number> = { network: 60_000, wake: 60_000, desktop: 10_000 };

/** The reasons why a desktop channel needs attention while there is no notification server. */
const NO_SERVER: ReadonlySet<FailureReason['code']> = new Set([
  'failure.desktop_no_service',
  'failure.desktop_no_bus',
]);

interface Round {
  /** Null when no sign waits, ms UTC. */
  dueAt: number | null;
  lastAt: number;
}

/**
 * Tries channels that fail at once after a sign that their outage may be over, in place of waiting for the
 * next retry: one message for each channel. A sign that comes soon after the last round of probes waits.
 * What a receiver asked for stays: a hold, a Retry-After, and the last attempt of a notification are not
 * touched. Paused and disabled channels are left alone, and so is a pause of all deliveries.
 */
export class EarlyProbes implements Scheduled {
  readonly #deps: EarlyProbesDeps;
  readonly #work: TaskWork;
  readonly #reach: Round = { dueAt: null, lastAt: Number.NEGATIVE_INFINITY };
  readonly #desktop: Round = { dueAt: null, lastAt: Number.NEGATIVE_INFINITY };
  /**
   * Until when a receiver asked to be left alone, ms UTC, for the channels that were tried since the start:
   * the wait of another one may be what its receiver asked for.
   */
  readonly #askedUntil = new Map<string, number>();

  constructor(deps: EarlyProbesDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
  }

  /** Notes a sign; the probes follow within seconds, or a minute after the last ones. */
  note(sign: RecoverySign): void {
    const round = sign === 'desktop' ? this.#desktop : this.#reach;
    const now = this.#deps.clock.now();
    const dueAt = Math.max(now + SETTLE_MS[sign], round.lastAt + EVERY_MS[sign]);
    round.dueAt = Math.min(round.dueAt ?? dueAt, dueAt);
    this.#deps.wake();
  }

  /** Notes how long the receiver of an attempt asked to be left alone. */
  attempted(channelId: string, outcome: Outcome, now: number): void {
    const { retryAfterMs = 0, waitAtLeastMs = 0 } = outcome.kind === 'transient' ? outcome : {};
    const before = outcome.kind === 'sent' ? 0 : (this.#askedUntil.get(channelId) ?? 0);
    this.#askedUntil.set(channelId, Math.max(before, now + Math.max(retryAfterMs, waitAtLeastMs)));
  }

  nextDueAt(): number | null {
    if (this.#work.busy) return null;
    const due = [this.#reach, this.#desktop].flatMap(({ dueAt }) =>
      dueAt === null ? [] : [dueAt],
    );
    return due.length === 0 ? null : this.#work.turnFor(Math.min(...due));
  }

  run(now: number): void {
    const isReach = begins(this.#reach, now);
    const isDesktop = begins(this.#desktop, now);
    if (this.#deps.deliveryPause() !== null) return;
    this.#work.begin(
      this.#deps.writer.submit((unit) => {
        for (const channel of this.#deps.channels.all()) {
          if (isReach) this.#reached(unit, channel, now);
          if (isDesktop && channel.kind === 'desktop') this.#serverCame(unit, channel, now);
        }
      }),
      'Could not probe the channels that fail',
    );
  }

  /** A sleep is a sign. What receivers asked for follows a clock that was set back, as every wait does. */
  clockChanged(deltaMs: number): void {
    if (deltaMs >= 0) {
      this.note('wake');
      return;
    }
    for (const [id, until] of this.#askedUntil) this.#askedUntil.set(id, until + deltaMs);
    for (const round of [this.#reach, this.#desktop]) {
      round.lastAt += deltaMs;
      if (round.dueAt !== null) round.dueAt += deltaMs;
    }
  }

  #reached(unit: Unit, channel: ChannelRow, now: number): void {
    const { id, health, throttle } = channel;
    if (isHeld(channel) || health.state === 'probing' || health.failures === 0) return;
    if (throttle !== null && throttle.until > now) return;
    if ((this.#askedUntil.get(id) ?? Number.POSITIVE_INFINITY) > now) return;
    this.#probe(unit, channel, now);
  }

  /** One message is due now, and leaves if the channel lets one pass. */
  #probe(unit: Unit, channel: ChannelRow, now: number): void {
    const { tables, channels, retries, idleProbe } = this.#deps;
    const { id, health, retry } = channel;
    const seq = tables.notifications.waiting.firstOfOutage(id, retry.maxAttempts, now);
    if (seq !== null) {
      retries.retry(unit, [seq], { named: false, tries: true }, now);
    } else if (health.state === 'down') {
      channels.putHealth(unit, { ...channel, health: probeAtOnce(health, now) });
      unit.enqueued(id);
      idleProbe.look(id);
    }
  }

  /** A channel that had nobody to give its notifications to is probed with one of them, even a dead one. */
  #serverCame(unit: Unit, channel: ChannelRow, now: number): void {
    const { tables, channels, autoRequeue } = this.#deps;
    const { id, enabled, paused, health, attention } = channel;
    const isMissed = attention?.holds === true && NO_SERVER.has(attention.reason.code);
    if (!enabled || paused !== null || health.state === 'probing') return;
    if (!isMissed) {
      if (attention?.holds !== true && health.failures > 0) this.#probe(unit, channel, now);
      return;
    }
    const down: Health = {
      ...health,
      state: 'down',
      failures: Math.max(health.failures, 1),
      failingSince: health.failingSince ?? attention.since,
      reason: attention.reason,
      receiverText: attention.receiverText,
      probeAt: now,
    };
    const probed = { ...channel, attention: null, health: down };
    channels.putHealth(unit, probed);
    unit.enqueued(id);
    if ((tables.notifications.firstDue(id) ?? Number.POSITIVE_INFINITY) <= now) return;
    const seq = tables.notifications.waiting.firstOfOutage(id, channel.retry.maxAttempts, now);
    if (seq !== null) this.#deps.retries.retry(unit, [seq], { named: false, tries: true }, now);
    else if (channel.autoRequeue) autoRequeue.requeueOne(unit, id, now);
  }
}

/** Returns true if a round is due, which then has begun. */
function begins(round: Round, now: number): boolean {
  if (round.dueAt === null || round.dueAt > now) return false;
  round.dueAt = null;
  round.lastAt = now;
  return true;
}
