import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { JOBS } from './queue-jobs.ts';
import type { Measure } from './report.ts';

export const QUEUE_TITLE = `${JOBS.toLocaleString('en')} notifications claimed and settled`;

/** Runs one side in a process of its own, since both hold the thread while they work. */
export async function measureQueue(side: 'belfry' | 'plainjob', dir: string): Promise<Measure> {
  const child = fork(join(import.meta.dirname, `queue-${side}.ts`), [dir]);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const failed = exit.then(([code]) => {
    throw new Error(`${side} ended with ${String(code)} before it had a result`);
  });
  const [measure] = (await Promise.race([once(child, 'message'), failed])) as [Measure];
  await failed.catch(() => undefined);
  return measure;
}
