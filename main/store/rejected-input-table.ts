import type { RejectedInput } from '../contract/rejected-input.ts';
import type { Db } from './database.ts';
import { RowTable } from './row-table.ts';

/** The part of a request that is kept beside its body; nothing in it is a credential. */
export interface RejectedHead {
  readonly verb: string;
  /** The route's pattern. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The digests of those of its events that were taken; left out when there are none. */
  readonly taken?: readonly string[];
}

export interface RejectedRow extends Readonly<
  Omit<RejectedInput, 'address' | 'complete' | 'reason'>
> {
  readonly source: string;
  readonly head: RejectedHead;
  readonly body: Buffer;
  readonly replayedBy: string | null;
}

const FIELDS = {
  id: 'plain',
  at: 'plain',
  adapter: 'plain',
  actor: 'plain',
  source: 'plain',
  reasons: 'json',
  head: 'json',
  body: 'plain',
  bodyBytes: 'plain',
  replayedAt: 'plain',
  replayedBy: 'plain',
} as const;

/** The inputs that could not be read. Ids are UUIDv7, so their order is that of arrival. */
export class RejectedInputTable extends RowTable<RejectedRow> {
  constructor(db: Db) {
    super(db, { table: 'rejected_input', fields: FIELDS, orderBy: 'id DESC' });
  }

  /** Newest first; `before` is the id of the last one of an earlier page. */
  page(before: string | null, limit: number): RejectedRow[] {
    return this.select('WHERE id < ? ORDER BY id DESC LIMIT ?', [before ?? '~', limit]);
  }

  /** Forgets all but the newest `max`. */
  cap(max: number): void {
    this.db.run(
      `DELETE FROM rejected_input WHERE id IN (
         SELECT id FROM rejected_input ORDER BY id DESC LIMIT -1 OFFSET ?)`,
      [max],
    );
  }

  replayed(id: string, at: number, by: string): void {
    this.db.run(
      `UPDATE rejected_input SET replayed_at = ?, replayed_by = ?
       WHERE id = ? AND replayed_at IS NULL`,
      [at, by, id],
    );
  }

  setHead(id: string, head: RejectedHead): void {
    this.db.run('UPDATE rejected_input SET head = ? WHERE id = ?', [JSON.stringify(head), id]);
  }

  /** Returns how many there were. */
  clear(): number {
    return this.db.run('DELETE FROM rejected_input').changes;
  }

  /** Deletes at most `limit` that are older than `cutoff`, ms UTC. Returns how many. */
  prune(cutoff: number, limit: number): number {
    const { changes } = this.db.run(
      `DELETE FROM rejected_input WHERE id IN (
         SELECT id FROM rejected_input WHERE at < ? ORDER BY at LIMIT ?)`,
      [cutoff, limit],
    );
    return changes;
  }
}
