import type { AlertSnapshot } from '../../main/contract/notification.ts';
import { peakMemoryMb } from './process-usage.ts';
import type { Measure } from './report.ts';

export const JOBS = 20_000;

/** Returns the payload of one job on both sides: an alert of ordinary size. */
export const snapshot = (n: number): AlertSnapshot => ({
  id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  source: 'bench',
  host: `host-${n}`,
  kind: 'DiskFillsUp',
  dedupKey: '',
  severity: 'warning',
  state: 'open',
  message: 'The disk is 95 % full',
  labels: { alertname: 'DiskFillsUp', instance: `host-${n}`, severity: 'warning' },
  annotations: { summary: 'The disk is 95 % full' },
  url: null,
  startedAt: 0,
  lastSeenAt: 0,
  occurrences: 1,
  acknowledgedAt: null,
  closedAt: null,
});

/** Tells the parent process how long all jobs took. */
export function reportJobs(elapsedMs: number, note: string): void {
  const measure: Measure = {
    perSecond: JOBS / (elapsedMs / 1e3),
    cpuUs: null,
    memoryMb: peakMemoryMb(process.pid),
    note,
  };
  process.send?.(measure);
}
