import type { NewId } from '../base/ids.ts';
import type { BulkJobRow } from '../store/notifications/bulk-job-table.ts';
import type { ChangedRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import { SUMMARY_MAX, type DeadLetters } from './dead-letters.ts';
import type { MoveLetters } from './move-letters.ts';
import type { Retries } from './retries.ts';

export interface BulkActionsDeps {
  readonly deadLetters: Pick<DeadLetters, 'requeue' | 'discard' | 'undo'>;
  readonly moves: Pick<MoveLetters, 'move'>;
  readonly retries: Pick<Retries, 'retry'>;
  readonly tables: Pick<Tables, 'bundles' | 'notifications'>;
  readonly newId: NewId;
}

type Job = Pick<
  BulkJobRow,
  'id' | 'action' | 'actor' | 'discardId' | 'toChannelId' | 'named' | 'handled'
>;

/** A summary that was not completed by then leaves as it is. */
const COMPLETE_WITHIN_MS = 60_000;
const COLLECTING = { code: 'hold.summary', params: {} } as const;

/** The changes that bulk work makes to one batch of rows, inside the writer's transaction. */
export class BulkActions {
  readonly #deps: BulkActionsDeps;

  constructor(deps: BulkActionsDeps) {
    this.#deps = deps;
  }

  /** Returns the rows that changed. */
  doBatch(unit: Unit, job: Job, seqs: readonly number[], now: number): readonly ChangedRow[] {
    const { deadLetters, moves, retries } = this.#deps;
    switch (job.action) {
      case 'requeue':
        return job.toChannelId === null
          ? deadLetters.requeue(unit, seqs, job.actor, now)
          : moves.move(unit, seqs, { channelId: job.toChannelId, actor: job.actor }, now);
      case 'summarise':
        return this.#summarise(unit, job, seqs, now);
      case 'retry': {
        const asked = new Set(seqs);
        const rows = retries.retry(unit, seqs, { named: job.named, tries: job.handled === 0 }, now);
        return rows.filter(({ seq }) => asked.has(seq));
      }
      case 'discard': {
        const how = { discardId: job.id, waiting: job.named };
        return deadLetters.discard(unit, seqs, how, now);
      }
      case 'undo_discard':
        return job.discardId === null ? [] : deadLetters.undo(seqs, job.discardId, now);
    }
  }

  /** In the transaction that records the end: what was put together leaves. */
  ended(unit: Unit, { id, action }: Job, now: number): void {
    if (action !== 'summarise') return;
    for (const row of this.#deps.tables.notifications.holds.release('grouping', id, now)) {
      unit.changed({ entity: 'notification', id: row.id });
      unit.enqueued(row.channelId);
    }
  }

  /**
   * Each dead letter keeps its own row and attempts; those of a channel leave as one message, except tests:
   * a message that a test leads is one, whatever else is in it.
   */
  #summarise(unit: Unit, job: Job, seqs: readonly number[], now: number): ChangedRow[] {
    const { deadLetters } = this.#deps;
    const { notifications } = this.#deps.tables;
    const rows = deadLetters.requeue(unit, seqs, job.actor, now);
    const dueAt = now + COMPLETE_WITHIN_MS;
    for (const { id, channelId, event } of rows) {
      if (event === 'test') continue;
      const bundleId = this.#join(channelId, job.id, dueAt, now);
      const { holds } = notifications;
      holds.summarise({ id, bundleId, dueAt, ref: job.id, reason: COLLECTING });
    }
    return rows;
  }

  #join(channelId: string, groupKey: string, dueAt: number, now: number): string {
    const { newId } = this.#deps;
    const { bundles } = this.#deps.tables;
    const open = bundles.collecting(channelId, 'summary', groupKey);
    if (open && open.size < SUMMARY_MAX) {
      bundles.join(open.id);
      return open.id;
    }
    if (open) bundles.freeze(open.id, now);
    const id = newId();
    bundles.insert({ id, channelId, kind: 'summary', groupKey, openedAt: now, dueAt, size: 1 });
    return id;
  }
}
