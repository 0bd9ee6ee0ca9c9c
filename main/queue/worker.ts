import { crashPoint } from '../base/crash-point.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText } from '../base/logger.ts';
import type { DeliveryPause } from '../contract/system.ts';
import { interrupted } from '../domain/outcome.ts';
import { RETRY_AFTER_MAX_MS } from '../domain/retry-policy.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import type { TaskDeps } from '../scheduler/task-work.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import { Attempt } from './attempt.ts';
import type { Breaker } from './breaker.ts';
import type { ChannelService } from './channel-service.ts';
import type { Send } from './fetcher.ts';
import { deliveryOf, type ChannelMessages, type DeliveryDeps } from './delivery.ts';
import type { LanePolicy } from './lane-policy.ts';
import type { Pictures } from './pictures.ts';
import type { RateGate } from './rate-gate.ts';
import type { AttemptEnded, Completer } from './completer.ts';

export interface WorkerDeps extends DeliveryDeps, TaskDeps {
  readonly tables: Pick<Tables, 'notifications' | 'alerts' | 'threads' | 'bundles'>;
  readonly channels: ChannelService;
  readonly pictures: Pictures;
  readonly settings: ChannelMessages;
  readonly lanePolicy: LanePolicy;
  readonly breaker: Breaker;
  readonly rateGate: RateGate;
  readonly completer: Completer;
  /** The pause that holds every lane; null when deliveries are not paused. Sends in flight go on. */
  readonly deliveryPause: () => DeliveryPause | null;
  /** How long a stop waits for sends in flight before it cuts them off, in ms. */
  readonly drainMs: number;
}

/** The purpose of a send beside delivering its rows: what it is to show about its channel. */
type Purpose = Pick<AttemptEnded, 'probe' | 'paced'>;

/** One channel's lane: its rows are claimed, sent and settled independently of every other's. */
interface Lane {
  /** Sends in flight. */
  busy: number;
  /** The moment at which to look at it next, ms UTC; 0 at once, null when nothing waits. */
  dueAt: number | null;
}

/** The sends that one look at a lane claimed. */
interface LaneSends {
  readonly lane: Lane;
  readonly channel: ChannelRow;
  readonly sends: readonly Send[];
  readonly purpose: Purpose;
}

/** After the database refused a write, before the next try. */
const WRITE_RETRY_MS = 1_000;

/**
 * Delivers what is queued. It claims at the end of each transaction what that queued, what its settled
 * sends make room for and what else is due, so that no claim costs a separate commit. Modes: stopped →
 * running → draining (claims nothing, waits for what is in flight, then cuts it off) → stopped. A row goes through claim (lease) → send → settle
 * (compare-and-set on the lease); a row whose settle could not be written stays `sending` and is
 * tried again, and at the next start at the latest it is rescued as interrupted.
 */
export class QueueWorker implements Service, Scheduled {
  readonly #deps: WorkerDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #inFlight = new Map<Attempt, Promise<void>>();
  #mode: 'stopped' | 'running' | 'draining' = 'stopped';
  /** A transaction for what is due has been asked for. */
  #asking = false;
  /** The claims of the open transaction, to be sent once it is committed. */
  #claimed: LaneSends[] = [];
  /** True if the open transaction looked at any lane. */
  #looked = false;
  /** How far waiting rows are still to be moved after the clock was set back, in ms; 0 or less. */
  #pendingShiftMs = 0;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
    deps.writer.atEnd({
      run: (unit, queuedChannels) => this.#claim(unit, queuedChannels),
      fail: (error) => this.#claimFailed(error),
    });
    deps.writer.onCommitted(({ queuedChannels }) => this.#sendClaimed(queuedChannels));
  }

