import { join } from 'node:path';
import { Db } from '../database.ts';
import { diskTrouble } from './disk-error.ts';

const LOCK_NAME = 'in-use.db';

/** The connections that this process holds until it ends; one that nobody refers to would be closed. */
const held: (() => void)[] = [];

/**
 * Keeps the built program in `outDir` from being rebuilt for as long as this process lives: workers and
 * the window are loaded from there long after the start. Where nothing can be locked, such as in a
 * package, nobody can rebuild it either.
 */
export function holdProgramFiles(outDir: string): void {
  const release = lock(outDir, 'BEGIN; SELECT count(*) FROM sqlite_schema');
  if (release !== null) held.push(release);
}

/** Takes the built program for rebuilding it; null while a process runs from it. */
export function claimProgramFiles(outDir: string): Disposable | null {
  const release = lock(outDir, 'BEGIN EXCLUSIVE');
  return release === null ? null : { [Symbol.dispose]: release };
}

/** Many may read a database at once, and one alone may have it; the system ends both with the process. */
function lock(outDir: string, sql: string): (() => void) | null {
  let db: Db | null = null;
  try {
    db = new Db(join(outDir, LOCK_NAME), { timeoutMs: 0 });
    db.exec(sql);
    const locked = db;
    return () => locked.close();
  } catch (error) {
    db?.close();
    if (db !== null && diskTrouble(error) === null) throw error;
    return null;
  }
}
