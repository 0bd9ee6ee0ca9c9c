import type { BulkJob } from '../contract/notification.ts';
import type { Db } from './database.ts';

/** A piece of bulk work as it is stored. */
export interface BulkJobRow extends BulkJob {
  readonly actor: string;
  /** The discard that is undone; null for every other action. */
  readonly discardId: string | null;
  /** Each row was named by its id. */
  readonly named: boolean;
  /** Rows of the selection that were handled, which is where to continue. */
  readonly handled: number;
}

type Stored = Omit<BulkJobRow, 'named'> & { readonly named: 0 | 1 };

const COLUMNS = `id, action, actor, state, discard_id AS discardId, named, total, skipped, handled, changed,
  unchanged, problem, started_at AS startedAt, ended_at AS endedAt, undo_until AS undoUntil`;

const SQL = {
  all: `SELECT ${COLUMNS} FROM bulk_jobs ORDER BY started_at, id`,
  seqs: `SELECT seqs FROM bulk_selections WHERE job_id = ?`,
  insert: `INSERT INTO bulk_jobs (id, action, actor, state, discard_id, named, total, skipped, handled, changed,
      unchanged, problem, started_at, ended_at, undo_until)
    VALUES (@id, @action, @actor, @state, @discardId, @named, @total, @skipped, @handled, @changed,
      @unchanged, @problem, @startedAt, @endedAt, @undoUntil)`,
  select: `INSERT INTO bulk_selections (job_id, seqs) VALUES (?, ?)`,
  update: `UPDATE bulk_jobs SET state = @state, handled = @handled, changed = @changed, unchanged = @unchanged,
      problem = @problem, ended_at = @endedAt, undo_until = @undoUntil
    WHERE id = @id`,
  clear: `DELETE FROM bulk_selections WHERE job_id = ?`,
  forget: `DELETE FROM bulk_jobs WHERE id = ? AND state <> 'running'`,
};

/** Bulk work: what it is about, and how far it is. */
export class BulkJobTable {
  readonly #all;
  readonly #seqs;
  readonly #insert;
  readonly #select;
  readonly #update;
  readonly #clear;
  readonly #forget;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>(SQL.all);
    this.#seqs = db.prepare<[string], string>(SQL.seqs).pluck();
    this.#insert = db.prepare<Stored>(SQL.insert);
    this.#select = db.prepare<[string, string]>(SQL.select);
    this.#update = db.prepare<Stored>(SQL.update);
    this.#clear = db.prepare<[string]>(SQL.clear);
    this.#forget = db.prepare<[string]>(SQL.forget);
  }

  /** Oldest first. */
  all(): BulkJobRow[] {
    return this.#all.all().map((stored) => ({ ...stored, named: stored.named === 1 }));
  }

  /** The rows that a running job is about, in order; none once it has ended. */
  seqs(id: string): number[] {
    const seqs = this.#seqs.get(id);
    return seqs === undefined ? [] : (JSON.parse(seqs) as number[]);
  }

  insert(job: BulkJobRow, seqs: readonly number[]): void {
    this.#insert.run(toStored(job));
    this.#select.run(job.id, JSON.stringify(seqs));
  }

  /** How far it is. Once it has ended, its selection goes. */
  update(job: BulkJobRow): void {
    this.#update.run(toStored(job));
    if (job.state !== 'running') this.#clear.run(job.id);
  }

  forget(id: string): void {
    this.#forget.run(id);
  }
}

const toStored = (job: BulkJobRow): Stored => ({ ...job, named: job.named ? 1 : 0 });
