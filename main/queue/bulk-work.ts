import type { Clock } from '../base/clock.ts';
import type { NewId } from '../base/ids.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { BulkJob, NotificationSelection } from '../contract/notification.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { AuditTable } from '../store/audit.ts';
import type { NotificationPages } from '../store/notification-pages.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { BulkJobRun, type NewBulkJob } from './bulk-job.ts';
import type { DeadLetters } from './dead-letters.ts';
import { nextTurn } from './next-turn.ts';

export interface BulkWorkDeps {
  readonly deadLetters: DeadLetters;
  readonly pages: Pick<NotificationPages, 'byId'>;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: NewId;
  /** Some work has ended, so that there may be more dead letters than before. */
  readonly ended: () => void;
}

/** Rows of one transaction; small, so that ingest never waits long behind one. */
const BATCH = 200;
const RUNNING_MAX = 2;
const WAITING_MAX = 20;
/** Jobs of this run that are remembered. */
const KEPT_MAX = 50;
const UNDO_MS = 30_000;
const WRITE_RETRY_MS = 1_000;

/**
 * Work on many notifications, in the background. Modes: stopped → running → stopping (what runs ends
 * after its batch, what waits never begins) → stopped. A job: waiting for its turn or at work, both
 * `running` → finished | cancelled | failed. Each batch is one durable piece of a shared transaction,
 * so a crash leaves every row either as it was or done; what was done stays done.
 */
export class BulkWork implements Service {
  readonly #deps: BulkWorkDeps;
  /** Oldest first. */
  readonly #jobs = new Map<string, BulkJobRun>();
  #waiting: BulkJobRun[] = [];
  readonly #running = new Map<BulkJobRun, Promise<void>>();
  #mode: 'stopped' | 'running' | 'stopping' = 'stopped';
  /** Wakes who waits to try a write again. */
  #stopSign = Promise.withResolvers<void>();

  constructor(deps: BulkWorkDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#mode !== 'stopped') return;
    this.#stopSign = Promise.withResolvers();
    this.#mode = 'running';
  }

  async stop(): Promise<void> {
    if (this.#mode !== 'running') return;
    this.#mode = 'stopping';
    this.#stopSign.resolve();
    for (const job of this.#waiting.splice(0)) this.#track(job, this.#end(job, 'cancelled', null));
    await Promise.all(this.#running.values());
    this.#mode = 'stopped';
  }

  /** Newest first. */
  list(): BulkJob[] {
    return [...this.#jobs.values()].reverse().map((job) => job.view());
  }

  /** As the push stream shows it; null when it is not known (any more). */
  get(id: string): BulkJob | null {
    return this.#jobs.get(id)?.view() ?? null;
  }

  async requeue(selection: NotificationSelection, actor: string): Promise<Result<BulkJob>> {
    const { deadLetters } = this.#deps;
    const selected = await deadLetters.select(selection, 'requeue');
    if (!selected.ok) return selected;
    return this.#begin({ ...selected.value, action: 'requeue', actor }, (unit, seqs, now) =>
      deadLetters.requeue(unit, seqs, actor, now),
    );
  }

  async discard(selection: NotificationSelection, actor: string): Promise<Result<BulkJob>> {
    const { deadLetters, newId } = this.#deps;
    const selected = await deadLetters.select(selection, 'discard');
    if (!selected.ok) return selected;
    const { waiting } = selected.value;
    const id = newId();
    return this.#begin({ ...selected.value, id, action: 'discard', actor }, (unit, seqs, now) =>
      deadLetters.discard(unit, seqs, { discardId: id, waiting }, now),
    );
  }

  /**
   * Brings back what one discard took: `id` is a notification's, or that of a bulk discard. As dead
   * letters, whatever they were, since time has passed. `wrong_state` after 30 s; `not_found`.
   */
  async undoDiscard(id: string, actor: string): Promise<Result<BulkJob>> {
    const { deadLetters, pages, clock } = this.#deps;
    const source = this.#jobs.get(id);
    if (source?.isRunning) {
      return fail('wrong_state', 'This bulk work is still going on; cancel it first.');
    }
    const discarded = deadLetters.discarded(id);
    if (!discarded) {
      const isKnown = source !== undefined || pages.byId(id) !== null;
      return isKnown
        ? fail('wrong_state', 'There is no discard to undo: nothing is left of it, or never was.')
        : fail('not_found', 'There is no notification and no bulk discard with this id.');
    }
    if (clock.now() > Math.max(discarded.lastAt, source?.endedAt ?? 0) + UNDO_MS) {
      return fail('wrong_state', 'A discard can be undone for 30 seconds, and they have passed.');
    }
    const detail = `discard ${id}`;
    return this.#begin(
      { seqs: discarded.seqs, unknown: 0, detail, subject: id, action: 'undo_discard', actor },
      (_unit, seqs, now) => deadLetters.undo(seqs, id, now),
    );
  }

  /** Ends it after the batch that is under way, and answers when it has; what was done stays done. */
  async cancel(id: string, actor: string): Promise<Result<BulkJob>> {
    const job = this.#jobs.get(id);
    if (!job) return fail('not_found', 'There is no bulk work with this id in this run.');
    if (!job.isRunning) {
      return fail('wrong_state', `This bulk work is ${job.view().state} already.`);
    }
    job.cancelledBy ??= actor;
    if (this.#waiting.includes(job)) {
      this.#waiting = this.#waiting.filter((other) => other !== job);
      this.#track(job, this.#end(job, 'cancelled', null));
    }
    await job.ended;
    return ok(job.view());
  }

  async #begin(
    given: Omit<NewBulkJob, 'id' | 'deed' | 'startedAt'> & {
      readonly id?: string;
      readonly detail: string;
      readonly subject?: string;
    },
    deed: NewBulkJob['deed'],
  ): Promise<Result<BulkJob>> {
    const { writer, audit, clock, newId } = this.#deps;
    if (this.#mode !== 'running') return fail('unavailable', 'Belfry is stopping.');
    if (this.#waiting.length >= WAITING_MAX) {
      return fail('unavailable', 'Too much bulk work is waiting. Try again when some has ended.');
    }
    const { id = newId(), detail, subject = id, ...rest } = given;
    const now = clock.now();
    const job = new BulkJobRun({ ...rest, id, deed, startedAt: now });
    await writer.submit((unit) => {
      const action = `bulk.${job.action}`;
      const total = `${job.view().total} notifications`;
      audit.append({ at: now, actor: job.actor, action, subject, detail: `${total}: ${detail}` });
      unit.onUndone(() => this.#jobs.delete(id));
      this.#remember(job);
      unit.changed({ entity: 'bulk', id });
      const undone = this.#jobs.get(subject);
      if (undone && undone !== job) this.#noMoreUndo(unit, undone);
    });
    this.#waiting.push(job);
    this.#startNext();
    return ok(job.view());
  }

  #noMoreUndo(unit: Unit, job: BulkJobRun): void {
    const { undoUntil } = job;
    unit.onUndone(() => (job.undoUntil = undoUntil));
    job.undoUntil = null;
    unit.changed({ entity: 'bulk', id: job.id });
  }

  #remember(job: BulkJobRun): void {
    this.#jobs.set(job.id, job);
    for (const [id, { isRunning }] of this.#jobs) {
      if (this.#jobs.size <= KEPT_MAX) return;
      if (!isRunning) this.#jobs.delete(id);
    }
  }

  #startNext(): void {
    while (this.#running.size < RUNNING_MAX) {
      const job = this.#waiting.shift();
      if (!job) return;
      this.#track(job, this.#run(job));
    }
  }

