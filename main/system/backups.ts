import type { Clock } from '../base/clock.ts';
import { crashPoint } from '../base/crash-point.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Backup } from '../contract/backup.ts';
import type { AuditReason } from '../contract/reasons/audit-reasons.ts';
import { backupReason, type BackupReason } from '../contract/reasons/host-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Status } from '../contract/system.ts';
import type { Settings } from '../contract/settings.ts';
import { ReasonError, refuse } from '../messages/failures.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { BackupDirectory } from '../store/files/backup-directory.ts';
import type { RunDatabaseJob } from '../store/files/database-job.ts';
import type { Db } from '../store/database.ts';
import type { KeptCounts } from '../store/kept-counts.ts';
import type { Writer } from '../store/writer.ts';

export interface BackupsDeps {
  readonly db: Pick<Db, 'path' | 'sizeBytes' | 'foundDamaged'>;
  readonly files: BackupDirectory;
  readonly keptCounts: Pick<KeptCounts, 'recount'>;
  readonly runJob: RunDatabaseJob;
  readonly settings: { current(): Pick<Settings, 'backup'> };
  readonly writer: Writer;
  readonly audit: AuditTable;
  readonly render: RenderReason;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
}

const HOUR_MS = 3_600_000;
/** Not during start-up, when everything else wants the disk. */
const FIRST_AFTER_MS = 120_000;
const RETRY_AFTER_MS = 900_000;
/** A copy must leave room for what is to be stored meanwhile. */
const ROOM_FACTOR = 1.1;

/**
 * Copies of the whole database: by the settings' schedule and on demand. They are made and checked on
 * a separate thread, so that nobody waits for them. A copy counts once it was found good; only
 * then do older ones go.
 */
export class Backups implements Scheduled, Service {
  readonly #deps: BackupsDeps;
  readonly #abort = new AbortController();
  #running: Promise<unknown> | null = null;
  #inspecting: Promise<void> = Promise.resolve();
  #notBefore: number;
  #lastAt: number | null;
  #reason: BackupReason | null = null;

  constructor(deps: BackupsDeps) {
    this.#deps = deps;
    this.#lastAt = deps.files.list()[0]?.createdAt ?? null;
    this.#notBefore = deps.clock.now() + FIRST_AFTER_MS;
  }

  start(): void {
    this.#deps.wake();
  }

  /** Cancels what is under way; the next start begins it again. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    // Its connection would keep the WAL from being emptied.
    await this.#inspecting;
  }

  nextDueAt(): number | null {
    const { enabled, everyHours } = this.#deps.settings.current().backup;
    if (!enabled || this.#running || this.#abort.signal.aborted) return null;
    const next = this.#lastAt === null ? 0 : this.#lastAt + everyHours * HOUR_MS;
    return Math.max(next, this.#notBefore);
  }

  run(): void {
    this.#begin('belfry').catch((error: unknown) => {
      this.#deps.logger.log('error', 'A backup could not be made', { error: errorText(error) });
    });
  }

  clockChanged(): void {
    const now = this.#deps.clock.now();
    this.#notBefore = Math.min(this.#notBefore, now + RETRY_AFTER_MS);
    // A clock that was set back must not put the next one off by as much.
    if (this.#lastAt !== null && this.#lastAt > now) this.#lastAt = now;
  }

  list(): Backup[] {
    return this.#deps.files.list();
  }

  /** Makes one now. Resolves once it is checked and durable. */
  async create(actor: string): Promise<Result<Backup>> {
    if (this.#running) return refuse('wrong_state', { code: 'error.backup_running', params: {} });
    const { refusal } = this.#deps.writer;
    // The file that lies at the path is not the database that is open.
    if (refusal?.trouble === 'displaced') return refuse('unavailable', refusal.reason);
    try {
      return ok(await this.#begin(actor));
    } catch (error) {
      return refuse('unavailable', reasonOf(error));
    }
  }

  status(): Status['backup'] {
    return {
      lastAt: this.#lastAt,
      problem: this.#reason && this.#deps.render(this.#reason),
      reason: this.#reason,
    };
  }

  /**
   * Looks at every page of the database in use, as after a crash, and at what is counted of its rows.
   * Listeners hear of damage; counts that are wrong are counted again.
   */
  inspect(): Promise<void> {
    this.#inspecting = this.#inspect();
    return this.#inspecting;
  }

  async #inspect(): Promise<void> {
    const { db, runJob, keptCounts, writer, logger } = this.#deps;
    const { path } = db;
    try {
      const problem = await runJob({ type: 'check', path }, this.#abort.signal);
      if (problem !== null) {
        db.foundDamaged(problem);
        return;
      }
      const tables = await runJob({ type: 'count', path }, this.#abort.signal);
      if (tables === null) return;
      logger.log('error', 'Kept counts were wrong and are counted again', { tables });
      await writer.submit(() => keptCounts.recount());
    } catch (error) {
      logger.log('warn', 'The database could not be inspected', { error: errorText(error) });
    }
  }

  #begin(actor: string): Promise<Backup> {
    const made = this.#make(actor);
    this.#running = made
      .then(
        () => null,
        (error: unknown) => reasonOf(error),
      )
      .then((reason) => {
        this.#running = null;
        this.#reason = reason;
        if (reason !== null) this.#notBefore = this.#deps.clock.now() + RETRY_AFTER_MS;
        this.#deps.wake();
      });
    return made;
  }

  async #make(actor: string): Promise<Backup> {
    const { db, files, runJob, settings, writer, audit, clock, logger } = this.#deps;
    const at = clock.now();
    const partial = files.begin(at);
    requireRoom(files, db.sizeBytes());
    const job = { type: 'copy', source: db.path, target: partial } as const;
    const problem = await runJob(job, this.#abort.signal);
    if (problem !== null) {
      await this.inspect();
      throw new ReasonError({ code: 'backup.check_failed', params: { error: problem } });
    }
    crashPoint('backup.copied');
    const made = files.keep(partial, at);
    crashPoint('backup.kept');
    this.#lastAt = made.createdAt;
    const removed = files.rotate(settings.current().backup.keep, made);
    logger.log('info', 'A backup was made', { name: made.name, bytes: made.bytes });
    const { name, bytes } = made;
    const reason: AuditReason =
      removed.length === 0
        ? { code: 'audit.backup', params: { name, bytes } }
        : { code: 'audit.backup_rotated', params: { name, bytes, removed } };
    await writer.submit((unit) => {
      audit.append({ at, actor, action: 'backup.create', subject: name, reason });
      unit.changed({ entity: 'status' });
    });
    return made;
  }
}

function requireRoom(files: BackupDirectory, bytes: number): void {
  const needed = Math.ceil(bytes * ROOM_FACTOR);
  const free = files.freeBytes();
  if (free >= needed) return;
  const params = { path: files.path, neededBytes: needed, freeBytes: free };
  throw new ReasonError({ code: 'backup.no_room', params });
}

const reasonOf = (error: unknown): BackupReason => {
  const known = error instanceof ReasonError ? backupReason.safeParse(error.reason) : null;
  return known?.success
    ? known.data
    : { code: 'backup.failed', params: { error: errorText(error) } };
};
