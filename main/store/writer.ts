import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { StorageReason } from '../contract/reasons/host-reasons.ts';
import { StoreUnavailable } from '../domain/store-unavailable.ts';
import { CommitLog, type LastCommit } from './files/commit-log.ts';
import type { Db } from './database.ts';
import { diskReason, diskTrouble, needsReopening, type DiskTrouble } from './files/disk-error.ts';
import { FilesLost, lossReason, type FileLoss } from './files/open-files.ts';
import { SharedLogLost, type SharedLog } from './shared-log.ts';
import { Transactions, type Job } from './transaction.ts';
import type { Committed, EndWork, Unit } from './unit.ts';

/** Bounds one transaction, so that its locks and its memory stay small under a flood. */
const JOBS_PER_COMMIT_MAX = 1_000;
/** Work waiting for a commit; above it the sender is asked to come back later. */
const JOBS_WAITING_MAX = 20_000;
/** Before each further try of a transaction that the disk refused. */
const RETRY_WAITS_MS = [100, 200, 400] as const;

/** The reason why nothing can be stored at present. */
export interface Refusal {
  /**
   * `displaced`: files were moved or removed. `contested`: another process has the data directory. `deposed`:
   * this core may not write to the log of its cluster any more.
   */
  readonly trouble: DiskTrouble | 'displaced' | 'contested' | 'deposed';
  /** The file that is not in its place, if that is the trouble. */
  readonly loss: FileLoss | null;
  /** True if work can be taken again before a restart. */
  readonly mayEnd: boolean;
  /** Ms UTC. */
  readonly since: number;
  /** The problem and what to do, for people; it names the database's path. */
  readonly reason: StorageReason;
  /** For senders, whom the path is no business of. */
  readonly error: StoreUnavailable;
}

/** One transaction that is being tried. */
interface Batch {
  readonly jobs: readonly Job[];
  failures: number;
}

/**
 * The only way to write. Work that arrives while the loop is busy shares the next transaction and its
 * one fsync (group commit, without any timer), and one that throws undoes no neighbour. Promises settle, and listeners hear, only after COMMIT returned.
 *
 *   writing ─disk fails─▶ retrying (the same work, in order, after 100, 200 and 400 ms) ─ok─▶ writing
 *                            └─fails again─▶ refusing (at once, queues nothing) ─trial ok─▶ writing
 *   any ─a file is moved or removed─▶ refusing until it is back, or until the next start
 *   any ─the file is damaged, or another process has taken the directory─▶ refusing until the next start
 *
 * While it retries, new work waits. No transaction is ever applied twice: one whose COMMIT failed was
 * not committed, and `Db.reopen` sees to it that it stays so.
 */
export class Writer {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #log: CommitLog;
  readonly #transactions: Transactions;
  readonly #listeners: ((committed: Committed) => void)[] = [];
  readonly #failureListeners: (() => void)[] = [];
  readonly #stateListeners: (() => void)[] = [];
  #waiting: Job[] = [];
  #endWork: EndWork | null = null;
  /** From when work arrives until the last of it is settled. */
  #busy = false;
  #healthy = true;
  #mustReopen = false;
  #refusal: Refusal | null = null;

