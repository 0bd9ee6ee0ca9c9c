import { closeSync, fsyncSync, openSync } from 'node:fs';
import { errorText } from '../../base/logger.ts';
import { Db } from '../database.ts';
import { KeptCounts } from '../kept-counts.ts';
import { diskTrouble } from './disk-error.ts';
import { Worker } from 'node:worker_threads';

/** Work over a whole file, which takes as long as the file is large. */
export type DatabaseJob =
  /** Copies a database that may be in use, checks the copy, and makes it durable. */
  | { readonly type: 'copy'; readonly source: string; readonly target: string }
  /** Checks a copy and makes it durable. */
  | { readonly type: 'seal'; readonly path: string }
  /** Checks a database that may be in use. */
  | { readonly type: 'check'; readonly path: string }
  /** Compares the kept counts of a database that may be in use with its rows. */
  | { readonly type: 'count'; readonly path: string };

/** Does a job somewhere; the answer is what is wrong with the database or its counts, null when nothing is. */
export type RunDatabaseJob = (job: DatabaseJob, signal: AbortSignal) => Promise<string | null>;

/** Does a job on this thread. Rejects when files cannot be read or written. */
export async function runDatabaseJob(job: DatabaseJob): Promise<string | null> {
  if (job.type === 'check') return checkDatabase(job.path);
  if (job.type === 'count') return wrongCounts(job.path);
  if (job.type === 'seal') return sealCopy(job.path);
  const source = new Db(job.source, { readOnly: true });
  try {
    await source.copyTo(job.target);
  } catch (error) {
    if (diskTrouble(error) === 'damaged') return errorText(error);
    throw error;
  } finally {
    source.close();
  }
  return sealCopy(job.target);
}

/** One file without a WAL, checked whole, on the disk for good. */
function sealCopy(path: string): string | null {
  const problem = withDatabase(path, false, (db) => {
    db.pragma('journal_mode = DELETE');
    return firstProblem(db, 'integrity_check(1)');
  });
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return problem;
}

/** Looks at every page; changes nothing. */
export const checkDatabase = (path: string): string | null =>
  withDatabase(path, true, (db) => firstProblem(db, 'quick_check(1)'));

const wrongCounts = (path: string): string | null =>
  withDatabase(path, true, (db) => new KeptCounts(db).wrong().join(', ') || null);

function withDatabase(
  path: string,
  readOnly: boolean,
  look: (db: Db) => string | null,
): string | null {
  let db: Db | null = null;
  try {
    db = new Db(path, { readOnly });
    return look(db);
  } catch (error) {
    if (diskTrouble(error) === 'damaged') return errorText(error);
    throw error;
  } finally {
    db?.close();
  }
}

function firstProblem(db: Db, check: string): string | null {
  const found = db.pragma(check, { simple: true });
  return found === 'ok' ? null : String(found);
}

/** Does each job in a separate worker thread. `script` is the built `database-worker`. */
export function workerJobs(script: string): RunDatabaseJob {
  return async (workerData, signal) => {
    const worker = new Worker(script, { workerData });
    const stop = (): void => void worker.terminate();
    signal.addEventListener('abort', stop);
    try {
      return await new Promise<string | null>((resolve, reject) => {
        worker.on('message', (problem: string | null) => resolve(problem));
        worker.on('error', reject);
        worker.on('exit', () => reject(new Error('It was stopped before it was done.')));
      });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}
