import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { arch, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { alertmanager } from './alertmanager.ts';
import { belfry } from './belfry.ts';
import { DELIVERY_TITLE, measureDelivery } from './delivery-row.ts';
import { INGEST_TITLE, measureIngest } from './ingest-row.ts';
import { buildQueueSides, measureQueue, QUEUE_TITLE } from './queue-row.ts';
import { describeRow, type Measure } from './report.ts';

/**
 * Ratios against named peers on this machine, in this run: `npm run bench [-- --repeats 5 --seconds 5]`.
 * Both sides of a row run in turn, each on fresh data, and the order changes from pair to pair.
 */

const NEEDED = { wrk: 'wrk', 'prometheus-alertmanager': 'prometheus-alertmanager' };

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    row: { type: 'string', multiple: true, default: ['ingest', 'delivery', 'queue'] },
  },
});
const repeats = z.coerce.number().int().min(1).max(100).parse(values.repeats);
const seconds = z.coerce.number().int().min(1).max(60).parse(values.seconds);

interface Bench {
  readonly title: string;
  readonly theirs: string;
  readonly measure: (side: 'ours' | 'theirs', dir: string) => Promise<Measure>;
}

const peers = { ours: belfry, theirs: alertmanager };

const BENCHES: Record<'ingest' | 'delivery' | 'queue', Bench> = {
  ingest: {
    title: INGEST_TITLE,
    theirs: alertmanager.name,
    measure: (side, dir) => measureIngest(peers[side], dir, seconds),
  },
  delivery: {
    title: DELIVERY_TITLE,
    theirs: alertmanager.name,
    measure: (side, dir) => measureDelivery(peers[side], dir, seconds),
  },
  queue: {
    title: QUEUE_TITLE,
    theirs: 'plainjob',
    measure: (side, dir) => measureQueue(side === 'ours' ? 'belfry' : 'plainjob', dir),
  },
};

const rows = z.array(z.enum(['ingest', 'delivery', 'queue'])).parse(values.row);

function requirePrograms(): void {
  for (const [program, debianPackage] of Object.entries(NEEDED)) {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
    } catch {
      console.error(`The bench needs ${program}: apt-get install ${debianPackage}`);
      process.exit(1);
    }
  }
}

async function onFreshData(bench: Bench, side: 'ours' | 'theirs'): Promise<Measure> {
  const dir = mkdtempSync(join(tmpdir(), 'belfry-bench-'));
  try {
    return await bench.measure(side, dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runRow(bench: Bench): Promise<void> {
  const pairs: { ours: Measure; theirs: Measure }[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    if (repeat % 2 === 0) {
      const ours = await onFreshData(bench, 'ours');
      pairs.push({ ours, theirs: await onFreshData(bench, 'theirs') });
    } else {
      const theirs = await onFreshData(bench, 'theirs');
      pairs.push({ ours: await onFreshData(bench, 'ours'), theirs });
    }
  }
  console.log(`\n${describeRow({ ...bench, ours: belfry.name, pairs })}`);
}

requirePrograms();
if (rows.includes('queue')) await buildQueueSides();
const [cpu] = cpus();
console.log(
  `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${process.platform} ${arch()}, data in ${tmpdir()}, load before ${loadavg()[0]?.toFixed(1)}`,
);
for (const row of rows) await runRow(BENCHES[row]);
