import type { Clock } from '../base/clock.ts';
import { crashPoint } from '../base/crash-point.ts';
import type { NewId } from '../base/ids.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type {
  BulkJob,
  NotificationSelection,
  RequeueSelection,
  RetrySelection,
} from '../contract/notification.ts';
import type { BulkReason } from '../contract/reasons/host-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { BulkActions } from './bulk-actions.ts';
import { BulkJobRun, newJobRow, type NewJob } from './bulk-job.ts';
import type { ChannelService } from './channel-service.ts';
import type { DeadLetters, Selected } from './dead-letters.ts';
import type { Retries } from './retries.ts';
import { refuse } from '../messages/failures.ts';

export interface BulkWorkDeps {
  readonly tables: Pick<Tables, 'bulkJobs' | 'notifications' | 'audit'>;
  readonly actions: BulkActions;
  readonly channels: Pick<ChannelService, 'get' | 'collection'>;
  readonly deadLetters: Pick<DeadLetters, 'select' | 'discarded'>;
  readonly retries: Pick<Retries, 'select'>;
  readonly writer: Writer;
  readonly render: RenderReason;
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
/** Jobs that are remembered. */
const KEPT_MAX = 50;
const UNDO_MS = 30_000;
const WRITE_RETRY_MS = 1_000;

/**
 * Work on many notifications, in the background. Modes: stopped → running → stopping (what runs breaks
 * off after its batch) → stopped. A job: waiting for its turn or at work, both `running` → finished |
 * cancelled | failed. Its rows are stored when it is asked for, and each batch commits together with the
 * job's progress. So a stop or a crash costs nothing, and the next start continues.
 */
export class BulkWork implements Service {
  readonly #deps: BulkWorkDeps;
  /** Oldest first. */
  #jobs: Map<string, BulkJobRun>;
  #waiting: BulkJobRun[] = [];
  readonly #running = new Map<BulkJobRun, Promise<void>>();
  #mode: 'stopped' | 'running' | 'stopping' = 'stopped';
  /** Wakes who waits to try a write again. */
  #stopSign = Promise.withResolvers<void>();

  constructor(deps: BulkWorkDeps) {
    this.#deps = deps;
    const { bulkJobs: jobs } = deps.tables;
    this.#jobs = new Map(jobs.all().map((row) => [row.id, new BulkJobRun(row, jobs.seqs(row.id))]));
  }

