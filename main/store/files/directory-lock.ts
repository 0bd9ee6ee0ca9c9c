import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommitMark } from './commit-mark.ts';
import { DATABASE_NAME, Db } from '../database.ts';
import { diskTrouble } from './disk-error.ts';
import { identityOf, isSame } from './open-files.ts';

/** Another process has this data directory; its message is for people. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
}

/**
 * The operating system's lock on the data directory: an exclusive transaction on a separate database,
 * which the system releases however the process ends. A pid file would outlive a crash.
 */
export class DirectoryLock implements Disposable {
  readonly #dataDir: string;
  readonly #path: string;
  #db: Db | null;
  #opened: ReturnType<typeof identityOf>;

  /** Throws DataDirectoryInUse while another process has the directory. */
  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#path = join(dataDir, 'lock.db');
    this.#db = this.#take();
    this.#opened = identityOf(this.#path);
  }

  /**
   * Returns true while the lock that lies in the directory is ours. One that was removed is made and
   * taken again; false means that another process was quicker, for good.
   */
  isHeld(): boolean {
    if (this.#db === null) return false;
    if (isSame(identityOf(this.#path), this.#opened)) return true;
    this.#db.close();
    this.#db = null;
    try {
      this.#db = this.#take();
    } catch (error) {
      if (error instanceof DataDirectoryInUse) return false;
      throw error;
    }
    this.#opened = identityOf(this.#path);
    return true;
  }

  [Symbol.dispose](): void {
    this.#db?.close();
    this.#db = null;
  }

  #take(): Db {
    const lock = new Db(this.#path, { timeoutMs: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return lock;
    } catch (error) {
      lock.close();
      if (diskTrouble(error) !== 'busy') throw error;
      throw new DataDirectoryInUse(
        `Another Belfry is already running on ${this.#dataDir}. Stop it first, or choose another --data-dir.`,
      );
    }
  }
}

/**
 * Takes the lock on a data directory. A lock file that somebody removed keeps nobody out, so that it is
 * not enough: where the last process did not end cleanly, nobody else may have the database open either.
 */
export function lockDataDirectory(dataDir: string): DirectoryLock {
  const lock = new DirectoryLock(dataDir);
  const path = join(dataDir, DATABASE_NAME);
  if (CommitMark.read(dataDir)?.state !== 'running' || !isOpenElsewhere(path)) return lock;
  lock[Symbol.dispose]();
  throw new DataDirectoryInUse(
    `Another Belfry is already running on ${dataDir}: its lock file was removed, but it still has ${path} open. Stop it first (or the program that reads the file), or choose another --data-dir.`,
  );
}

/** An exclusive connection is possible only while there is no other. */
function isOpenElsewhere(path: string): boolean {
  if (!existsSync(path) || statSync(path).size === 0) return false;
  const probe = new Db(path, { timeoutMs: 0 });
  try {
    probe.pragma('locking_mode = EXCLUSIVE');
    probe.value('SELECT count(*) FROM sqlite_schema');
    return false;
  } catch (error) {
    // Any other problem of the file is for the start to find and to heal.
    if (diskTrouble(error) === null) throw error;
    return diskTrouble(error) === 'busy';
  } finally {
    probe.close();
  }
}