  /** Rescues every row that the last process left in `sending`, then opens the lanes. */
  async start(): Promise<void> {
    if (this.#mode !== 'stopped') return;
    await this.#rescue();
    for (const { id } of this.#deps.channels.all()) this.#lane(id).dueAt = 0;
    this.#mode = 'running';
    this.#deps.wake();
  }

  async stop(): Promise<void> {
    if (this.#mode !== 'running') return;
    this.#mode = 'draining';
    const drained = Promise.all(this.#inFlight.values());
    using _limit = this.#deps.clock.after(this.#deps.drainMs, () => {
      for (const attempt of this.#inFlight.keys()) attempt.interrupt();
    });
    await drained;
    this.#mode = 'stopped';
  }

  nextDueAt(): number | null {
    if (this.#mode !== 'running' || this.#asking) return null;
    let next: number | null = null;
    for (const [id, lane] of this.#lanes) {
      if (lane.dueAt === null || this.#capacity(id, lane) === 0) continue;
      if (next === null || lane.dueAt < next) next = lane.dueAt;
    }
    const pause = this.#deps.deliveryPause();
    if (next === null || pause === null) return next;
    return pause.until === null ? null : Math.max(next, pause.until);
  }

  /** Asks for a transaction, at whose end the lanes are looked at. */
  run(): void {
    if (this.#asking) return;
    this.#asking = true;
    const asked = this.#deps.writer.submit(() => undefined);
    void asked
      .catch((error: unknown) => this.#claimFailed(error))
      .finally(() => {
        this.#asking = false;
        this.#deps.wake();
      });
  }

  /** The lanes that are due and have room. */
  #open(now: number): [string, Lane][] {
    if (this.#mode !== 'running' || this.#deps.deliveryPause() !== null) return [];
    return [...this.#lanes].filter(
      ([id, lane]) => lane.dueAt !== null && lane.dueAt <= now && this.#capacity(id, lane) > 0,
    );
  }

  clockChanged(deltaMs: number): void {
    this.#lookEverywhere();
    this.#deps.breaker.awoke(this.#deps.clock.now());
    if (deltaMs < 0) this.#pendingShiftMs += deltaMs;
    if (this.#pendingShiftMs < 0) void this.#followClock();
  }

  /** The clock was set back: without this every wait would last that much longer. */
  async #followClock(): Promise<void> {
    const shiftMs = this.#pendingShiftMs;
    this.#pendingShiftMs = 0;
    try {
      await this.#deps.writer.submit((unit) => {
        this.#deps.tables.notifications.shiftDue(shiftMs);
        this.#deps.tables.bundles.shiftDue(shiftMs);
        this.#deps.breaker.shift(unit, shiftMs);
        // Again, since a claim before this one may have noted a moment of the old clock.
        this.#lookEverywhere();
      });
      this.#deps.wake();
    } catch (error) {
      this.#report('Waiting rows could not follow the clock yet', error);
      this.#pendingShiftMs += shiftMs;
      this.#deps.clock.after(WRITE_RETRY_MS, () => {
        if (this.#mode === 'running') void this.#followClock();
      });
    }
  }

  #lookEverywhere(): void {
    for (const lane of this.#lanes.values()) lane.dueAt = 0;
  }

  #lane(channelId: string): Lane {
    let lane = this.#lanes.get(channelId);
    if (!lane) {
      lane = { busy: 0, dueAt: 0 };
      this.#lanes.set(channelId, lane);
    }
    return lane;
  }

  /** How many more sends the lane may start; none while its channel is disabled or gone. */
  #capacity(channelId: string, lane: Lane): number {
    const channel = this.#deps.channels.get(channelId);
    if (!channel?.enabled) return 0;
    return this.#deps.channels.adapter(channel.kind).concurrency - lane.busy;
  }

  /** Claims in the transaction that queued it, so that an insert is either seen or wakes the lane again. */
  #claim(unit: Unit, queuedChannels: ReadonlySet<string>): void {
    const now = this.#deps.clock.now();
    unit.onUndone(() => {
      this.#claimed = [];
      this.#looked = false;
    });
    for (const id of queuedChannels) this.#lookAt(unit, this.#lane(id), 0);
    for (const [id, lane] of this.#open(now)) {
      const channel = this.#deps.channels.get(id);
      if (!channel) continue;
      const slots = { free: this.#capacity(id, lane), busy: lane.busy };
      const { dueAt, sends, ...purpose } = this.#deps.lanePolicy.claim(unit, channel, slots, now);
      this.#lookAt(unit, lane, dueAt);
      if (sends.length === 0) continue;
      crashPoint('claim');
      this.#claimed.push({ lane, channel, sends, purpose });
    }
  }

  #lookAt(unit: Unit, lane: Lane, dueAt: number | null): void {
    const before = lane.dueAt;
    unit.onUndone(() => (lane.dueAt = before));
    lane.dueAt = dueAt;
    this.#looked = true;
  }

  #claimFailed(error: unknown): void {
    const now = this.#deps.clock.now();
    const open = this.#open(now);
    if (open.length === 0) return;
    for (const [, lane] of open) lane.dueAt = now + WRITE_RETRY_MS;
    this.#report('Could not claim', error);
  }

