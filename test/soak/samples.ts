import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { residentMb } from '../bench/process-usage.ts';
import type { ServerProcess } from '../support/server-process.ts';

const BYTES_PER_MB = 1_048_576;

/** The measures taken of the server every few seconds, in the order of the printed table. */
export const MEASURES = {
  residentMb: 'resident memory, MB',
  heapMb: 'heap in use, MB',
  openFiles: 'open files and connections',
  walMb: 'write-ahead log, MB',
  databaseMb: 'database, MB',
  queued: 'queued notifications',
  dead: 'dead letters',
  loopDelayMs: 'event-loop delay, ms',
  answerMs: 'time to answer /healthz, ms',
} as const;
export type Measure = keyof typeof MEASURES;
export type Sample = Readonly<Record<Measure, number>>;

const snapshot = z.object({ gauge: z.record(z.string(), z.number()) });

function sizeMb(path: string): number {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / BYTES_PER_MB;
}

/** Measures a running server on Linux. */
export async function takeSample(server: ServerProcess, dataDir: string): Promise<Sample> {
  const pid = server.child.pid ?? 0;
  const askedMs = performance.now();
  await (await fetch(`${server.url}/healthz`)).text();
  const answerMs = performance.now() - askedMs;
  const { gauge } = snapshot.parse((await server.call('GET', '/api/v1/metrics')).body);
  const valueOf = (name: string): number => {
    const value = gauge[name];
    if (value === undefined) throw new Error(`The metric ${name} is missing.`);
    return value;
  };
  const depth = (status: string) => valueOf(`belfry_notification_queue_depth{status="${status}"}`);
  return {
    residentMb: residentMb(pid),
    heapMb: valueOf('nodejs_heap_size_used_bytes') / BYTES_PER_MB,
    openFiles: readdirSync(`/proc/${pid}/fd`).length,
    walMb: sizeMb(join(dataDir, 'belfry.db-wal')),
    databaseMb: sizeMb(join(dataDir, 'belfry.db')),
    queued: depth('pending') + depth('sending') + depth('failed'),
    dead: depth('dead'),
    loopDelayMs: valueOf('nodejs_eventloop_lag_seconds') * 1_000,
    answerMs,
  };
}
