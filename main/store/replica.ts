import { CommitLog, type LastCommit, type LogPoint } from './files/commit-log.ts';
import { migrate, migrations, schemaOf } from './migrations.ts';
import type { Db } from './database.ts';
import type { LogEntry } from './shared-log.ts';

/** An entry does not follow what the database has: it has to be restored from a snapshot. */
export class ReplicaDiverged extends Error {
  /** True if the database has what the log does not have; false if it lacks something. */
  readonly isAhead: boolean;

  constructor(message: string, { isAhead }: { readonly isAhead: boolean }) {
    super(message);
    this.isAhead = isAhead;
  }
}

/** An entry was written by a newer version, which alone can apply it. */
export class NewerEntry extends Error {}

/** An entry as it is in the log: where, and for which version of the schema. */
export type PlacedEntry = LogEntry & LogPoint & { readonly schema: number };

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

  /** The last entry of the log that is in the database. */
  get point(): LogPoint {
    return this.#log.point();
  }

  /**
   * Applies an entry in one transaction, and passes over one that the database has. Throws `ReplicaDiverged` for
   * one that does not follow, or did not lead to its own number, and `NewerEntry` for one of a newer version;
   * nothing of it is kept then.
   */
  apply(entry: PlacedEntry): void {
    if (this.#has(entry)) return;
    this.#reachSchema(entry.schema);
    this.#db.run('BEGIN IMMEDIATE');
    try {
      for (const { sql, values } of entry.written) this.#db.run(sql, values);
      const { number } = this.last;
      if (number !== entry.number) {
        const problem = `entry ${entry.number} led to transaction ${number}`;
        throw new ReplicaDiverged(problem, { isAhead: true });
      }
      this.#log.reach(entry);
      this.#db.run('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.run('ROLLBACK');
      throw error;
    }
  }

  /** Each entry names the one before it: two logs that have gone apart are never taken for one. */
  #has({ number, previous, digest }: PlacedEntry): boolean {
    const before = this.last.number;
    const known = this.point.digest;
    if (number < before) return true;
    if (number === before && digest === known) return true;
    if (number === before + 1 && previous === known) return false;
    const problem = `entry ${number} does not follow transaction ${before}`;
    throw new ReplicaDiverged(problem, { isAhead: number <= before + 1 });
  }

  /** The core that leads has migrated before it wrote this entry, and every core does so at the same place. */
  #reachSchema(schema: number): void {
    const current = schemaOf(this.#db);
    if (schema === current) return;
    if (schema < current) {
      const problem = `an entry is for schema ${schema}, and the database has ${current}`;
      throw new ReplicaDiverged(problem, { isAhead: true });
    }
    if (schema > migrations().length) {
      throw new NewerEntry(
        `the core that leads is newer (schema ${schema}, this one knows ${migrations().length}): install that version here`,
      );
    }
    migrate(this.#db, schema);
  }
}
