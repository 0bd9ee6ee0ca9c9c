import type { CommitLog } from './files/commit-log.ts';
import type { Db } from './database.ts';
import { diskTrouble } from './files/disk-error.ts';
import { FilesLost } from './files/open-files.ts';
import type { ChangeRef, Committed, Fact, Unit } from './unit.ts';

/** A piece of work that shares a transaction with others, and who waits for it. */
export interface Job {
  run(unit: Unit): void;
  succeed(): void;
  fail(error: unknown): void;
}

/** What became of a piece of work in a transaction that was committed. */
interface Done {
  readonly job: Job;
  /** What it threw; then nothing of it was kept. */
  readonly failure: { readonly error: unknown } | null;
}

/** What the jobs of one transaction noted, for when it has been committed, or has not. */
interface Noted {
  readonly changes: ChangeRef[];
  readonly owingChannels: Set<string>;
  readonly facts: Fact[];
  readonly restores: (() => void)[];
}

/** Runs pieces of work as one transaction, each in a savepoint of its own. */
export class Transactions {
  readonly #db: Db;
  readonly #log: CommitLog;

  constructor(db: Db, log: CommitLog) {
    this.#db = db;
    this.#log = log;
  }

  /**
   * Returns once everything is durable. When it throws, nothing was kept and what was changed in
   * memory has been put back, so that the same work may be run again; unless it throws FilesLost with
   * `committed`, since then the work is in a file that no start will find.
   */
  run(jobs: readonly Job[], now: number): { readonly done: Done[]; readonly committed: Committed } {
    const noted: Noted = { changes: [], owingChannels: new Set(), facts: [], restores: [] };
    try {
      this.#db.run('BEGIN IMMEDIATE');
      const done = jobs.map((job) => this.#runOne(job, noted));
      const number = this.#log.advance(now);
      this.#db.run('COMMIT');
      const loss = this.#db.fileLoss();
      if (loss !== null) throw new FilesLost(loss, true);
      return { done, committed: { ...noted, last: { number, at: now } } };
    } catch (error) {
      restoreAll(noted.restores);
      this.#undo();
      throw error;
    }
  }

  /** SQLite has rolled back by itself where it could not go on. */
  #undo(): void {
    if (this.#db.inTransaction) this.#db.run('ROLLBACK');
  }

  #runOne(job: Job, noted: Noted): Done {
    const changes: ChangeRef[] = [];
    const owing: string[] = [];
    const facts: Fact[] = [];
    const restores: (() => void)[] = [];
    this.#db.run('SAVEPOINT job');
    try {
      job.run({
        changed: (change) => changes.push(change),
        enqueued: (id) => owing.push(id),
        counted: (fact) => facts.push(fact),
        onUndone: (restore) => restores.push(restore),
      });
    } catch (error) {
      restoreAll(restores);
      // What the disk has against one it has against its neighbours: all of them are tried again.
      if (!this.#db.inTransaction || diskTrouble(error) !== null) throw error;
      this.#db.run('ROLLBACK TO job');
      this.#db.run('RELEASE job');
      return { job, failure: { error } };
    }
    this.#db.run('RELEASE job');
    for (const change of changes) noted.changes.push(change);
    for (const id of owing) noted.owingChannels.add(id);
    for (const fact of facts) noted.facts.push(fact);
    for (const restore of restores) noted.restores.push(restore);
    return { job, failure: null };
  }
}

/** The last change first, so that each finds what it left. */
function restoreAll(restores: readonly (() => void)[]): void {
  for (const restore of restores.toReversed()) restore();
}