  start(): void {
    if (this.#mode !== 'stopped') return;
    this.#stopSign = Promise.withResolvers();
    this.#mode = 'running';
    this.#waiting = [...this.#jobs.values()].filter((job) => job.isRunning);
    const jobs = this.#waiting.length;
    if (jobs > 0) this.#deps.logger.log('info', 'Bulk work is continued', { jobs });
    this.#startNext();
  }

  async stop(): Promise<void> {
    if (this.#mode !== 'running') return;
    this.#mode = 'stopping';
    this.#stopSign.resolve();
    this.#waiting = [];
    await Promise.all(this.#running.values());
    this.#mode = 'stopped';
  }

  /** Newest first. */
  list(): BulkJob[] {
    return [...this.#jobs.values()].reverse().map((job) => job.view(this.#deps.render));
  }

  /** As the push stream shows it; null when it is not known (any more). */
  get(id: string): BulkJob | null {
    return this.#jobs.get(id)?.view(this.#deps.render) ?? null;
  }

  async requeue(selection: RequeueSelection, actor: string): Promise<Result<BulkJob>> {
    const selected = await this.#deps.deadLetters.select(selection, 'requeue');
    if (!selected.ok) return selected;
    const { toChannelId = null } = selection;
    if (toChannelId !== null) return this.#requeueElsewhere(selected.value, selection, actor);
    const action = selection.asSummary === true ? 'summarise' : 'requeue';
    return this.#begin({ ...selected.value, action, actor });
  }

  /** `wrong_state` for a channel that is disabled: what waited there would be seen by nobody. */
  async #requeueElsewhere(
    selected: Selected,
    { toChannelId = '', ids, ...how }: RequeueSelection,
    actor: string,
  ): Promise<Result<BulkJob>> {
    const { channels } = this.#deps;
    const target = channels.get(toChannelId);
    if (!target) return channels.collection.missing();
    const { name } = target;
    if (!target.enabled) {
      return refuse('wrong_state', { code: 'error.channel_disabled', params: { name } });
    }
    const filter = JSON.stringify(ids ? { ids: ids.length } : how);
    const audited: NewJob['audited'] = (count) => ({
      code: 'audit.bulk_elsewhere',
      params: { count, channel: name, filter },
    });
    return this.#begin({ ...selected, audited, toChannelId, action: 'requeue', actor });
  }

  /** Makes pending and failed ones due now. */
  async retry(selection: RetrySelection, actor: string): Promise<Result<BulkJob>> {
    const selected = await this.#deps.retries.select(selection);
    return this.#begin({ ...selected, action: 'retry', actor });
  }

  async discard(selection: NotificationSelection, actor: string): Promise<Result<BulkJob>> {
    const selected = await this.#deps.deadLetters.select(selection, 'discard');
    return selected.ok ? this.#begin({ ...selected.value, action: 'discard', actor }) : selected;
  }

  /**
   * Brings back what one discard took: `id` is a notification's, or that of a bulk discard. As dead
   * letters, whatever they were, since time has passed. `wrong_state` after 30 s; `not_found`.
   */
  async undoDiscard(id: string, actor: string): Promise<Result<BulkJob>> {
    const { deadLetters, clock } = this.#deps;
    const { notifications } = this.#deps.tables;
    const source = this.#jobs.get(id);
    if (source?.isRunning) {
      return refuse('wrong_state', { code: 'error.bulk_running', params: {} });
    }
    const discarded = deadLetters.discarded(id);
    if (!discarded) {
      const isKnown = source !== undefined || notifications.pages.byId(id) !== null;
      return isKnown
        ? refuse('wrong_state', { code: 'error.undo_nothing', params: {} })
        : refuse('not_found', { code: 'error.undo_unknown', params: {} });
    }
    if (clock.now() > Math.max(discarded.lastAt, source?.row.endedAt ?? 0) + UNDO_MS) {
      return refuse('wrong_state', { code: 'error.undo_late', params: {} });
    }
    const { seqs } = discarded;
    const audited: NewJob['audited'] = (count) => ({
      code: 'audit.bulk_undo',
      params: { count, discardId: id },
    });
    const chosen = { seqs, unknown: 0, skipped: 0, named: true, audited };
    return this.#begin({ ...chosen, discardId: id, action: 'undo_discard', actor });
  }

  /** Ends it after the batch that is under way, and answers when it has; what was done stays done. */
  async cancel(id: string, actor: string): Promise<Result<BulkJob>> {
    const job = this.#jobs.get(id);
    if (!job) return refuse('not_found', { code: 'error.bulk_unknown', params: {} });
    if (this.#mode !== 'running')
      return refuse('unavailable', { code: 'error.stopping', params: {} });
    if (!job.isRunning) {
      const params = { state: job.row.state };
      return refuse('wrong_state', { code: 'error.bulk_ended', params });
    }
    job.cancelledBy ??= actor;
    if (this.#waiting.includes(job)) {
      this.#waiting = this.#waiting.filter((other) => other !== job);
      this.#track(job, this.#end(job, 'cancelled', null));
    }
    await job.ended;
    return ok(job.view(this.#deps.render));
  }

  async #begin(given: NewJob): Promise<Result<BulkJob>> {
    const { writer, clock, newId } = this.#deps;
    const { audit } = this.#deps.tables;
    if (this.#mode !== 'running') {
      return refuse('unavailable', { code: 'error.stopping', params: {} });
    }
    if (this.#waiting.length >= WAITING_MAX) {
      return refuse('unavailable', { code: 'error.bulk_full', params: {} });
    }
    const { seqs, audited } = given;
    const job = new BulkJobRun(newJobRow(given, newId(), clock.now()), seqs);
    const { id, action, actor, total, discardId, startedAt } = job.row;
    await writer.submit((unit) => {
      audit.append({
        at: startedAt,
        actor,
        action: `bulk.${action}`,
        subject: discardId ?? id,
        reason: audited(total),
      });
      this.#deps.tables.bulkJobs.insert(job.row, seqs);
      this.#remember(unit, job);
      unit.changed({ entity: 'bulk', id });
      const undone = discardId === null ? undefined : this.#jobs.get(discardId);
      if (undone) this.#noMoreUndo(unit, undone);
    });
    this.#waiting.push(job);
    this.#startNext();
    return ok(job.view(this.#deps.render));
  }

  #noMoreUndo(unit: Unit, job: BulkJobRun): void {
    const { undoUntil } = job.row;
    unit.onUndone(() => job.setUndo(undoUntil));
    job.setUndo(null);
    this.#deps.tables.bulkJobs.progress(job.row);
    unit.changed({ entity: 'bulk', id: job.id });
  }

  #remember(unit: Unit, job: BulkJobRun): void {
    const before = [...this.#jobs];
    unit.onUndone(() => (this.#jobs = new Map(before)));
    this.#jobs.set(job.id, job);
    for (const [id, { isRunning }] of before) {
      if (this.#jobs.size <= KEPT_MAX) return;
      if (isRunning) continue;
      this.#jobs.delete(id);
      this.#deps.tables.bulkJobs.forget(id);
    }
  }

  #startNext(): void {
    while (this.#mode === 'running' && this.#running.size < RUNNING_MAX) {
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
    const { actions, writer, clock, logger } = this.#deps;
    const { bulkJobs: jobs } = this.#deps.tables;
    try {
      while (!job.isDone && job.cancelledBy === null && this.#mode === 'running') {
        await writer.submit((unit) => {
          job.doBatch(unit, BATCH, (seqs) => actions.doBatch(unit, job.row, seqs, clock.now()));
          jobs.progress(job.row);
          crashPoint('bulk');
        });
        // Between batches the loop belongs to everybody else.
        await new Promise(setImmediate);
      }
      if (!job.isDone && job.cancelledBy === null) return;
      await this.#end(job, job.isDone ? 'finished' : 'cancelled', null);
    } catch (error) {
      logger.log('error', 'Bulk work failed', { job: job.id, error: errorText(error) });
      await this.#end(job, 'failed', this.#reasonOf(error));
    }
  }

  #reasonOf(error: unknown): BulkReason {
    const because = this.#deps.writer.refusal?.reason;
    return because
      ? { code: 'bulk.not_stored', params: { because } }
      : { code: 'bulk.defect', params: { error: errorText(error) } };
  }

  /** It has ended whether or not that can be written; that is tried until it can, or until the stop. */
  async #end(
    job: BulkJobRun,
    state: 'finished' | 'cancelled' | 'failed',
    reason: BulkReason | null,
  ): Promise<void> {
    const { clock, logger, ended } = this.#deps;
    job.end(state, reason, clock.now());
    const { action, changed } = job.row;
    if (action === 'discard' && changed > 0) job.setUndo(clock.now() + UNDO_MS);
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
    const { actions, writer, clock } = this.#deps;
    const { bulkJobs: jobs, audit } = this.#deps.tables;
    return writer.submit((unit) => {
      audit.append({
        at: clock.now(),
        actor: job.cancelledBy ?? job.row.actor,
        action: `bulk.${job.row.action}.end`,
        subject: job.id,
        reason: job.summary(),
      });
      actions.ended(unit, job.row, clock.now());
      jobs.progress(job.row);
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
