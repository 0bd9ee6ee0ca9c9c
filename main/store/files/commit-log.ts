import { Table } from '../row-table.ts';

/** The last transaction that was committed: its number since the database was made, and when, ms UTC. */
export interface LastCommit {
  readonly number: number;
  readonly at: number;
}

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

  /** The place in the log of the cluster up to which everything is in the database; 0 for none of it. */
  place(): number {
    return this.db.value<number>('SELECT place FROM last_commit WHERE id = 1') ?? 0;
  }

  /** Call in the transaction that has what the log has up to a place. */
  reach(place: number): void {
    this.db.run('UPDATE last_commit SET place = ? WHERE id = 1', [place]);
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
