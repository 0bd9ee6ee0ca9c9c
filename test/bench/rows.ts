import { alertmanager } from './alertmanager.ts';
import { belfry } from './belfry.ts';
import { clusterOfThree } from './cluster-row.ts';
import { measureDelivery } from './delivery-row.ts';
import { measureIdle } from './idle-row.ts';
import { LOADS, measureIngest } from './ingest-row.ts';
import { measureLab } from './lab-row.ts';
import { measureLatency } from './latency-row.ts';
import { measureMemory } from './memory-row.ts';
import { measurePages } from './pages-row.ts';
import { measurePrune, PRUNED_ALERTS } from './prune-row.ts';
import { measureQueue, QUEUE_TITLE } from './queue-row.ts';
import { measureStart } from './start-row.ts';
import { measureWindow } from './window-row.ts';
import type { Figure, Measure } from './report.ts';

export interface Options {
  readonly repeats: number;
  /** Of load, each time that some is made. */
  readonly seconds: number;
}

interface Row {
  readonly title: string;
  /** The aspects that the row does not show. */
  readonly limits: string;
  /** The Debian packages that it needs. */
  readonly needs: readonly string[];
}

/** Both sides run in turn, each on fresh data. */
export interface Comparison extends Row {
  readonly theirs: string;
  readonly measure: (side: 'ours' | 'theirs', dir: string, options: Options) => Promise<Measure>;
}

export interface Alone extends Row {
  readonly measure: (dir: string, options: Options) => Promise<Figure[]>;
}

/** Runs on a copy of a data directory in which that many rows of each kind are stored. */
export interface OfStored extends Row {
  readonly measure: (dataDir: string, rows: number, options: Options) => Promise<Figure[]>;
}

const WRK = 'wrk';
const ALERTMANAGER = 'prometheus-alertmanager';
const peers = { ours: belfry, theirs: alertmanager };

const ofAlertmanager = (
  title: string,
  limits: string,
  measure: Comparison['measure'],
): Comparison => ({
  ...{ title, limits, measure },
  ...{ theirs: alertmanager.name, needs: [WRK, ALERTMANAGER] },
});

const ingest = (title: string, name: keyof typeof LOADS): Comparison =>
  ofAlertmanager(
    title,
    'Alertmanager answers from memory and stores no alert, while Belfry answers after its commit is on the disk. The load generator shares the processors with both.',
    (side, dir, { seconds }) => measureIngest(peers[side], LOADS[name], dir, seconds),
  );

export const COMPARISONS = {
  single: ingest('Single alerts posted and answered, 64 connections', 'single'),
  batch: ingest('Alerts posted 64 at a time and answered, 8 connections', 'batch'),
  touch: ingest('Repeats of 100 open alerts, 64 connections', 'touch'),
  delivery: ofAlertmanager(
    'Single alerts posted and delivered by webhook, 64 connections',
    'One receiver that answers at once. Alertmanager sends each group at once here, which is not how it is usually configured, and notes what it sent in memory.',
    (side, dir, { seconds }) => measureDelivery(peers[side], dir, seconds),
  ),
  cluster: {
    title: 'Single alerts posted through one core of three and answered, 64 connections',
    limits:
      'Three cores and three servers of NATS share this machine, its processors and its disk. Memory and processor time are those of the core that leads.',
    theirs: 'one core alone',
    needs: [WRK, 'nats-server'],
    measure: (side, dir, { seconds }) =>
      measureIngest(side === 'ours' ? clusterOfThree : belfry, LOADS.single, dir, seconds),
  },
  queue: {
    title: QUEUE_TITLE,
    limits: 'The sending itself does nothing, and each side starts cold, once in each round.',
    theirs: 'plainjob',
    needs: [],
    measure: (side, dir) => measureQueue(side === 'ours' ? 'belfry' : 'plainjob', dir),
  },
} satisfies Record<string, Comparison>;

export const ALONE = {
  latency: {
    title: 'One event on an idle server',
    limits:
      'No peer: Alertmanager waits for a group before it sends. The latency is at least that of two synced writes, which depend on the disk.',
    needs: [],
    measure: measureLatency,
  },
  idle: {
    title: 'Nothing to do',
    limits: 'Seconds after the start on an empty data directory, without a window.',
    needs: [ALERTMANAGER],
    measure: measureIdle,
  },
  lab: {
    title: 'A busy lab: 50 events a second to three channels, one failing a third, one slow',
    limits: 'A minute at most; `npm run soak` runs for an hour and looks for growth.',
    needs: [],
    measure: (dir, { seconds }) => measureLab(dir, seconds * 6),
  },
} satisfies Record<string, Alone>;

export const OF_STORED = {
  start: {
    title: 'Start with stored rows',
    limits: 'The files are in the cache of the system; a start after a boot also reads the disk.',
    needs: [],
    measure: (dataDir, rows, { repeats }) => measureStart(dataDir, rows, repeats),
  },
  memory: {
    title: 'Resident memory with stored rows',
    limits:
      'The rows are written to the data directory and not sent by this process; `npm run soak` shows the memory of one that sends for an hour.',
    needs: [],
    measure: measureMemory,
  },
  prune: {
    title: `Removing ${PRUNED_ALERTS} expired alerts and all that belongs to them (900 rows)`,
    limits:
      "The program's own pruner, in a process that does nothing else. The pauses that it makes between batches for the sake of other work are left out.",
    needs: [],
    measure: (dataDir, rows, { repeats }) => measurePrune(dataDir, rows, repeats),
  },
  pages: {
    title: 'Pages with stored rows',
    limits:
      'No peer: Alertmanager stores no history. The p99 is of 20 requests a round, so it is nearly the slowest. Alerts of the load are added to those stored.',
    needs: [WRK],
    measure: (dataDir, rows, { seconds, repeats }) => measurePages(dataDir, rows, seconds, repeats),
  },
  window: {
    title: 'The window with stored alerts',
    limits:
      'One run in headless Chromium without a graphics card, beside the server that it asks. Half a screen is scrolled in each frame, which is faster than a hand.',
    needs: [],
    measure: (dataDir, rows, { seconds }) => measureWindow(dataDir, rows, seconds),
  },
} satisfies Record<string, OfStored>;
