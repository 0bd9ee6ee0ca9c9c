import type { Service } from '../base/lifecycle.ts';
import { errorText } from '../base/logger.ts';
import type { DeliveryPause } from '../contract/system.ts';
import type { Outcome } from '../domain/outcome.ts';
import { RETRY_AFTER_MAX_MS } from '../domain/retry-policy.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import type { TaskDeps } from '../scheduler/task-work.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Tables } from '../store/tables.ts';
import { Attempt } from './attempt.ts';
import type { AutoRequeue } from './auto-requeue.ts';
import type { Breaker } from './breaker.ts';
import type { ChannelService } from './channel-service.ts';
import { testDelivery, type ChannelMessages } from './delivery.ts';
import { isHeld } from './channel-facts.ts';
import type { Pictures } from './pictures.ts';
import type { RateGate } from './rate-gate.ts';

export interface IdleProbeDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'notifications'>;
  readonly channels: Pick<ChannelService, 'all' | 'get' | 'adapter' | 'config' | 'isComplete'>;
  readonly pictures: Pick<Pictures, 'of'>;
  readonly breaker: Pick<Breaker, 'attempted'>;
  readonly rateGate: Pick<RateGate, 'room' | 'sent'>;
  readonly autoRequeue: Pick<AutoRequeue, 'diedAfter'>;
  readonly settings: ChannelMessages;
  readonly newId: () => string;
  /** The pause that holds every lane; null when deliveries are not paused. */
  readonly deliveryPause: () => DeliveryPause | null;
}

/** As often as what waits would probe in a long outage. */
const EVERY_MS = 300_000;

/**
 * Tries a channel that is down and has nothing left to probe with, as long as dead letters would be
 * requeued with its first success: without this they would stay until the next alert, and an
 * outage may well have taken the last one. It probes with a test that belongs to no alert, since a dead
 * letter has had its attempts. Modes: stopped → running → stopped; a stop cuts off what is on its way.
 */
export class IdleProbe implements Service, Scheduled {
  readonly #deps: IdleProbeDeps;
  /** Channels that are down, and when to look at them next, ms UTC. */
  readonly #looks = new Map<string, number>();
  readonly #inFlight = new Map<Attempt, Promise<void>>();
  #isRunning = false;

  constructor(deps: IdleProbeDeps) {
    this.#deps = deps;
    deps.writer.onCommitted(({ changes }) => {
      for (const change of changes) if (change.entity === 'channel') this.#note(change.id);
    });
  }

  start(): void {
    this.#isRunning = true;
    for (const { id } of this.#deps.channels.all()) this.#note(id);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    for (const attempt of this.#inFlight.keys()) attempt.interrupt();
    await Promise.all(this.#inFlight.values());
  }

  nextDueAt(): number | null {
    if (!this.#isRunning || this.#looks.size === 0) return null;
    return Math.min(...this.#looks.values());
  }

  run(now: number): void {
    for (const [id, dueAt] of this.#looks) {
      if (dueAt > now) continue;
      this.#looks.set(id, now + EVERY_MS);
      const channel = this.#deps.channels.get(id);
      if (channel && this.#isWanted(channel, now)) this.#probe(channel);
    }
  }

  /** Looks at a channel that is down at once, in place of in five minutes. */
  look(channelId: string): void {
    if (!this.#looks.has(channelId)) return;
    this.#looks.set(channelId, this.#deps.clock.now());
    this.#deps.wake();
  }

  clockChanged(): void {
    const latest = this.#deps.clock.now() + EVERY_MS;
    for (const [id, dueAt] of this.#looks) this.#looks.set(id, Math.min(dueAt, latest));
  }

  #note(channelId: string): void {
    const state = this.#deps.channels.get(channelId)?.health.state ?? 'closed';
    if (state === 'closed') this.#looks.delete(channelId);
    else if (!this.#looks.has(channelId)) {
      this.#looks.set(channelId, this.#deps.clock.now() + EVERY_MS);
    }
  }

  #isWanted(channel: ChannelRow, now: number): boolean {
    const { rateGate, autoRequeue, deliveryPause } = this.#deps;
    const { notifications } = this.#deps.tables;
    const { id, health } = channel;
    if (!channel.autoRequeue || isHeld(channel) || deliveryPause() !== null) return false;
    if (health.state !== 'down' || (health.probeAt ?? 0) > now) return false;
    if (channel.throttle !== null && channel.throttle.until > now) return false;
    if (notifications.firstDue(id) !== null || rateGate.room(channel, 0) < 1) return false;
    return notifications.deadLetters.mayRecover(id, autoRequeue.diedAfter(now));
  }

  #probe(channel: ChannelRow): void {
    const attempt = new Attempt();
    this.#deps.rateGate.sent(channel.id, 1);
    const done = this.#send(attempt, channel)
      .then((outcome) => this.#record(channel, outcome))
      .catch((error: unknown) => {
        // No notification waits for it: the next probe shows as much.
        const fields = { channelId: channel.id, error: errorText(error) };
        this.#deps.logger.log(
          'error',
          'What a channel that is down answered was not noted',
          fields,
        );
      })
      .finally(() => this.#inFlight.delete(attempt));
    this.#inFlight.set(attempt, done);
  }

  #send(attempt: Attempt, channel: ChannelRow): Promise<Outcome> {
    const { settings, clock, newId } = this.#deps;
    const messages = settings.messages(channel.language);
    const delivery = testDelivery(newId(), messages, clock.now());
    return attempt.run(channel, delivery, this.#deps);
  }

  /** As no probe, so that one that fails puts off none: an alert that comes now is tried at once. */
  async #record({ id, sealedConfig, throttle }: ChannelRow, outcome: Outcome): Promise<void> {
    const { breaker, writer, clock } = this.#deps;
    if (!this.#isRunning) return;
    if (outcome.kind === 'transient' && outcome.retryAfterMs !== undefined) {
      const waitMs = Math.min(Math.max(outcome.retryAfterMs, EVERY_MS), RETRY_AFTER_MAX_MS);
      this.#looks.set(id, clock.now() + waitMs);
    }
    await writer.submit((unit) => {
      const tried = { outcome, probe: false, paced: throttle !== null, sealedConfig };
      breaker.attempted(unit, id, tried, clock.now());
      unit.enqueued(id);
    });
  }
}
