import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { StorageReason } from '../contract/reasons/host-reasons.ts';
import type { BackupDirectory } from '../store/files/backup-directory.ts';
import type { RunDatabaseJob } from '../store/files/database-job.ts';
import type { Db } from '../store/database.ts';
import { lossReason, type FileLoss } from '../store/files/open-files.ts';
import type { Writer } from '../store/writer.ts';

export interface FileRescueDeps {
  readonly db: Pick<Db, 'copyTo' | 'checkpoint'>;
  readonly files: BackupDirectory;
  readonly runJob: RunDatabaseJob;
  readonly writer: Pick<Writer, 'refusal' | 'onRefusal' | 'advise'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A disk without room for a copy is not asked every second. */
const RETRY_AFTER_MS = 30_000;

/**
 * Saves what was accepted when a file of the database was moved or removed: the process still has it
 * open. A log that is gone is written into the database file. A database that is gone is copied into a
 * new backup, which the next start restores. Nothing that somebody put in its place is touched.
 */
export class FileRescue implements Service {
  readonly #deps: FileRescueDeps;
  #running: Promise<void> | null = null;
  #isSaved = false;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(deps: FileRescueDeps) {
    this.#deps = deps;
    deps.writer.onRefusal(() => {
      if (deps.writer.refusal === null) this.#isSaved = false;
      this.look();
    });
  }

  start(): void {
    this.look();
  }

  /** Waits for a copy that is under way, since it may be all that is left. */
  async stop(): Promise<void> {
    await this.#running;
  }

  /** Saves what has not been saved yet. */
  look(): void {
    const { writer, clock } = this.#deps;
    const loss = writer.refusal?.loss ?? null;
    // A copy may not go to a directory that is not ours, such as the mount point of a disk that is gone.
    if (loss === null || loss.file === 'directory') return;
    if (this.#isSaved || this.#running !== null || clock.monotonicMs() < this.#notBeforeMs) return;
    this.#running = this.#save(loss).finally(() => {
      this.#running = null;
    });
  }

  async #save(loss: FileLoss): Promise<void> {
    const { writer, clock, logger } = this.#deps;
    try {
      const saved = loss.file === 'database' ? await this.#copy(loss) : this.#checkpoint(loss);
      this.#isSaved = true;
      logger.log('warn', 'What the database held was saved', { saved: saved.code });
      writer.advise(saved);
    } catch (error) {
      this.#notBeforeMs = clock.monotonicMs() + RETRY_AFTER_MS;
      const problem = errorText(error);
      logger.log('error', 'What the database held could not be saved', { error: problem });
      const params = { loss: lossReason(loss), error: problem };
      writer.advise({ code: 'storage.not_saved', params });
    }
  }

  #checkpoint(loss: FileLoss): StorageReason {
    this.#deps.db.checkpoint();
    return { code: 'storage.saved', params: { loss: lossReason(loss) } };
  }

  async #copy(loss: FileLoss): Promise<StorageReason> {
    const { db, files, runJob, clock } = this.#deps;
    const now = clock.now();
    const partial = files.begin(now);
    await db.copyTo(partial);
    const problem = await runJob({ type: 'seal', path: partial }, new AbortController().signal);
    if (problem !== null) throw new Error(`The copy did not pass its check (${problem}).`);
    const { name } = files.keep(partial, now);
    const copy = { path: files.pathOf(name), isReplaced: loss.how === 'replaced' };
    return { code: 'storage.copied', params: { loss: lossReason(loss), ...copy } };
  }
}
