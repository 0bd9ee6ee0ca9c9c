import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork } from '../scheduler/task-work.ts';
import type { AuditTable } from '../store/audit.ts';
import type { DiedAt, LaneTable } from '../store/lanes.ts';
import type { SettingsTable } from '../store/settings.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { isHeld, type ChannelBook } from './channel-book.ts';

export interface AutoRequeueDeps {
  readonly lanes: Pick<LaneTable, 'due' | 'recoverable' | 'autoRequeue'>;
  readonly channels: Pick<ChannelBook, 'all' | 'get'>;
  readonly settings: Pick<SettingsTable, 'marker' | 'setMarker'>;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
  /** Every lane is held until then; null when deliveries are not paused. */
  readonly pausedUntil: () => number | null;
}

/** What died longer ago is for a person to decide about. */
export const DIED_WITHIN_MS = 24 * 3_600_000;
/** What is due in the lane is filled up to so many, so that a fresh alert never waits behind thousands. */
const BATCH = 50;
/** A receiver that has just come back is not to be run over. */
const BETWEEN_BATCHES_MS = 250;
/** As long as the lane still holds the last batch. */
const FULL_RETRY_MS = 1_000;
/** A lane that is held is looked at again after so long. */
const HELD_RETRY_MS = 60_000;
/** Dead letters looked at in one transaction. */
const LOOKED_AT_MAX = 500;

/** How far a channel has been caught up. */
interface Recovery {
  /** When it came back. */
  readonly at: number;
  /** The last dead letter that was looked at. */
  readonly after: DiedAt;
  /** When to go on, ms UTC. */
  readonly dueAt: number;
}

const recoveryAt = (at: number): Recovery => ({
  at,
  after: { diedAt: at - DIED_WITHIN_MS, seq: 0 },
  dueAt: 0,
});

/**
 * Requeues by itself what died of an outage, once the channel has taken a message again: in batches that
 * follow the lane as it empties, and so within the channel's rate limit. A restart goes on where it was.
 */
export class AutoRequeue implements Scheduled {
  readonly #deps: AutoRequeueDeps;
  readonly #recoveries = new Map<string, Recovery>();
  readonly #work: TaskWork;

  constructor(deps: AutoRequeueDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    for (const { id } of deps.channels.all()) {
      const at = deps.settings.marker(`recovered:${id}`);
      if (at !== null) this.#recoveries.set(id, recoveryAt(at));
    }
  }

  /** A channel has come back; in the transaction that says so. */
  begin(unit: Unit, channelId: string, now: number): void {
    this.#note(unit, channelId, recoveryAt(now));
    this.#deps.settings.setMarker(`recovered:${channelId}`, now);
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

  clockChanged(): void {
    for (const [id, recovery] of this.#recoveries) this.#put(id, { ...recovery, dueAt: 0 });
  }

  /** One batch of one channel. */
  #catchUp(unit: Unit, channelId: string, recovery: Recovery): void {
    const { channels, lanes, clock, pausedUntil } = this.#deps;
    const now = clock.now();
    const wait = (ms: number): void =>
      this.#note(unit, channelId, { ...recovery, dueAt: now + ms });
    const channel = channels.get(channelId);
    const over = now - recovery.at > DIED_WITHIN_MS || channel?.health.state !== 'closed';
    if (!channel?.autoRequeue || over) {
      // When it is down again, its next recovery begins anew.
      return this.#finish(unit, channelId);
    }
    if (isHeld(channel) || pausedUntil() !== null) return wait(HELD_RETRY_MS);
    const limit = BATCH - lanes.due(channelId, now, BATCH);
    if (limit === 0) return wait(FULL_RETRY_MS);
    this.#fill(unit, channelId, recovery, limit, now);
  }

  #fill(unit: Unit, channelId: string, recovery: Recovery, limit: number, now: number): void {
    const { lanes } = this.#deps;
    const { at: recoveredAt, after } = recovery;
    const rows = lanes.recoverable({ channelId, recoveredAt, after, limit: LOOKED_AT_MAX });
    const seqs: number[] = [];
    let last: DiedAt | null = null;
    for (const { eligible, diedAt, seq } of rows) {
      if (eligible && seqs.length === limit) break;
      if (eligible) seqs.push(seq);
      last = { diedAt, seq };
    }
    if (seqs.length > 0) this.#requeued(unit, channelId, lanes.autoRequeue(seqs, now), now);
    const end = last?.seq === rows.at(-1)?.seq && rows.length < LOOKED_AT_MAX;
    if (end || !last) this.#finish(unit, channelId);
    else this.#note(unit, channelId, { ...recovery, after: last, dueAt: now + BETWEEN_BATCHES_MS });
  }

  #requeued(unit: Unit, channelId: string, ids: readonly string[], at: number): void {
    for (const id of ids) unit.changed({ entity: 'notification', id });
    unit.owes(channelId);
    const action = 'notifications.auto_requeue';
    const detail = `${ids.length} dead letters, since the channel is back`;
    this.#deps.audit.append({ at, actor: 'belfry', action, subject: channelId, detail });
  }

  #finish(unit: Unit, channelId: string): void {
    this.#note(unit, channelId, null);
    this.#deps.settings.setMarker(`recovered:${channelId}`, null);
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
