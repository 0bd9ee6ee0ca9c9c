import type { Db } from './database.ts';

export interface SilenceRow {
  readonly id: string;
  readonly matchers: readonly string[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly author: string;
  readonly comment: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Stored {
  id: string;
  matchers: string;
  starts_at: number;
  ends_at: number;
  author: string;
  comment: string;
  created_at: number;
  updated_at: number;
}

const toRow = (stored: Stored): SilenceRow => ({
  id: stored.id,
  matchers: JSON.parse(stored.matchers) as string[],
  startsAt: stored.starts_at,
  endsAt: stored.ends_at,
  author: stored.author,
  comment: stored.comment,
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
});

/** Silences, those that have expired included until retention takes them. */
export class SilenceTable {
  readonly #all;
  readonly #byId;
  readonly #count;
  readonly #put;
  readonly #prune;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>('SELECT * FROM silences ORDER BY created_at DESC, id DESC');
    this.#byId = db.prepare<[string], Stored>('SELECT * FROM silences WHERE id = ?');
    this.#count = db.prepare<[], number>('SELECT count(*) FROM silences').pluck();
    this.#put = db.prepare<Stored>(
      `INSERT INTO silences (id, matchers, starts_at, ends_at, author, comment, created_at, updated_at)
       VALUES (@id, @matchers, @starts_at, @ends_at, @author, @comment, @created_at, @updated_at)
       ON CONFLICT (id) DO UPDATE SET matchers = excluded.matchers, starts_at = excluded.starts_at,
         ends_at = excluded.ends_at, comment = excluded.comment, updated_at = excluded.updated_at`,
    );
    this.#prune = db.prepare<[number, number]>(
      `DELETE FROM silences WHERE id IN
         (SELECT id FROM silences WHERE ends_at <= ? ORDER BY ends_at LIMIT ?)`,
    );
  }

  /** Newest first. */
  all(): SilenceRow[] {
    return this.#all.all().map(toRow);
  }

  byId(id: string): SilenceRow | null {
    const stored = this.#byId.get(id);
    return stored ? toRow(stored) : null;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  /** Inserts, or replaces everything but author and creation time. */
  put(row: SilenceRow): void {
    this.#put.run({
      id: row.id,
      matchers: JSON.stringify(row.matchers),
      starts_at: row.startsAt,
      ends_at: row.endsAt,
      author: row.author,
      comment: row.comment,
      created_at: row.createdAt,
      updated_at: row.updatedAt,
    });
  }

  /** Deletes at most `limit` silences that had ended by `cutoff` (ms UTC), the oldest first; how many it were. */
  prune(cutoff: number, limit: number): number {
    return this.#prune.run(cutoff, limit).changes;
  }
}
