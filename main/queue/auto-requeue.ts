import type { DeliveryPause } from '../contract/system.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork, type TaskDeps } from '../scheduler/task-work.ts';
import type { DiedAt, Recoverable } from '../store/notifications/dead-letter-rows.ts';
import type { ChangedRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelService } from './channel-service.ts';
import { isHeld } from './channel-facts.ts';
import type { RateGate } from './rate-gate.ts';

export interface AutoRequeueDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'notifications' | 'audit' | 'settings'>;
  readonly channels: Pick<ChannelService, 'all' | 'get'>;
  readonly rateGate: Pick<RateGate, 'drainMs'>;
  /** The pause that holds every lane; null when deliveries are not paused. */
  readonly deliveryPause: () => DeliveryPause | null;
}

/** The age up to which dead letters are requeued; a person decides about older ones. */
const DIED_WITHIN_MS = 24 * 3_600_000;
/** A recovery ends after this time without progress: its channel was held, or a fallback's copy waits. */
const STUCK_MAX_MS = 24 * 3_600_000;
/** The lane is filled up to this many due rows, so that a fresh alert never waits behind thousands. */
const BATCH = 50;
/** A receiver that has just come back is not to be run over. */
const BETWEEN_BATCHES_MS = 250;
/** The wait before the next look at a copy on a fallback, which may die there. */
const UNDECIDED_RETRY_MS = 300_000;
/** Between two looks at a lane that is held. */
const HELD_RETRY_MS = 60_000;
/** Dead letters looked at in one transaction. */
const LOOKED_AT_MAX = 500;

/** How far a channel has been caught up. */
interface Recovery {
  /** The moment at which it came back. */
  readonly at: number;
  /** The moment at which the requeue last went on. */
  readonly wentOnAt: number;
  /** The last dead letter that was looked at. */
  readonly after: DiedAt;
  /** The first one of this look whose copy on a fallback still waits. */
  readonly undecided: DiedAt | null;
  /** The moment at which to go on, ms UTC. */
  readonly dueAt: number;
}

const recoveryAt = (at: number, wentOnAt: number, diedAfter: number): Recovery => ({
  at,
  wentOnAt,
  after: { diedAt: diedAfter, seq: 0 },
  undecided: null,
  dueAt: 0,
});

/**
 * Requeues automatically what died of an outage, once the channel has taken a message again: in batches that
 * follow the lane as it empties, and so within the channel's rate limit. A restart goes on where it was.
 */
export class AutoRequeue implements Scheduled {
  readonly #deps: AutoRequeueDeps;
  readonly #recoveries = new Map<string, Recovery>();
  readonly #work: TaskWork;
  /** Wall time of the last day that passed in steps, and when. */
  #skipped = { at: 0, ms: 0 };

  constructor(deps: AutoRequeueDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    for (const { id } of deps.channels.all()) {
      const at = deps.tables.settings.marker(`recovered:${id}`);
      if (at === null) continue;
      const wentOnAt = deps.tables.settings.marker(`requeued:${id}`) ?? at;
      this.#recoveries.set(id, recoveryAt(at, wentOnAt, this.diedAfter(at)));
    }
  }

  /** A channel has come back; in the transaction that says so. */
  begin(unit: Unit, channelId: string, now: number): void {
    this.#deps.tables.notifications.deadLetters.diedBy(channelId, now);
    this.#note(unit, channelId, recoveryAt(now, now, this.diedAfter(now)));
    this.#deps.tables.settings.setMarker(`recovered:${channelId}`, now);
    this.#deps.tables.settings.setMarker(`requeued:${channelId}`, null);
  }

  /** Requeues the first dead letter of an outage that may be over, to probe its channel with. */
  requeueOne(unit: Unit, channelId: string, now: number): void {
    const { deadLetters } = this.#deps.tables.notifications;
    const after = { diedAt: this.diedAfter(now), seq: 0 };
    const rows = deadLetters.recoverable({
      channelId,
      recoveredAt: now,
      after,
      limit: LOOKED_AT_MAX,
    });
    const { seqs } = chosen(rows, 1);
    if (seqs.length > 0) this.#requeued(unit, channelId, deadLetters.autoRequeue(seqs, now), now);
  }

  /**
   * Returns the earliest time of death that a recovery at `at` requeues, ms UTC: a day before it, without
   * time that the clock skipped.
   */
  diedAfter(at: number): number {
    return at - DIED_WITHIN_MS - this.#skippedMs(at);
  }

