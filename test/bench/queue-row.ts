import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { JOBS } from './queue-jobs.ts';
import type { Measure } from './report.ts';

export const QUEUE_TITLE = `${JOBS.toLocaleString('en')} notifications claimed and settled`;

export type Side = 'belfry' | 'plainjob';

const OUT = resolve(import.meta.dirname, '../../out/bench');

/** Builds both sides as the app itself is built, since the store takes its migrations in at build time. */
export async function buildQueueSides(): Promise<void> {
  const sides: Side[] = ['belfry', 'plainjob'];
  const entries = sides.map((side) => [side, join(import.meta.dirname, `queue-${side}.ts`)]);
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: {
      ssr: true,
      target: 'node22',
      outDir: OUT,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: { input: Object.fromEntries(entries) as Record<string, string> },
    },
  });
}

/** Runs one side in a separate process, since both hold the thread while they work. */
export async function measureQueue(side: Side, dir: string): Promise<Measure> {
  const child = fork(join(OUT, `${side}.js`), [dir]);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const failed = exit.then(([code]) => {
    throw new Error(`${side} ended with ${String(code)} before it had a result`);
  });
  const [measure] = (await Promise.race([once(child, 'message'), failed])) as [Measure];
  await failed.catch(() => undefined);
  return measure;
}
