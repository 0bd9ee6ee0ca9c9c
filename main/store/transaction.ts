import { crashAfterCommit } from '../base/crash-point.ts';
import type { CommitLog } from './files/commit-log.ts';
import type { Db } from './database.ts';
import { diskTrouble } from './files/disk-error.ts';
import { FilesLost } from './files/open-files.ts';
import { SharedLogLost, type SharedLog } from './shared-log.ts';
import type { ChangeRef, Committed, EndWork, Fact, Unit } from './unit.ts';

/** A piece of work that shares a transaction with others, and who waits for it. */
export interface Job {
  run(unit: Unit): void;
  succeed(): void;
  fail(error: unknown): void;
}

/** The result of a piece of work in a transaction that was committed. */
interface Done {
  readonly job: Job;
  /** The error that it threw, so that nothing of it was kept; null when it threw none. */
  readonly failure: { readonly error: unknown } | null;
}

/** The notes of the jobs of one transaction, for when it has been committed, or has not. */
interface Noted {
  readonly changes: ChangeRef[];
  readonly queuedChannels: Set<string>;
  readonly facts: Fact[];
  readonly restores: (() => void)[];
}

/** A job threw something that is not the disk's fault, while others share its transaction. */
class JobThrew extends Error {}

/**
 * Runs jobs as one transaction. A savepoint for each costs a copy of every page that it touches first,
 * so the jobs run without; if one of them throws, all are undone and run again, each in a savepoint,
 * so that only the one that throws is lost.
 */
export class Transactions {
  readonly #db: Db;
  readonly #log: CommitLog;
  readonly #shared: SharedLog | null;

  /** `shared` has every transaction before it is committed; null where the database is this process's alone. */
  constructor(db: Db, log: CommitLog, shared: SharedLog | null = null) {
    this.#db = db;
    this.#log = log;
    this.#shared = shared;
  }

  /**
   * Returns once everything is durable. When it throws, nothing was kept and what was changed in
   * memory has been put back, so that the same work may be run again; unless it throws FilesLost with
   * `committed`, since then the work is in a file that no start will find.
   */
  run(
    jobs: readonly Job[],
    now: number,
    endWork: EndWork | null = null,
  ): { readonly done: Done[]; readonly committed: Committed } {
    try {
      return this.#attempt(now, (noted) => this.#runTogether(jobs, endWork, noted));
    } catch (error) {
      if (!(error instanceof JobThrew)) throw error;
      return this.#attempt(now, (noted) => this.#runEachAlone(jobs, endWork, noted));
    }
  }

  #attempt(now: number, runJobs: (noted: Noted) => Done[]) {
    const noted = nothingNoted();
    try {
      this.#db.run('BEGIN IMMEDIATE');
      const recording = this.#shared && this.#db.record();
      const changes = this.#db.changes();
      const done = runJobs(noted);
      this.#db.counts.write();
      // Notes in memory alone are nothing to sync.
      const wrote = this.#db.changes() !== changes;
      const last = wrote ? { number: this.#log.advance(now), at: now } : null;
      this.#db.endRecording();
      if (this.#shared && last && recording) {
        const previous = this.#log.point().digest;
        this.#log.reach(this.#shared.append({ ...last, previous, written: recording.written }));
      }
      this.#commit(last !== null);
      crashAfterCommit();
      const loss = this.#db.fileLoss();
      if (loss !== null) throw new FilesLost(loss, true);
      return { done, committed: { ...noted, last } };
    } catch (error) {
      this.#db.endRecording();
      restoreAll(noted.restores);
      this.#db.counts.forget();
      // SQLite has rolled back already where it could not go on.
      if (this.#db.inTransaction) this.#db.run('ROLLBACK');
      throw error;
    }
  }

  /** Commits. An entry of the shared log is true even where this disk does not take it: this core follows then. */
  #commit(wrote: boolean): void {
    try {
      this.#db.run('COMMIT');
    } catch (error) {
      if (this.#shared === null || !wrote) throw error;
      throw new SharedLogLost('the disk did not take what the log has', { cause: error });
    }
  }

  #runTogether(jobs: readonly Job[], endWork: EndWork | null, noted: Noted): Done[] {
    const unit = unitOf(noted);
    try {
      for (const job of jobs) job.run(unit);
      endWork?.run(unit, takeQueued(noted));
    } catch (error) {
      throw this.#isOfDisk(error) ? error : new JobThrew('a job threw', { cause: error });
    }
    return jobs.map((job) => ({ job, failure: null }));
  }

  #runEachAlone(jobs: readonly Job[], endWork: EndWork | null, noted: Noted): Done[] {
    const done = jobs.map((job) => this.#runIsolated(job, noted));
    if (endWork) {
      const queued = takeQueued(noted);
      const run = (unit: Unit): void => endWork.run(unit, queued);
      done.push(
        this.#runIsolated({ run, succeed: () => undefined, fail: (e) => endWork.fail(e) }, noted),
      );
    }
    return done;
  }

  #runIsolated(job: Job, noted: Noted): Done {
    const own = nothingNoted();
    const mark = this.#db.recording?.mark ?? 0;
    this.#db.run('SAVEPOINT job');
    try {
      job.run(unitOf(own));
      this.#db.counts.write();
    } catch (error) {
      restoreAll(own.restores);
      this.#db.counts.forget();
      // A disk error of one job would hit its neighbours as well: all of them are tried again.
      if (this.#isOfDisk(error)) throw error;
      this.#db.run('ROLLBACK TO job');
      this.#db.run('RELEASE job');
      this.#db.recording?.backTo(mark);
      return { job, failure: { error } };
    }
    this.#db.run('RELEASE job');
    for (const change of own.changes) noted.changes.push(change);
    for (const id of own.queuedChannels) noted.queuedChannels.add(id);
    for (const fact of own.facts) noted.facts.push(fact);
    for (const restore of own.restores) noted.restores.push(restore);
    return { job, failure: null };
  }

  #isOfDisk(error: unknown): boolean {
    return !this.#db.inTransaction || diskTrouble(error) !== null;
  }
}

const nothingNoted = (): Noted => ({
  changes: [],
  queuedChannels: new Set(),
  facts: [],
  restores: [],
});

function takeQueued({ queuedChannels }: Noted): ReadonlySet<string> {
  const queued = new Set(queuedChannels);
  queuedChannels.clear();
  return queued;
}

const unitOf = ({ changes, queuedChannels, facts, restores }: Noted): Unit => ({
  changed: (change) => void changes.push(change),
  enqueued: (id) => void queuedChannels.add(id),
  counted: (fact) => void facts.push(fact),
  onUndone: (restore) => void restores.push(restore),
});

/** The last change first, so that each finds what it left. */
function restoreAll(restores: readonly (() => void)[]): void {
  for (const restore of restores.toReversed()) restore();
}
