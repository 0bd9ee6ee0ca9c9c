import { Worker } from 'node:worker_threads';
import type { RunDatabaseJob } from '../store/files/database-job.ts';

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
