import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDebianPackages } from './run/debian-packages.ts';
import { playwrightTally, playwrightTargets, unmarkedSlow, vitestTally } from './run/reports.ts';
import { runLanes, type Ended, type Step, type Tally } from './run/step.ts';

/**
 * `npm test`: everything that can be shown on this machine, and one last line that sums it up.
 * `npm test -- --quick` runs what is worth its time after every change, and says what it leaves out.
 */

const ROOT = resolve(import.meta.dirname, '..');
const MINUTE_MS = 60_000;
/** A step beside others on a slow machine takes up to half of it. */
const HANGS_AFTER_MS = 45 * MINUTE_MS;
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** A file that takes longer is marked with `@module-tag slow`. */
const SLOW_FILE_MS = 15_000;

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;

process.chdir(ROOT);

function npmRun(script: string, timeoutMs: number): Step {
  const npm = process.env['npm_execpath'];
  if (npm === undefined) throw new Error('Please run this as `npm test`.');
  return { name: script, args: [npm, 'run', script], timeoutMs };
}

function vitest(
  reports: string,
  projects: readonly string[],
  timeoutMs: number,
  ...more: readonly string[]
): Step {
  const file = join(reports, `${projects.join('-')}.json`);
  return {
    name: `tests: ${projects.join(', ')}`,
    args: [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...projects.map((project) => `--project=${project}`),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...more,
    ],
    timeoutMs,
    report: { file, read: vitestTally },
  };
}

function endToEnd(reports: string): Step {
  const file = join(reports, 'end-to-end.json');
  return {
    name: 'end to end',
    args: ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file, CHROMIUM },
    timeoutMs: HANGS_AFTER_MS,
    report: {
      file,
      read(json) {
        console.log(`end-to-end targets that ran: ${playwrightTargets(json).join(', ') || 'none'}`);
        if (!existsSync('node_modules/electron/path.txt')) {
          console.log('real Electron did not run: its runtime is not here (npx install-electron)');
        }
        return playwrightTally(json);
      },
    },
  };
}

interface Plan {
  /** One after the other; the lanes of a stage run side by side. */
  readonly stages: readonly (readonly (readonly Step[])[])[];
  /** In words, what does not run. */
  readonly left: readonly string[];
}

/**
 * Memory in place of the disk, for tests that write thousands of small databases and do not ask what the
 * disk does. Those that do (`peers`, the crash test) stay on it.
 */
const inMemory = (step: Step): Step => ({
  ...step,
  ...(existsSync('/dev/shm') ? { env: { ...step.env, TMPDIR: '/dev/shm' } } : {}),
});

/**
 * The parts of `npm run check` run one by one, so that a first failure hides no other. Two lanes use the
 * cores of a small machine, and the third mostly waits: for the programs of the system, and for the crash
 * test's server, which prunes a minute after its start.
 */
function wholePlan(reports: string, hasPackages: boolean): Plan {
  const check = (script: string): Step => npmRun(script, HANGS_AFTER_MS);
  // It reads every file of tsconfig.json, so the compiler alone, which cannot see into components, has nothing to add.
  const types: Step = {
    name: 'types',
    args: [
      'node_modules/svelte-check/bin/svelte-check',
      ...['--tsconfig', './tsconfig.json', '--fail-on-warnings'],
    ],
    timeoutMs: HANGS_AFTER_MS,
  };
  const tests = inMemory(withSlowFiles(vitest(reports, ['unit', 'window'], HANGS_AFTER_MS)));
  const checks = [check('lint'), types, ...['format:check', 'deps', 'unused'].map(check)];
  const waiting: Step[] = [];
  const left: string[] = [];
  if (hasPackages) waiting.push(vitest(reports, ['peers'], HANGS_AFTER_MS));
  else left.push('tests against Prometheus, dunst and strace: they need Debian or Ubuntu');
  if (process.platform === 'win32') left.push('the crash test: it needs signals');
  else {
    const args = ['test/crash/run.ts', '--kills', '50'];
    waiting.push({ name: 'crash test', args, timeoutMs: HANGS_AFTER_MS });
  }
  if (process.platform === 'linux') waiting.push(vitest(reports, ['packaging'], HANGS_AFTER_MS));
  else left.push('the packaging test: it packs for Linux');
  if (existsSync(CHROMIUM)) checks.push(inMemory(endToEnd(reports)));
  else left.push(`end to end: there is no Chromium at ${CHROMIUM} (set CHROMIUM to its path)`);
  return { stages: [[[npmRun('build', 5 * MINUTE_MS)]], [[tests], checks, waiting]], left };
}

function withSlowFiles(step: Step): Step {
  const { report } = step;
  if (!report) return step;
  const read = (json: unknown): Tally => {
    const slow = unmarkedSlow(json, SLOW_FILE_MS);
    if (slow.length > 0) console.log(`slow, and not marked as slow: ${slow.join(', ')}`);
    return report.read(json);
  };
  return { ...step, report: { ...report, read } };
}

/** The folder of the checks' caches: a file that has not changed is not checked again. */
const CACHES = 'node_modules/.cache/belfry';

function quickPlan(reports: string): Plan {
  const timeoutMs = 10 * MINUTE_MS;
  const tool = (name: string, ...args: readonly string[]): Step => ({ name, args, timeoutMs });
  const checks = [
    tool(
      'types, without components',
      ...['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--incremental'],
      ...['--tsBuildInfoFile', `${CACHES}/types.tsbuildinfo`],
    ),
    tool(
      'lint',
      ...['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0', '--cache'],
      ...['--cache-strategy', 'content', '--cache-location', `${CACHES}/eslint`],
    ),
    tool(
      'format',
      ...[
        'node_modules/prettier/bin/prettier.cjs',
        '--check',
        '.',
        '--log-level',
        'warn',
        '--cache',
      ],
      ...['--cache-location', `${CACHES}/prettier`],
    ),
  ];
  const tests = vitest(reports, ['unit', 'window'], timeoutMs, '--tags-filter=!slow');
  const build = tool('build', 'main/launch.ts', '--build');
  return {
    stages: [[[build]], [[inMemory(tests)], checks]],
    left: [
      'files that are marked `@module-tag slow`, whose tests count as skipped above',
      'the types of components, the import table, and the look for what is unused',
      'lint of files that have not changed, even if a type that they use has',
      'end to end, the programs of the system, packaging, and the crash test',
    ],
  };
}

const packages = quick ? { kind: 'absent' as const } : ensureDebianPackages();
if (packages.kind === 'failed') {
  console.error(packages.message);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const reports = mkdtempSync(join(tmpdir(), 'belfry-reports-'));
const { stages, left } = quick ? quickPlan(reports) : wholePlan(reports, packages.kind === 'ready');
const ended: Ended[] = [];
for (const lanes of stages) ended.push(...(await runLanes(lanes)));
rmSync(reports, { recursive: true, force: true });

console.log('\n── summary');
for (const { name, tally, seconds } of ended) {
  const { passed, failed, skipped } = tally;
  const also = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`${name}: ${passed} passed, ${failed} failed${also} (${seconds} s)`);
}
for (const { name, tally } of ended) {
  for (const what of tally.failures ?? []) console.log(`failed: ${name}: ${what}`);
}
for (const what of left) console.log(`did not run: ${what}`);
const sum = (key: 'passed' | 'failed'): number =>
  ended.reduce((total, { tally }) => total + tally[key], 0);
process.exitCode = sum('failed') === 0 ? 0 : 1;
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
