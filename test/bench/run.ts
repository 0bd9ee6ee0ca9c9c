import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { belfry } from './belfry.ts';
import { buildQueueSides } from './queue-row.ts';
import { describeResult, type BenchResult, type Compared, type Figures } from './report.ts';
import { ALONE, COMPARISONS, OF_STORED, type Comparison, type OfStored } from './rows.ts';
import { StoredData } from './seed.ts';

/**
 * Ratios against named peers, and figures that have none, on this machine in this run:
 * `npm run bench [-- --row single --row pages] [--repeats 5] [--seconds 5] [--stored 1000,100000] [--json FILE]`.
 * Both sides of a ratio run in turn, each on fresh data, and the order changes from pair to pair.
 */

const ROOT = resolve(import.meta.dirname, '../..');
const BYTES_PER_GB = 1_073_741_824;

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    stored: { type: 'string', default: '1000,100000,1000000' },
    row: { type: 'string', multiple: true },
    json: { type: 'string' },
  },
});
const options = {
  repeats: z.coerce.number().int().min(1).max(100).parse(values.repeats),
  seconds: z.coerce.number().int().min(1).max(60).parse(values.seconds),
};
const sizes = z
  .array(z.coerce.number().int().min(1_000).max(10_000_000))
  .parse(values.stored.split(','));

const ROWS = { ...COMPARISONS, ...ALONE, ...OF_STORED };
type Name = keyof typeof ROWS;
const names = z.enum(Object.keys(ROWS) as Name[]);
const wanted = z.array(names).parse(values.row ?? names.options);

const isComparison = (name: Name): name is keyof typeof COMPARISONS => name in COMPARISONS;
const isOfStored = (name: Name): name is keyof typeof OF_STORED => name in OF_STORED;

/** Returns the program that a row needs and this machine lacks. */
function lacking({ needs }: { readonly needs: readonly string[] }): string | undefined {
  return needs.find((program) => spawnSync('which', [program], { stdio: 'ignore' }).status !== 0);
}

async function inNewDir<T>(measure: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'belfry-bench-'));
  try {
    return await measure(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function pairsOf({ measure }: Comparison): Promise<Compared['pairs']> {
  const run = (side: 'ours' | 'theirs') => inNewDir((dir) => measure(side, dir, options));
  const pairs: Compared['pairs'] = [];
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    const first = repeat % 2 === 0 ? 'ours' : 'theirs';
    const one = await run(first);
    const other = await run(first === 'ours' ? 'theirs' : 'ours');
    pairs.push(first === 'ours' ? { ours: one, theirs: other } : { ours: other, theirs: one });
  }
  return pairs;
}

async function atEachSize({ measure }: OfStored, stored: StoredData): Promise<Figures['figures']> {
  const figures: Figures['figures'] = [];
  for (const rows of sizes) {
    const found = await inNewDir(async (dir) => {
      const dataDir = join(dir, 'belfry');
      await stored.copy(rows, dataDir);
      return await measure(dataDir, rows, options);
    });
    figures.push(...found);
  }
  return figures;
}

async function runRow(name: Name, stored: StoredData): Promise<Compared | Figures> {
  const { title, limits } = ROWS[name];
  const described = { name, title, limits };
  if (isComparison(name)) {
    const comparison = COMPARISONS[name];
    const { theirs } = comparison;
    return { ...described, ours: belfry.name, theirs, pairs: await pairsOf(comparison) };
  }
  const figures = isOfStored(name)
    ? await atEachSize(OF_STORED[name], stored)
    : await inNewDir((dir) => ALONE[name].measure(dir, options));
  return { ...described, figures };
}

/** Returns the first line that has a digit of what a program says of its version. */
function versionOf(program: string, flag: string): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' });
  return (`${stdout}${stderr}`.split('\n').find((line) => /\d/.test(line)) ?? 'missing')
    .replace(/ \(branch.*| Copyright.*/, '')
    .trim();
}

const packageFile = z.object({ version: z.string() });
const packageVersion = (path: string): string =>
  packageFile.parse(JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'))).version;

function versions(): Record<string, string> {
  const sqlite = new Database(':memory:');
  const commit = execFileSync('git', ['log', '-1', '--format=%h'], { cwd: ROOT, encoding: 'utf8' });
  return {
    Belfry: `${packageVersion('.')}, commit ${commit.trim()}`,
    Alertmanager: versionOf('prometheus-alertmanager', '--version').replace(/^.*version /, ''),
    plainjob: packageVersion('node_modules/plainjob'),
    'Node.js': process.version,
    SQLite: z.string().parse(sqlite.prepare('SELECT sqlite_version()').pluck().get()),
    wrk: versionOf('wrk', '-v').replace(/^wrk /, ''),
    Linux: release(),
  };
}

/** Returns the kind of file system that the data directories are on, as `stat` names it. */
const fileSystem = (): string =>
  execFileSync('stat', ['-f', '-c', '%T', tmpdir()], { encoding: 'utf8' }).trim();

const load = (): number => Number((loadavg()[0] ?? 0).toFixed(1));

async function runAll(): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const before = load();
  const rows: BenchResult['rows'] = [];
  const missing: BenchResult['missing'] = [];
  await inNewDir(async (dir) => {
    const stored = new StoredData(dir);
    for (const name of wanted) {
      const program = lacking(ROWS[name]);
      if (program !== undefined) {
        missing.push({ title: ROWS[name].title, program });
        continue;
      }
      const beganAt = performance.now();
      rows.push(await runRow(name, stored));
      console.log(`${name}: measured in ${Math.round((performance.now() - beganAt) / 1e3)} s`);
    }
  });
  const processor = cpus()[0]?.model ?? 'unknown';
  const memoryGb = Math.round(totalmem() / BYTES_PER_GB);
  return {
    startedAt,
    machine: `${cpus().length} × ${processor}, ${memoryGb} GB of memory, ${process.platform} ${arch()}, data on ${fileSystem()}`,
    versions: versions(),
    load: { before, after: load(), processors: cpus().length },
    options,
    rows,
    missing,
  };
}

if (wanted.includes('queue')) await buildQueueSides();
const result = await runAll();
const { machine, load: loads } = result;
console.log(`\n${machine}, load ${loads.before} before and ${loads.after} after\n`);
console.log(describeResult(result));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
