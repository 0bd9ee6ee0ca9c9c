import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { ChangeRef, Committed, Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { Scheduled } from './scheduler.ts';

export interface TaskWorkDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Makes the scheduler ask for the next due moment again. */
  readonly wake: () => void;
}

export interface TaskDeps extends TaskWorkDeps {
  readonly writer: Writer;
}

/** After the database refused a write, before the next try. */
const WRITE_RETRY_MS = 1_000;

/**
 * The writes of one scheduled task: one at a time, and after a failure not again for a moment. What is
 * due stays due in the database, so nothing has to be remembered here.
 */
export class TaskWork {
  readonly #deps: TaskWorkDeps;
  #write: Promise<unknown> | null = null;
  /** By the monotonic clock, since the other one may be set. */
  #retryAtMs = 0;

  constructor(deps: TaskWorkDeps) {
    this.#deps = deps;
  }

  /** True while a write is in progress. */
  get busy(): boolean {
    return this.#write !== null;
  }

  /** Returns when to run for what is due at `dueAt`, ms UTC. */
  turnFor(dueAt: number): number {
    const { clock } = this.#deps;
    const waitMs = this.#retryAtMs - clock.monotonicMs();
    return waitMs > 0 ? Math.max(dueAt, clock.now() + waitMs) : dueAt;
  }

  /** Waits for a write; `failure` is what the log says when it fails. Then the scheduler looks again. */
  begin(work: Promise<unknown>, failure: string): void {
    const { clock, logger, wake } = this.#deps;
    const write = work
      .catch((error: unknown) => {
        logger.log('error', failure, { error: errorText(error) });
        this.#retryAtMs = clock.monotonicMs() + WRITE_RETRY_MS;
      })
      .finally(() => {
        if (this.#write === write) this.#write = null;
        wake();
      });
    this.#write = write;
  }

  /** Resolves when no write is in progress. */
  async ended(): Promise<void> {
    await this.#write;
  }
}

/**
 * A scheduled task whose next due moment is stored. It is looked up again after a run and after every
 * commit that may have moved it.
 */
export abstract class StoredTask<Deps extends TaskDeps> implements Service, Scheduled {
  protected readonly deps: Deps;
  protected readonly work: TaskWork;
  /** The changes that may move the due moment. */
  protected abstract readonly entities: readonly ChangeRef['entity'][];
  protected started = false;
  /** Undefined until it is looked up. */
  #next: number | null | undefined;

  constructor(deps: Deps) {
    this.deps = deps;
    this.work = new TaskWork(deps);
    deps.writer.onCommitted((committed) => {
      const isMeant = committed.changes.some(({ entity }) => this.entities.includes(entity));
      if (isMeant) this.heard(committed);
    });
  }

  start(): void | Promise<void> {
    this.started = true;
    this.lookAgain();
  }

  async stop(): Promise<void> {
    this.started = false;
    await this.work.ended();
  }

  nextDueAt(): number | null {
    if (!this.started || this.work.busy) return null;
    if (this.#next === undefined) this.#next = this.findNext();
    return this.#next === null ? null : this.work.turnFor(this.#next);
  }

  abstract run(now: number): void;

  clockChanged(_deltaMs: number): void {
    this.lookAgain();
  }

  /** Returns when something is due next, ms UTC; null when nothing is. */
  protected abstract findNext(): number | null;

  /** Called after a commit with one of the entities. */
  protected heard(_committed: Committed): void {
    this.lookAgain();
  }

  /** Has the due moment looked up once more, when the scheduler next asks. */
  protected forget(): void {
    this.#next = undefined;
  }

  protected lookAgain(): void {
    this.forget();
    if (this.started) this.deps.wake();
  }

  /** Runs `job` as one transaction; `failure` is what the log says when it fails. */
  protected begin<T>(job: (unit: Unit) => T, failure: string, done?: (result: T) => void): void {
    this.forget();
    this.work.begin(this.deps.writer.submit(job).then(done), failure);
  }
}

const EVERY_MS = 3_600_000;
/** Not during start-up, when everything else wants the disk. */
const FIRST_AFTER_MS = 60_000;
/** Between batches the loop belongs to everybody else. */
const BETWEEN_BATCHES_MS = 50;

/** A scheduled task that looks every hour, and works in small batches while there is something to do. */
export abstract class HourlyTask<Deps extends TaskDeps> implements Scheduled {
  protected readonly deps: Deps;
  protected readonly work: TaskWork;
  /** The log's message when a batch fails; the next batch is an hour later. */
  protected abstract readonly failure: string;
  #dueAt: number;

  constructor(deps: Deps) {
    this.deps = deps;
    this.work = new TaskWork(deps);
    this.#dueAt = deps.clock.now() + FIRST_AFTER_MS;
  }

  nextDueAt(): number | null {
    return this.work.busy ? null : this.work.turnFor(this.#dueAt);
  }

  run(now: number): void {
    const { clock } = this.deps;
    this.#dueAt = now + EVERY_MS;
    const batch = this.batch(now).then((more) => {
      this.#dueAt = clock.now() + (more ? BETWEEN_BATCHES_MS : EVERY_MS);
    });
    this.work.begin(batch, this.failure);
  }

  /** A clock that was set back must not put the next look off by as much. */
  clockChanged(_deltaMs: number): void {
    this.#dueAt = Math.min(this.#dueAt, this.deps.clock.now() + EVERY_MS);
  }

  /** Looks at once. */
  look(): void {
    this.#dueAt = Math.min(this.#dueAt, this.deps.clock.now());
    this.deps.wake();
  }

  /** Does a part of the work; true if there is more. */
  protected abstract batch(now: number): Promise<boolean>;
}