  #skippedMs(at: number): number {
    return at - this.#skipped.at < DIED_WITHIN_MS ? this.#skipped.ms : 0;
  }

  nextDueAt(): number | null {
    if (this.#work.busy || this.#recoveries.size === 0) return null;
    const dueAt = [...this.#recoveries.values()].map((recovery) => recovery.dueAt);
    return this.#work.turnFor(Math.min(...dueAt));
  }

  run(now: number): void {
    this.#work.begin(
      this.#deps.writer.submit((unit) => {
        for (const [id, recovery] of this.#recoveries) {
          if (recovery.dueAt <= now) this.#catchUp(unit, id, recovery);
        }
      }),
      'Could not requeue after an outage',
    );
  }

  /** A machine that slept was stuck with nothing. */
  clockChanged(deltaMs: number): void {
    const wentOnAt = this.#deps.clock.now();
    if (deltaMs > 0) {
      const ms = this.#skippedMs(wentOnAt - deltaMs) + deltaMs;
      this.#skipped = { at: wentOnAt, ms };
    }
    for (const [id, recovery] of this.#recoveries) {
      this.#put(id, { ...recovery, wentOnAt, dueAt: 0 });
    }
  }

  /** One batch of one channel. */
  #catchUp(unit: Unit, channelId: string, recovery: Recovery): void {
    const { channels, clock, deliveryPause } = this.#deps;
    const { notifications } = this.#deps.tables;
    const now = clock.now();
    const channel = channels.get(channelId);
    const over = now - recovery.wentOnAt > STUCK_MAX_MS || channel?.health.state !== 'closed';
    if (!channel?.autoRequeue || over) {
      // If it is down again, its next recovery begins from the start.
      return this.#finish(unit, channelId);
    }
    if (isHeld(channel) || deliveryPause() !== null) {
      return this.#note(unit, channelId, { ...recovery, dueAt: now + HELD_RETRY_MS });
    }
    const limit = BATCH - notifications.countDue(channelId, now, BATCH);
    if (limit > 0) return this.#fill(unit, channelId, recovery, limit, now);
    const dueAt = now + this.#deps.rateGate.drainMs(channel, BATCH);
    this.#note(unit, channelId, this.#goesOn(channelId, { ...recovery, dueAt }, now));
  }

  #fill(unit: Unit, channelId: string, recovery: Recovery, limit: number, now: number): void {
    const { deadLetters } = this.#deps.tables.notifications;
    const { at: recoveredAt, after } = recovery;
    const rows = deadLetters.recoverable({ channelId, recoveredAt, after, limit: LOOKED_AT_MAX });
    const { seqs, last, undecided } = chosen(rows, limit);
    let next = { ...recovery, undecided: recovery.undecided ?? undecided };
    if (seqs.length > 0) {
      this.#requeued(unit, channelId, deadLetters.autoRequeue(seqs, now), now);
      next = this.#goesOn(channelId, next, now);
    }
    const isEnd = last?.seq === rows.at(-1)?.seq && rows.length < LOOKED_AT_MAX;
    if (last && !isEnd) {
      return this.#note(unit, channelId, { ...next, after: last, dueAt: now + BETWEEN_BATCHES_MS });
    }
    if (!next.undecided) return this.#finish(unit, channelId);
    const again = { after: next.undecided, undecided: null, dueAt: now + UNDECIDED_RETRY_MS };
    this.#note(unit, channelId, { ...next, ...again });
  }

  #goesOn(channelId: string, recovery: Recovery, now: number): Recovery {
    this.#deps.tables.settings.setMarker(`requeued:${channelId}`, now);
    return { ...recovery, wentOnAt: now };
  }

  #requeued(unit: Unit, channelId: string, rows: readonly ChangedRow[], at: number): void {
    for (const { id } of rows) unit.changed({ entity: 'notification', id });
    unit.enqueued(channelId);
    const action = 'notifications.auto_requeue';
    const params = { count: rows.length };
    const reason = { code: 'audit.dead_letters_requeued', params } as const;
    this.#deps.tables.audit.append({ at, actor: 'belfry', action, subject: channelId, reason });
  }

  #finish(unit: Unit, channelId: string): void {
    this.#note(unit, channelId, null);
    this.#deps.tables.settings.setMarker(`recovered:${channelId}`, null);
    this.#deps.tables.settings.setMarker(`requeued:${channelId}`, null);
  }

  #note(unit: Unit, channelId: string, recovery: Recovery | null): void {
    const before = this.#recoveries.get(channelId) ?? null;
    unit.onUndone(() => this.#put(channelId, before));
    this.#put(channelId, recovery);
  }

  #put(channelId: string, recovery: Recovery | null): void {
    if (recovery) this.#recoveries.set(channelId, recovery);
    else this.#recoveries.delete(channelId);
  }
}

/** Picks the next dead letters to requeue; returns them, where the look ended, and where the next one begins. */
function chosen(rows: readonly Recoverable[], limit: number) {
  const seqs: number[] = [];
  let last: DiedAt | null = null;
  let undecided: DiedAt | null = null;
  for (const { verdict, diedAt, seq } of rows) {
    if (verdict === 'eligible' && seqs.length === limit) break;
    if (verdict === 'eligible') seqs.push(seq);
    if (verdict === 'undecided') undecided ??= { diedAt, seq: seq - 1 };
    last = { diedAt, seq };
  }
  return { seqs, last, undecided };
}
