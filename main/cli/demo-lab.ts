import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Input } from '../contract/methods.ts';
import type { HttpClient } from './api-client.ts';

type DemoEvent = Exclude<Input<'events.ingest'>, unknown[]>;

/** A recurring problem; steps are counted from the demo's start. */
interface Trouble {
  readonly event: DemoEvent;
  /** Steps from one occurrence to the next. */
  readonly periodSteps: number;
  /** Steps that it lasts. */
  readonly lastsSteps: number;
  readonly firstStep: number;
}

const STEP_MS = 2_000;
/** A lasting condition is reported again, as real senders do; that updates its alert without a notification. */
const REPEAT_STEPS = 5;

const TROUBLES: readonly Trouble[] = [
  {
    event: {
      host: 'nas',
      kind: 'disk_almost_full',
      severity: 'warning',
      message: 'Pool tank is 91 % full',
      labels: { pool: 'tank', job: 'zfs' },
    },
    periodSteps: 60,
    lastsSteps: 50,
    firstStep: 0,
  },
  {
    event: {
      host: 'pve1',
      kind: 'backup_failed',
      severity: 'critical',
      message: 'vzdump 104 (nextcloud): no space left on device',
      labels: { vmid: '104', storage: 'backup' },
    },
    periodSteps: 45,
    lastsSteps: 25,
    firstStep: 1,
  },
  {
    event: {
      host: 'pi-dns',
      kind: 'agent_offline',
      severity: 'critical',
      message: 'No contact for 3 minutes',
      labels: { job: 'ping' },
    },
    periodSteps: 22,
    lastsSteps: 8,
    firstStep: 4,
  },
  {
    event: {
      host: 'docker1',
      kind: 'container_restarting',
      severity: 'warning',
      message: 'jellyfin restarted 5 times in 10 minutes',
      labels: { container: 'jellyfin' },
    },
    periodSteps: 30,
    lastsSteps: 10,
    firstStep: 8,
  },
  {
    event: {
      host: 'router',
      kind: 'updates_available',
      severity: 'info',
      message: '14 packages can be upgraded, 2 of them security fixes',
      labels: { security: '2' },
    },
    periodSteps: 120,
    lastsSteps: 90,
    firstStep: 12,
  },
  {
    event: {
      host: 'ups',
      kind: 'on_battery',
      severity: 'critical',
      message: 'Mains power lost; 23 minutes of battery left',
      labels: { job: 'nut' },
    },
    periodSteps: 75,
    lastsSteps: 6,
    firstStep: 20,
  },
];

/** Returns the lab's reports at a step. */
export function eventsAt(step: number): DemoEvent[] {
  return TROUBLES.flatMap(({ event, periodSteps, lastsSteps, firstStep }) => {
    if (step < firstStep) return [];
    const phase = (step - firstStep) % periodSteps;
    if (phase === lastsSteps) return [{ ...event, status: 'resolved' }];
    const standing = phase < lastsSteps && phase % REPEAT_STEPS === 0;
    return standing ? [{ ...event, status: 'firing' }] : [];
  });
}

/** A small homelab in which things break and recover, reported as real senders would. */
export class DemoLab {
  readonly #client: HttpClient;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #step = 0;
  #next: Disposable | null = null;
  #reporting: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(client: HttpClient, clock: Clock, logger: Logger) {
    this.#client = client;
    this.#clock = clock;
    this.#logger = logger;
  }

  start(): void {
    this.#reporting = this.#report();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#next?.[Symbol.dispose]();
    await this.#reporting;
  }

  async #report(): Promise<void> {
    const events = eventsAt(this.#step);
    this.#step += 1;
    if (events.length > 0) {
      const result = await this.#client.call('events.ingest', events);
      if (!result.ok) this.#logger.log('warn', 'a report failed', { error: result.error.message });
    }
    if (this.#stopped) return;
    this.#next = this.#clock.after(STEP_MS, () => {
      this.#reporting = this.#report();
    });
  }
}
