import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { alertmanager } from './alertmanager.ts';
import { belfry } from './belfry.ts';
import { measureDelivery } from './delivery-row.ts';
import { measureIdle } from './idle-row.ts';
import { LOADS, measureIngest } from './ingest-row.ts';
import { measureLab } from './lab-row.ts';
import { measureLatency } from './latency-row.ts';
import { measurePages } from './pages-row.ts';
import { buildQueueSides, measureQueue, QUEUE_TITLE } from './queue-row.ts';
import {
  describeCompared,
  describeFigures,
  ratios,
  type Compared,
  type Figures,
  type Measure,
} from './report.ts';

/**
 * Ratios against named peers, and figures that have none, on this machine in this run:
 * `npm run bench [-- --row single --row pages] [--repeats 5] [--seconds 5] [--stored 1000,100000] [--json FILE]`.
 * Both sides of a ratio run in turn, each on fresh data, and the order changes from pair to pair.
 */

interface Comparison {
  readonly title: string;
  readonly theirs: string;
  /** The Debian packages that it needs. */
  readonly needs: readonly string[];
  readonly measure: (side: 'ours' | 'theirs', dir: string) => Promise<Measure>;
}

const WRK = 'wrk';
const ALERTMANAGER = 'prometheus-alertmanager';
const peers = { ours: belfry, theirs: alertmanager };

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    stored: { type: 'string', default: '1000,100000,1000000' },
    row: { type: 'string', multiple: true },
    json: { type: 'string' },
  },
});
const repeats = z.coerce.number().int().min(1).max(100).parse(values.repeats);
const seconds = z.coerce.number().int().min(1).max(60).parse(values.seconds);
const stored = z
  .array(z.coerce.number().int().min(1_000).max(10_000_000))
  .parse(values.stored.split(','));

const ofAlertmanager = (title: string, measure: Comparison['measure']): Comparison => ({
  ...{ title, measure },
  ...{ theirs: alertmanager.name, needs: [WRK, ALERTMANAGER] },
});
const ingest = (title: string, name: keyof typeof LOADS): Comparison =>
  ofAlertmanager(title, (side, dir) => measureIngest(peers[side], LOADS[name], dir, seconds));

const COMPARISONS = {
  single: ingest('single alerts posted and answered, 64 connections', 'single'),
  batch: ingest('alerts posted 64 at a time and answered, 8 connections', 'batch'),
  touch: ingest('repeats of 100 open alerts, 64 connections', 'touch'),
  delivery: ofAlertmanager(
    'single alerts posted and delivered by webhook, 64 connections',
    (side, dir) => measureDelivery(peers[side], dir, seconds),
  ),
  queue: {
    title: QUEUE_TITLE,
    theirs: 'plainjob',
    needs: [],
    measure: (side, dir) => measureQueue(side === 'ours' ? 'belfry' : 'plainjob', dir),
  },
} satisfies Record<string, Comparison>;

const FIGURES = {
  latency: { title: 'one event on an idle server', needs: [], measure: measureLatency },
  idle: { title: 'nothing to do', needs: [ALERTMANAGER], measure: measureIdle },
  lab: {
    title: 'a busy lab: 50 events a second to three channels, one failing a third, one slow',
    needs: [],
    measure: (dir: string) => measureLab(dir, seconds * 6),
  },
  pages: {
    title: 'with stored alerts and notifications',
    needs: [WRK],
    measure: async (dir: string) => {
      const figures = [];
      for (const rows of stored) figures.push(...(await measurePages(dir, rows, seconds)));
      return figures;
    },
  },
} as const;

const names = z.enum([
  ...(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]),
  ...(Object.keys(FIGURES) as (keyof typeof FIGURES)[]),
]);
const rows = z.array(names).parse(values.row ?? names.options);

/** Says which program is missing, once for each row that goes without. */
function isMissing(row: string, needs: readonly string[]): boolean {
  for (const program of needs) {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
    } catch {
      console.log(`\n${row}: not measured, ${program} is missing (apt-get install ${program})`);
      return true;
    }
  }
  return false;
}

async function onFreshData<T>(measure: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'belfry-bench-'));
  try {
    return await measure(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function compare(name: string, { title, theirs, measure }: Comparison): Promise<Compared> {
  const run = (side: 'ours' | 'theirs') => onFreshData((dir) => measure(side, dir));
  const pairs: { ours: Measure; theirs: Measure }[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const first = repeat % 2 === 0 ? 'ours' : 'theirs';
    const one = await run(first);
    const other = await run(first === 'ours' ? 'theirs' : 'ours');
    pairs.push(first === 'ours' ? { ours: one, theirs: other } : { ours: other, theirs: one });
  }
  return { name, title, ours: belfry.name, theirs, pairs };
}

const isComparison = (name: string): name is keyof typeof COMPARISONS => name in COMPARISONS;

async function runRow(name: z.infer<typeof names>): Promise<Compared | Figures | null> {
  if (isComparison(name)) {
    const comparison = COMPARISONS[name];
    if (isMissing(name, comparison.needs)) return null;
    const row = await compare(name, comparison);
    console.log(`\n${describeCompared(row)}`);
    return row;
  }
  const { title, needs, measure } = FIGURES[name];
  if (isMissing(name, needs)) return null;
  const row = { name, title, figures: await onFreshData(measure) };
  console.log(`\n${describeFigures(row)}`);
  return row;
}

if (rows.includes('queue')) await buildQueueSides();
const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${process.platform} ${arch()}, Node ${process.version}`;
console.log(`${machine}, data in ${tmpdir()}, load before ${loadavg()[0]?.toFixed(1)}`);
const measured: (Compared | Figures)[] = [];
for (const name of rows) {
  const row = await runRow(name);
  if (row) measured.push(row);
}
if (values.json !== undefined) {
  const summed = measured.map((row) => ('pairs' in row ? { ...row, ...ratios(row) } : row));
  writeFileSync(values.json, `${JSON.stringify({ machine, rows: summed }, null, 2)}\n`);
}