  #track(job: BulkJobRun, work: Promise<void>): void {
    const done = work.finally(() => {
      this.#running.delete(job);
      this.#startNext();
    });
    this.#running.set(job, done);
  }

  async #run(job: BulkJobRun): Promise<void> {
    const { writer, clock, logger } = this.#deps;
    try {
      while (!job.isDone && job.cancelledBy === null && this.#mode === 'running') {
        await writer.submit((unit) => job.doBatch(unit, BATCH, clock.now()));
        // Between batches the loop belongs to everybody else.
        await nextTurn();
      }
      await this.#end(job, job.isDone ? 'finished' : 'cancelled', null);
    } catch (error) {
      logger.log('error', 'Bulk work failed', { job: job.id, error: errorText(error) });
      await this.#end(job, 'failed', errorText(error));
    }
  }

  /** It has ended whether or not that can be written; that is tried until it can, or until the stop. */
  async #end(
    job: BulkJobRun,
    state: 'finished' | 'cancelled' | 'failed',
    problem: string | null,
  ): Promise<void> {
    const { clock, logger, ended } = this.#deps;
    job.end(state, problem, clock.now());
    if (job.action === 'discard' && job.changed > 0) job.undoUntil = clock.now() + UNDO_MS;
    for (;;) {
      try {
        await this.#recordEnd(job);
        break;
      } catch (error) {
        const fields = { job: job.id, error: errorText(error) };
        logger.log('error', 'The end of bulk work could not be recorded', fields);
        job.recorded();
        if (this.#mode !== 'running') return;
        await this.#pause(WRITE_RETRY_MS);
      }
    }
    job.recorded();
    ended();
  }

  #recordEnd(job: BulkJobRun): Promise<void> {
    const { writer, audit, clock } = this.#deps;
    return writer.submit((unit) => {
      audit.append({
        at: clock.now(),
        actor: job.cancelledBy ?? job.actor,
        action: `bulk.${job.action}.end`,
        subject: job.id,
        detail: job.summary(),
      });
      unit.changed({ entity: 'bulk', id: job.id });
      if (!job.namesRows) unit.changed({ entity: 'everything' });
    });
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _timer = this.#deps.clock.after(ms, resolve);
    await Promise.race([promise, this.#stopSign.promise]);
  }
}