  #sendClaimed(queuedChannels: ReadonlySet<string>): void {
    for (const id of queuedChannels) this.#lane(id).dueAt = 0;
    const claimed = this.#claimed;
    const looked = this.#looked || queuedChannels.size > 0;
    this.#claimed = [];
    this.#looked = false;
    for (const { lane, channel, sends, purpose } of claimed) {
      this.#deps.rateGate.sent(channel.id, sends.length);
      for (const send of sends) this.#launch(lane, channel, send, purpose);
    }
    if (looked) this.#deps.wake();
  }

  #launch(lane: Lane, channel: ChannelRow, send: Send, purpose: Purpose): void {
    const attempt = new Attempt();
    lane.busy++;
    // Whoever waits for the commit hears of it first.
    const done = Promise.resolve()
      .then(() => this.#deliver(attempt, lane, channel, send, purpose))
      .finally(() => {
        this.#inFlight.delete(attempt);
        this.#deps.wake();
      });
    this.#inFlight.set(attempt, done);
  }

  async #deliver(
    attempt: Attempt,
    lane: Lane,
    channel: ChannelRow,
    send: Send,
    purpose: Purpose,
  ): Promise<void> {
    const { clock } = this.#deps;
    const startedAt = clock.now();
    const startedMonotonicMs = clock.monotonicMs();
    const sent = await this.#send(attempt, channel, send).catch((error: unknown) => {
      // The database could not be read: what it was to say was never even written down.
      this.#report('Could not send', error);
      return { outcome: interrupted('unreadable'), templateFault: null };
    });
    const durationMs = clock.monotonicMs() - startedMonotonicMs;
    const { sealedConfig } = channel;
    const ended = { rows: send.rows, ...sent, sealedConfig, startedAt, durationMs };
    await this.#record(lane, { ...ended, ...purpose });
  }

  async #send(
    attempt: Attempt,
    channel: ChannelRow,
    send: Send,
  ): Promise<Pick<AttemptEnded, 'outcome' | 'templateFault'>> {
    const { templates } = this.#deps.channels;
    const messages = this.#deps.settings.messages(channel.language);
    const standard = deliveryOf(send, messages, this.#deps);
    const { text, problem } = await templates.text(channel, standard);
    crashPoint('delivery.before');
    const outcome = await attempt.run(channel, { ...standard, templated: text }, this.#deps);
    crashPoint('delivery.after');
    return { outcome, templateFault: problem && { problem, templates: channel.templates } };
  }

  /** Settles, and keeps trying while the database refuses, unless the program stops. */
  async #record(lane: Lane, ended: AttemptEnded): Promise<void> {
    for (;;) {
      try {
        await this.#deps.writer.submit((unit) => {
          this.#deps.completer.settle(unit, ended);
          this.#leave(unit, lane, ended);
          crashPoint('settle');
        });
        return;
      } catch (error) {
        this.#report('Could not record an attempt', error);
        if (this.#mode === 'draining') {
          lane.busy--;
          return;
        }
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#deps.clock.after(WRITE_RETRY_MS, resolve);
        await promise;
      }
    }
  }

  /** Gives a send's place in its lane back. */
  #leave(unit: Unit, lane: Lane, { rows }: AttemptEnded): void {
    lane.busy--;
    unit.onUndone(() => lane.busy++);
    // A throttled lane sends nothing while anything is in flight, and has just had its turn refused.
    const isThrottled = rows[0] && this.#deps.channels.get(rows[0].channelId)?.throttle;
    if (isThrottled) lane.dueAt = 0;
  }

  async #rescue(): Promise<void> {
    const { completer, breaker, writer, clock, logger } = this.#deps;
    const { notifications } = this.#deps.tables;
    const rescued = await writer.submit((unit) => {
      notifications.cancelOrphans(clock.now());
      // A clock that ran ahead when a wait was written must not hold it longer than any wait can be.
      notifications.boundDue(clock.now(), clock.now() + RETRY_AFTER_MAX_MS);
      const rows = notifications.sending();
      for (const row of rows) {
        const outcome = interrupted('crashed');
        const durationMs = Math.max(0, clock.now() - row.updatedAt);
        const tried = { outcome, probe: false, paced: false, sealedConfig: null };
        const took = { startedAt: row.updatedAt, durationMs, templateFault: null };
        completer.settle(unit, { rows: [row], ...tried, ...took });
      }
      breaker.rescue(unit, clock.now());
      return rows.length;
    });
    if (rescued > 0) logger.log('info', 'Rescued interrupted sends', { rescued });
  }

  #report(message: string, error: unknown): void {
    this.#deps.logger.log('error', message, { error: errorText(error) });
  }
}
