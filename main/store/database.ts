import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrate } from './migrations.ts';

/** The one connection. Everything runs on its thread, so a read never sees half a transaction. */
export type Db = Database.Database;

/** How long SQLite itself waits for a lock that another program holds, such as a backup tool. */
const BUSY_TIMEOUT_MS = 1_000;

/**
 * Opens (and creates, and migrates) `belfry.db` in `dataDir`.
 * WAL with synchronous=FULL: a commit that returned has been fsynced, which the promise rests on.
 * Throws an error for people when the file was written by a newer version; that file stays untouched.
 */
export function openDatabase(dataDir: string): Db {
  const db = new Database(join(dataDir, 'belfry.db'), { timeout: BUSY_TIMEOUT_MS });
  try {
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Another process has this data directory; its message is for people. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
}

/**
 * Takes the operating system's lock on the data directory: an exclusive transaction on a database of
 * its own, which the system releases however the process ends. A pid file would outlive a crash.
 */
export function lockDataDirectory(dataDir: string): Disposable {
  const lock = new Database(join(dataDir, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new DataDirectoryInUse(
        `Another Belfry is already running on ${dataDir}. Stop it first, or choose another --data-dir.`,
      );
    }
    throw error;
  }
  return { [Symbol.dispose]: () => lock.close() };
}
