import { join } from 'node:path';
import Database from 'better-sqlite3';
import { better, defineQueue, defineWorker, JobStatus } from 'plainjob';
import { JOBS, reportJobs, snapshot } from './queue-jobs.ts';

/** plainjob claims and settles JOBS jobs that do nothing, each commit fsynced as Belfry's are. */

const [dir = ''] = process.argv.slice(2);
const silent = { error() {}, warn() {}, info() {}, debug() {} };

const db = new Database(join(dir, 'plainjob.db'));
const queue = defineQueue({ connection: better(db), logger: silent });
db.pragma('synchronous = FULL');
queue.addMany(
  'deliver',
  Array.from({ length: JOBS }, (_, n) => snapshot(n)),
);

let done = 0;
let startedAt = 0;
const worker = defineWorker('deliver', () => undefined, {
  queue,
  logger: silent,
  onCompleted() {
    done += 1;
    if (done < JOBS) return;
    const elapsedMs = performance.now() - startedAt;
    const settled = queue.countJobs({ status: JobStatus.Done });
    if (settled !== JOBS) throw new Error(`${settled} of ${JOBS} jobs are done`);
    reportJobs(elapsedMs, `synchronous ${String(db.pragma('synchronous', { simple: true }))}`);
    void worker.stop().then(() => {
      queue.close();
      process.disconnect();
    });
  },
});
startedAt = performance.now();
await worker.start();
