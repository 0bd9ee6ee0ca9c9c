import type { BulkJob } from '../../contract/notification.ts';
import type { Db } from '../database.ts';
import { RowTable } from '../row-table.ts';

/** A piece of bulk work as it is stored. */
export interface BulkJobRow extends Omit<BulkJob, 'problem'> {
  readonly actor: string;
  /** The discard that is undone; null for every other action. */
  readonly discardId: string | null;
  /** Each row was named by its id. */
  readonly named: boolean;
  /** Rows of the selection that were handled, which is where to continue. */
  readonly handled: number;
}

const FIELDS = {
  id: 'plain',
  action: 'plain',
  actor: 'plain',
  state: 'plain',
  discardId: 'plain',
  toChannelId: 'plain',
  named: 'flag',
  total: 'plain',
  skipped: 'plain',
  handled: 'plain',
  changed: 'plain',
  unchanged: 'plain',
  reason: 'json',
  startedAt: 'plain',
  endedAt: 'plain',
  undoUntil: 'plain',
} as const;

/** Bulk work, oldest first: what it is about, and how far it is. */
export class BulkJobTable extends RowTable<BulkJobRow> {
  constructor(db: Db) {
    super(db, { table: 'bulk_jobs', fields: FIELDS, orderBy: 'started_at, id' });
  }

  /** The rows that a running job is about, in order; none once it has ended. */
  seqs(id: string): number[] {
    const sql = 'SELECT seqs FROM bulk_selections WHERE job_id = ?';
    return JSON.parse(this.db.value<string>(sql, [id]) ?? '[]') as number[];
  }

  insert(job: BulkJobRow, seqs: readonly number[]): void {
    this.put(job);
    const selection = [job.id, JSON.stringify(seqs)];
    this.db.run('INSERT INTO bulk_selections (job_id, seqs) VALUES (?, ?)', selection);
  }

  /** How far it is. Once it has ended, its selection goes. */
  progress(job: BulkJobRow): void {
    this.put(job);
    if (job.state === 'running') return;
    this.db.run('DELETE FROM bulk_selections WHERE job_id = ?', [job.id]);
  }

  forget(id: string): void {
    this.db.run("DELETE FROM bulk_jobs WHERE id = ? AND state <> 'running'", [id]);
  }
}
