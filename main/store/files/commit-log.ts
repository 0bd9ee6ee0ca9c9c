import type { Db } from '../database.ts';

/** The last transaction that was committed: its number since the database was made, and when, ms UTC. */
export interface LastCommit {
  readonly number: number;
  readonly at: number;
}

/** As much as a busy transaction may need: with less, the next one would find the disk full again. */
const TRIAL_BYTES = 65_536;

/** Numbers every transaction, within it. */
export class CommitLog {
  readonly #advance;
  readonly #read;
  readonly #setNumber;
  readonly #fill;
  readonly #clear;

  constructor(db: Db) {
    this.#advance = db
      .prepare<[number], number>(
        'UPDATE last_commit SET number = number + 1, at = ? WHERE id = 1 RETURNING number',
      )
      .pluck();
    this.#read = db.prepare<[], LastCommit>('SELECT number, at FROM last_commit WHERE id = 1');
    this.#setNumber = db.prepare<[number]>('UPDATE last_commit SET number = ? WHERE id = 1');
    this.#fill = db.prepare<[number]>('UPDATE last_commit SET filler = zeroblob(?) WHERE id = 1');
    this.#clear = db.prepare('UPDATE last_commit SET filler = NULL WHERE id = 1');
  }

  /** Once in each transaction; the answer is its number. */
  advance(at: number): number {
    return this.#advance.get(at) ?? 0;
  }

  read(): LastCommit {
    return this.#read.get() ?? { number: 0, at: 0 };
  }

  /** Numbers go on above those of transactions that are gone, so that none is given twice. */
  continueFrom(number: number): void {
    this.#setNumber.run(number);
  }

  /** Writes as much as a busy transaction may, and gives it back. Throws what the disk has against it. */
  tryDisk(): void {
    this.#fill.run(TRIAL_BYTES);
    this.#clear.run();
  }
}
