import { Table } from '../row-table.ts';

/** The last transaction that was committed: its number since the database was made, and when, ms UTC. */
export interface LastCommit {
  readonly number: number;
  readonly at: number;
}

/** The last entry of the log of the cluster that a database has. */
export interface LogPoint {
  /** Its place in the log; 0 for none. */
  readonly place: number;
  /** Its digest, which the entry after it names; empty for none. */
  readonly digest: string;
}

export const NO_ENTRY: LogPoint = { place: 0, digest: '' };

/** As much as a busy transaction may need: with less, the next one would find the disk full again. */
const TRIAL_BYTES = 65_536;

/** Numbers every transaction, within it. */
export class CommitLog extends Table {
  /** Call once in each transaction. Returns its number. */
  advance(at: number): number {
    const sql = 'UPDATE last_commit SET number = number + 1, at = ? WHERE id = 1 RETURNING number';
    return this.db.value<number>(sql, [at]) ?? 0;
  }

  read(): LastCommit {
    const last = this.db.get<LastCommit>('SELECT number, at FROM last_commit WHERE id = 1');
    return last ?? { number: 0, at: 0 };
  }

  /** Returns the last entry of the log of its cluster that the database has. */
  point(): LogPoint {
    const sql = 'SELECT place, digest FROM last_commit WHERE id = 1 AND place IS NOT NULL';
    return this.db.get<LogPoint>(sql) ?? NO_ENTRY;
  }

  /** Call in the transaction that an entry of the log is. */
  reach({ place, digest }: LogPoint): void {
    this.db.run('UPDATE last_commit SET place = ?, digest = ? WHERE id = 1', [place, digest]);
  }

  /** The database belongs to no cluster from now on. */
  leaveLog(): void {
    this.db.run('UPDATE last_commit SET place = NULL, digest = NULL WHERE id = 1');
  }

  /** Numbers go on above those of transactions that are gone, so that none is given twice. */
  continueFrom(number: number): void {
    this.db.run('UPDATE last_commit SET number = ? WHERE id = 1', [number]);
  }

  /** Writes as much as a busy transaction may, and gives it back. Throws what the disk has against it. */
  tryDisk(): void {
    this.db.run('UPDATE last_commit SET filler = zeroblob(?) WHERE id = 1', [TRIAL_BYTES]);
    this.db.run('UPDATE last_commit SET filler = NULL WHERE id = 1');
  }
}
