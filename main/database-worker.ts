import { parentPort, workerData } from 'node:worker_threads';
import { defined } from './base/assert.ts';
import { runDatabaseJob, type DatabaseJob } from './store/files/database-job.ts';

/** One job over a whole database in a separate thread, so that nobody waits for it. */
const problem = await runDatabaseJob(workerData as DatabaseJob);
defined(parentPort, "the worker's port").postMessage(problem);