  constructor(db: Db, clock: Clock, logger: Logger, sharedLog: SharedLog | null = null) {
    this.#db = db;
    this.#clock = clock;
    this.#logger = logger;
    this.#log = new CommitLog(db);
    this.#transactions = new Transactions(db, this.#log, sharedLog);
    db.onDamage((error) => this.#refuse('damaged', error));
  }

  /** The last one that is durable. */
  lastCommit(): LastCommit {
    return this.#log.read();
  }

  /** True if the last transaction could be written. */
  get healthy(): boolean {
    return this.#healthy && this.#refusal === null;
  }

  /** Null while work is taken. */
  get refusal(): Refusal | null {
    return this.#refusal;
  }

  /** Listeners run synchronously after each COMMIT, before the promises of its work settle. */
  onCommitted(listener: (committed: Committed) => void): void {
    this.#listeners.push(listener);
  }

  /** Listeners run synchronously each time the disk or the database refused to keep something. */
  onFailed(listener: () => void): void {
    this.#failureListeners.push(listener);
  }

  /** Listeners run synchronously when work begins to be refused, for another reason, or is taken again. */
  onRefusal(listener: () => void): void {
    this.#stateListeners.push(listener);
  }

  /** Resolves with what `work` returned once that is durable. `work` must be synchronous, and may run again. */
  submit<T>(work: (unit: Unit) => T): Promise<T> {
    if (this.#refusal) return Promise.reject(this.#refusal.error);
    if (this.#waiting.length >= JOBS_WAITING_MAX) {
      return Promise.reject(new StoreUnavailable({ code: 'error.busy', params: {} }));
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
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(() => this.#next());
    });
  }

  /** Runs `work` at the end of each transaction, however little is in it. Replaces an earlier one. */
  atEnd(work: EndWork): void {
    this.#endWork = work;
  }

  /** While work is refused: writes to see whether the disk takes it again, and if so takes work again. */
  tryAgain(): void {
    if (!this.#refusal?.mayEnd || this.checkFiles() !== null) return;
    try {
      this.#prepareConnection();
      this.#log.tryDisk();
    } catch (error) {
      const trouble = diskTrouble(error);
      if (trouble !== null) this.#refuse(trouble, error);
      return;
    }
    const { since } = this.#refusal;
    this.#logger.log('info', 'The database can be written again', {
      afterMs: this.#clock.now() - since,
    });
    this.#refusal = null;
    this.#healthy = true;
    for (const listener of this.#stateListeners) listener();
  }

  /**
   * Looks whether every file that the database has open still lies at its path, and refuses work if
   * not. Returns what is missing.
   */
  checkFiles(): FileLoss | null {
    const loss = this.#db.anyFileLoss();
    if (loss !== null) this.#lose(loss, false);
    return loss;
  }

  /** Refuses all work until the next start, since another core of the cluster leads, or may. */
  depose(): void {
    this.#depose(new SharedLogLost('this core does not lead its cluster'));
  }

  /** Refuses all work until the next start, since another process has taken the data directory. */
  contested(dataDir: string): void {
    const reason: StorageReason = { code: 'storage.contested', params: { path: dataDir } };
    const error = new StoreUnavailable('another process has taken the data directory');
    this.#becomeRefusing({ trouble: 'contested', loss: null, mayEnd: false, reason, error });
  }

  /** Replaces the advice for people. */
  advise(reason: StorageReason): void {
    if (this.#refusal === null || isDeepStrictEqual(this.#refusal.reason, reason)) return;
    this.#refusal = { ...this.#refusal, reason };
    for (const listener of this.#stateListeners) listener();
  }

  #next(): void {
    this.#attempt({ jobs: this.#waiting.splice(0, JOBS_PER_COMMIT_MAX), failures: 0 });
  }

  #attempt(batch: Batch): void {
    let result;
    try {
      const loss = this.#db.fileLoss();
      if (loss !== null) throw new FilesLost(loss, false);
      this.#prepareConnection();
      result = this.#transactions.run(batch.jobs, this.#clock.now(), this.#endWork);
    } catch (error) {
      this.#failed(batch, error);
      return;
    }
    if (result.committed.last !== null) this.#healthy = true;
    // Those who wait for a promise hear after the listeners: their continuations run when this is over.
    for (const { job, failure } of result.done) {
      if (failure) job.fail(failure.error);
      else job.succeed();
    }
    for (const listener of this.#listeners) this.#tell(listener, result.committed);
    this.#goOn();
  }

  #goOn(): void {
    this.#busy = this.#waiting.length > 0;
    if (this.#busy) setImmediate(() => this.#next());
  }

  #prepareConnection(): void {
    if (!this.#mustReopen) return;
    this.#db.reopen();
    this.#mustReopen = false;
  }

  #failed(batch: Batch, error: unknown): void {
    this.#healthy = false;
    for (const listener of this.#failureListeners) listener();
    const trouble = this.#troubleOf(error);
    if (trouble !== null && needsReopening(trouble)) this.#mustReopen = true;
    const waitMs = RETRY_WAITS_MS[batch.failures];
    if (trouble !== null && trouble !== 'damaged' && waitMs !== undefined) {
      batch.failures += 1;
      this.#logger.log('warn', 'A transaction could not be written and is tried again', {
        waitMs,
        error: errorText(error),
      });
      this.#clock.after(waitMs, () => this.#attempt(batch));
      return;
    }
    if (error instanceof FilesLost) this.#lose(error.loss, error.committed);
    if (error instanceof SharedLogLost) this.#depose(error);
    else if (trouble !== null) this.#refuse(trouble, error);
    const unavailable = cannotWrite(error);
    for (const job of batch.jobs) job.fail(unavailable);
    this.#endWork?.fail(unavailable);
    // Work that was queued behind it would only wait for the same disk.
    if (this.#refusal) {
      for (const job of this.#waiting.splice(0)) job.fail(unavailable);
    }
    this.#goOn();
  }

  #troubleOf(error: unknown): DiskTrouble | null {
    if (error instanceof FilesLost || error instanceof SharedLogLost) return null;
    return this.#mustReopen ? (diskTrouble(error) ?? 'io') : diskTrouble(error);
  }

  #refuse(trouble: DiskTrouble, error: unknown): void {
    const reason = diskReason(trouble, this.#db.path, error);
    const mayEnd = trouble !== 'damaged';
    this.#becomeRefusing({ trouble, loss: null, mayEnd, reason, error: cannotWrite(error) });
  }

  #depose(error: SharedLogLost): void {
    const reason: StorageReason = { code: 'storage.deposed', params: {} };
    this.#becomeRefusing({ trouble: 'deposed', loss: null, mayEnd: false, reason, error });
  }

  /**
   * A file that is cut short has lost what was in it, as a damaged one has. After a commit in a file
   * that is not in its place, memory no longer agrees with that file: only a restart puts that right.
   */
  #lose(loss: FileLoss, committed: boolean): void {
    const error = new FilesLost(loss, committed);
    if (loss.how === 'cut') this.#refuse('damaged', new Error(`${loss.path} was cut short`));
    const reason = lossReason(loss);
    this.#becomeRefusing({ trouble: 'displaced', loss, mayEnd: !committed, reason, error });
  }

  #becomeRefusing(refusal: Omit<Refusal, 'since'>): void {
    const before = this.#refusal;
    if (before !== null && (!before.mayEnd || before.trouble === refusal.trouble)) return;
    this.#refusal = { ...refusal, since: before?.since ?? this.#clock.now() };
    const { trouble, error } = refusal;
    this.#logger.log('error', 'Nothing can be stored', { trouble, error: error.message });
    for (const listener of this.#stateListeners) listener();
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
}

const cannotWrite = (cause: unknown): StoreUnavailable =>
  cause instanceof StoreUnavailable ? cause : new StoreUnavailable(errorText(cause), { cause });
