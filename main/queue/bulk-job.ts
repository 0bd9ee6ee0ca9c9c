import type { BulkJob } from '../contract/notification.ts';
import type { BulkReason } from '../contract/reasons/host-reasons.ts';
import type { AuditReason } from '../contract/reasons/audit-reasons.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { BulkJobRow } from '../store/notifications/bulk-job-table.ts';
import type { ChangedRow } from '../store/notifications/notification-rows.ts';
import type { Unit } from '../store/unit.ts';
import type { Selected } from './dead-letters.ts';

/** Bulk work that is asked for. */
export type NewJob = Selected &
  Pick<BulkJobRow, 'action' | 'actor'> & {
    readonly discardId?: string | null;
    readonly toChannelId?: string | null;
  };

/** The job as it is before its first batch. */
export const newJobRow = (
  { seqs, unknown, skipped, named, action, actor, discardId = null, toChannelId = null }: NewJob,
  id: string,
  startedAt: number,
): BulkJobRow => ({
  ...{ id, action, actor, named, discardId, toChannelId, skipped },
  ...{ total: seqs.length + unknown, handled: 0, changed: 0, unchanged: unknown },
  ...{ state: 'running', reason: null, undoUntil: null },
  ...{ startedAt, endedAt: null },
});

/** More rows than these are not worth naming one by one to windows that see a page of them. */
const NAMED_MAX = 200;

/** One piece of bulk work: how far it is, and how it ended. Counts follow commits, also when one fails. */
export class BulkJobRun {
  /** The actor who asked for its end; null while nobody has. */
  cancelledBy: string | null = null;
  readonly #ended = Promise.withResolvers<void>();
  #row: BulkJobRow;
  /** Dropped at the end, since ended jobs are remembered for long. */
  #seqs: readonly number[];

  constructor(row: BulkJobRow, seqs: readonly number[]) {
    this.#row = row;
    this.#seqs = seqs;
  }

  /** As it is stored. */
  get row(): BulkJobRow {
    return this.#row;
  }

  get id(): string {
    return this.#row.id;
  }

  get isRunning(): boolean {
    return this.#row.state === 'running';
  }

  get isDone(): boolean {
    return this.#row.handled >= this.#seqs.length;
  }

  get namesRows(): boolean {
    return this.#row.total <= NAMED_MAX;
  }

  /** Resolves when it has ended and that was recorded, or could not be for now. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Does the next rows, inside the writer's transaction. */
  doBatch(
    unit: Unit,
    rowsMax: number,
    action: (seqs: readonly number[]) => readonly ChangedRow[],
  ): void {
    const before = this.#row;
    const batch = this.#seqs.slice(before.handled, before.handled + rowsMax);
    const rows = action(batch);
    unit.onUndone(() => (this.#row = before));
    this.#row = {
      ...before,
      handled: before.handled + batch.length,
      changed: before.changed + rows.length,
      unchanged: before.unchanged + batch.length - rows.length,
    };
    if (this.namesRows) for (const { id } of rows) unit.changed({ entity: 'notification', id });
    unit.changed({ entity: 'bulk', id: this.id });
  }

  end(state: Exclude<BulkJob['state'], 'running'>, reason: BulkReason | null, now: number): void {
    this.#row = { ...this.#row, state, reason, endedAt: now };
    this.#seqs = [];
  }

  /** Until when a discard can be undone, ms UTC; null ends that. */
  setUndo(undoUntil: number | null): void {
    this.#row = { ...this.#row, undoUntil };
  }

  recorded(): void {
    this.#ended.resolve();
  }

  /** Returns how it ended, for the audit log. */
  summary(): AuditReason {
    const { state, changed, unchanged, total, reason } = this.#row;
    const params = { changed, unchanged, total };
    if (state === 'cancelled') return { code: 'audit.bulk_cancelled', params };
    if (reason === null) return { code: 'audit.bulk_finished', params };
    return { code: 'audit.bulk_failed', params: { ...params, because: reason } };
  }

  /** As the API shows it. */
  view(render: RenderReason): BulkJob {
    const {
      actor: _actor,
      discardId: _discardId,
      named: _named,
      handled: _handled,
      ...shown
    } = this.#row;
    return { ...shown, problem: shown.reason && render(shown.reason) };
  }
}
