import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Input } from '../contract/methods.ts';
import type { HttpClient } from './api-client.ts';

export type DemoEvent = Exclude<Input<'events.ingest'>, unknown[]>;

/** A recurring problem. */
interface Trouble {
  /** Its first step, counted from the demo's start, the steps that it lasts, and those from one occurrence to the next. */
  readonly steps: readonly [first: number, lasts: number, period: number];
  readonly event: DemoEvent;
}

const STEP_MS = 2_000;
/** A lasting condition is reported again, as real senders do; that updates its alert without a notification. */
const REPEAT_STEPS = 5;

const trouble = (
  steps: Trouble['steps'],
  [host, kind]: readonly [host: string, kind: string],
  severity: 'info' | 'warning' | 'critical',
  message: string,
  labels: Readonly<Record<string, string>>,
): Trouble => ({ steps, event: { host, kind, severity, message, labels } });

const TROUBLES: readonly Trouble[] = [
  trouble([0, 50, 60], ['nas', 'disk_almost_full'], 'warning', 'Pool tank is 91 % full', {
    pool: 'tank',
    job: 'zfs',
  }),
  trouble(
    [1, 25, 45],
    ['pve1', 'backup_failed'],
    'critical',
    'vzdump 104 (nextcloud): no space left on device',
    { vmid: '104', storage: 'backup' },
  ),
  trouble([4, 8, 22], ['pi-dns', 'agent_offline'], 'critical', 'No contact for 3 minutes', {
    job: 'ping',
  }),
  trouble(
    [8, 10, 30],
    ['docker1', 'container_restarting'],
    'warning',
    'jellyfin restarted 5 times in 10 minutes',
    { container: 'jellyfin' },
  ),
  trouble(
    [12, 90, 120],
    ['router', 'updates_available'],
    'info',
    '14 packages can be upgraded, 2 of them security fixes',
    { security: '2' },
  ),
  trouble(
    [20, 6, 75],
    ['ups', 'on_battery'],
    'critical',
    'Mains power lost; 23 minutes of battery left',
    { job: 'nut' },
  ),
];

/** Returns the lab's reports at a step. */
export function eventsAt(step: number): DemoEvent[] {
  return TROUBLES.flatMap(({ event, steps: [first, lasts, period] }) => {
    if (step < first) return [];
    const phase = (step - first) % period;
    if (phase === lasts) return [{ ...event, status: 'resolved' }];
    const standing = phase < lasts && phase % REPEAT_STEPS === 0;
    return standing ? [{ ...event, status: 'firing' }] : [];
  });
}

/** Runs a small homelab in which things break and recover, reported as real senders would; returns its stop. */
export function startLab(client: HttpClient, clock: Clock, logger: Logger): () => Promise<void> {
  let step = 0;
  let next: Disposable | null = null;
  let stopped = false;
  const report = async (): Promise<void> => {
    const events = eventsAt(step);
    step += 1;
    if (events.length > 0) {
      const result = await client.call('events.ingest', events);
      if (!result.ok) logger.log('warn', 'a report failed', { error: result.error.message });
    }
    if (stopped) return;
    next = clock.after(STEP_MS, () => {
      reporting = report();
    });
  };
  let reporting = report();
  return async () => {
    stopped = true;
    next?.[Symbol.dispose]();
    await reporting;
  };
}
