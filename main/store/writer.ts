import { errorText, type Logger } from '../base/logger.ts';
import { StoreUnavailable } from '../domain/store-unavailable.ts';
import type { Db } from './database.ts';
import type { ChangeRef, Committed, Fact, Unit } from './unit.ts';

interface Job {
  run(unit: Unit): void;
  succeed(): void;
  fail(error: unknown): void;
}

interface Done {
  readonly job: Job;
  readonly failure: { readonly error: unknown } | null;
}

/** What the jobs of one transaction noted, for when it has been committed, or has not. */
interface Noted {
  readonly changes: ChangeRef[];
  readonly owingChannels: Set<string>;
  readonly facts: Fact[];
  readonly restores: (() => void)[];
}

/** Bounds one transaction, so that its locks and its memory stay small under a flood. */
const JOBS_PER_COMMIT_MAX = 1_000;
/** Work waiting for a commit; above it the sender is asked to come back later. */
const JOBS_WAITING_MAX = 20_000;

/**
 * The only way to write. Work that arrives while the loop is busy shares the next transaction and its
 * one fsync (group commit, without any timer); each piece has a savepoint, so that one that throws
 * undoes no neighbour. Promises settle, and listeners hear, only after COMMIT returned; when COMMIT
 * fails, everything in it fails with `StoreUnavailable`.
 */
export class Writer {
  readonly #db: Db;
  readonly #logger: Logger;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #savepoint;
  readonly #release;
  readonly #rollbackTo;
  readonly #listeners: ((committed: Committed) => void)[] = [];
  readonly #failureListeners: (() => void)[] = [];
  #waiting: Job[] = [];
  #scheduled = false;
  #healthy = true;

  constructor(db: Db, logger: Logger) {
    this.#db = db;
    this.#logger = logger;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#savepoint = db.prepare('SAVEPOINT job');
    this.#release = db.prepare('RELEASE job');
    this.#rollbackTo = db.prepare('ROLLBACK TO job');
  }

  /** Whether the last transaction could be written. */
  get healthy(): boolean {
    return this.#healthy;
  }

  /** Listeners run synchronously after each COMMIT, before the promises of its work settle. */
  onCommitted(listener: (committed: Committed) => void): void {
    this.#listeners.push(listener);
  }

  /** Listeners run synchronously each time the disk or the database refused to keep something. */
  onFailed(listener: () => void): void {
    this.#failureListeners.push(listener);
  }

  /** Resolves with what `work` returned once that is durable. `work` must be synchronous. */
  submit<T>(work: (unit: Unit) => T): Promise<T> {
    if (this.#waiting.length >= JOBS_WAITING_MAX) {
      return Promise.reject(new StoreUnavailable('Too many writes are waiting for the disk.'));
    }
    return new Promise<T>((resolve, reject) => {
      let value: T;
      this.#waiting.push({
        run: (unit) => {
          value = work(unit);
        },
        succeed: () => resolve(value),
        fail: reject,
      });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#drain());
    });
  }

  #drain(): void {
    const jobs = this.#waiting.splice(0, JOBS_PER_COMMIT_MAX);
    this.#scheduled = this.#waiting.length > 0;
    if (this.#scheduled) setImmediate(() => this.#drain());
    const noted: Noted = { changes: [], owingChannels: new Set(), facts: [], restores: [] };
    let done: Done[];
    try {
      this.#begin.run();
      done = jobs.map((job) => this.#runOne(job, noted));
      this.#commit.run();
      this.#healthy = true;
    } catch (error) {
      if (this.#db.inTransaction) this.#rollback.run();
      this.#healthy = false;
      restoreAll(noted.restores);
      for (const listener of this.#failureListeners) listener();
      const unavailable = cannotWrite(error);
      for (const job of jobs) job.fail(unavailable);
      return;
    }
    // Those who wait for a promise hear after the listeners: their continuations run when this is over.
    for (const { job, failure } of done) {
      if (failure) job.fail(failure.error);
      else job.succeed();
    }
    for (const listener of this.#listeners) this.#tell(listener, noted);
  }

  /** It is committed whatever a listener makes of it, and the other listeners are to know. */
  #tell(listener: (committed: Committed) => void, committed: Committed): void {
    try {
      listener(committed);
    } catch (error) {
      this.#logger.log('error', 'What was committed could not be acted on', {
        error: errorText(error),
      });
    }
  }

  #runOne(job: Job, noted: Noted): Done {
    const changes: ChangeRef[] = [];
    const owing: string[] = [];
    const facts: Fact[] = [];
    const restores: (() => void)[] = [];
    this.#savepoint.run();
    try {
      job.run({
        changed: (change) => changes.push(change),
        owes: (id) => owing.push(id),
        counted: (fact) => facts.push(fact),
        onUndone: (restore) => restores.push(restore),
      });
    } catch (error) {
      restoreAll(restores);
      // A full disk or an I/O error ends the whole transaction, and with it every neighbour.
      if (!this.#db.inTransaction) throw error;
      this.#rollbackTo.run();
      this.#release.run();
      if (!isDiskError(error)) return { job, failure: { error } };
      for (const listener of this.#failureListeners) listener();
      return { job, failure: { error: cannotWrite(error) } };
    }
    this.#release.run();
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

const cannotWrite = (cause: unknown): StoreUnavailable =>
  new StoreUnavailable(`The database cannot write: ${errorText(cause)}`, { cause });

/** SQLite's result codes that speak of the disk or the file, not of the statement. */
const isDiskError = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|NOMEM|BUSY)/.test(String(error.code));
