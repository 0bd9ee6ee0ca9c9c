import { CommitLog, type LastCommit } from './files/commit-log.ts';
import type { Db } from './database.ts';
import type { LogEntry } from './shared-log.ts';

/** An entry does not follow what the database has: it has to be restored from a snapshot. */
export class ReplicaDiverged extends Error {}

/** An entry, and its place in the log. */
export type PlacedEntry = LogEntry & { readonly place: number };

/** Applies what another core has committed to this one's database. */
export class Replica {
  readonly #db: Db;
  readonly #log: CommitLog;

  constructor(db: Db) {
    this.#db = db;
    this.#log = new CommitLog(db);
  }

  /** The last transaction that is in the database. */
  get last(): LastCommit {
    return this.#log.read();
  }

  /** The place in the log up to which everything is in the database. */
  get place(): number {
    return this.#log.place();
  }

  /**
   * Applies entries in order, in one transaction, and passes over those that the database has. Throws
   * `ReplicaDiverged` for a gap, or where an entry did not lead to its own number; nothing is kept then.
   */
  apply(entries: readonly PlacedEntry[]): void {
    this.#db.run('BEGIN IMMEDIATE');
    try {
      for (const entry of entries) this.#apply(entry);
      this.#db.run('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.run('ROLLBACK');
      throw error;
    }
  }

  #apply({ number, place, written }: PlacedEntry): void {
    const before = this.last.number;
    if (number <= before) return;
    if (number !== before + 1) {
      throw new ReplicaDiverged(`entry ${number} does not follow transaction ${before}`);
    }
    for (const { sql, values } of written) this.#db.run(sql, values);
    const { number: after } = this.last;
    if (after !== number) throw new ReplicaDiverged(`entry ${number} led to transaction ${after}`);
    this.#log.reach(place);
  }
}
