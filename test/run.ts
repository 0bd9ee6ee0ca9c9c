import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureDebianPackages } from './run/debian-packages.ts';
import { playwrightTally, playwrightTargets, vitestTally } from './run/reports.ts';
import { runLanes, type Step, type Tally } from './run/step.ts';

/** `npm test`: everything that can be shown on this machine, and one last line that sums it up. */

const ROOT = resolve(import.meta.dirname, '..');
const MINUTE_MS = 60_000;
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * The parts of `npm run check`, one by one, so that a first failure hides no other. They use one core
 * each, and lint takes as long as the others together.
 */
const CHECKS = [['lint'], ['format:check', 'types', 'deps', 'unused']];

process.chdir(ROOT);

function npmRun(script: string, timeoutMs: number): Step {
  const npm = process.env['npm_execpath'];
  if (npm === undefined) throw new Error('Please run this as `npm test`.');
  return { name: script, args: [npm, 'run', script], timeoutMs };
}

function vitest(reports: string, projects: readonly string[], timeoutMs: number): Step {
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
    timeoutMs: 20 * MINUTE_MS,
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
  /** In words, what cannot run on this machine. */
  readonly left: readonly string[];
}

function plan(reports: string, hasPackages: boolean): Plan {
  const checks = CHECKS.map((lane) => lane.map((script) => npmRun(script, 20 * MINUTE_MS)));
  const steps = [vitest(reports, ['unit', 'window'], 30 * MINUTE_MS)];
  const left: string[] = [];
  if (hasPackages) steps.push(vitest(reports, ['peers'], 20 * MINUTE_MS));
  else left.push('tests against Prometheus, dunst and strace: they need Debian or Ubuntu');
  if (process.platform === 'linux') steps.push(vitest(reports, ['packaging'], 10 * MINUTE_MS));
  else left.push('the packaging test: it packs for Linux');
  if (process.platform === 'win32') left.push('the crash test: it needs signals');
  else {
    const args = ['test/crash/run.ts', '--kills', '5'];
    steps.push({ name: 'crash test', args, timeoutMs: 5 * MINUTE_MS });
  }
  if (existsSync(CHROMIUM)) steps.push(endToEnd(reports));
  else left.push(`end to end: there is no Chromium at ${CHROMIUM} (set CHROMIUM to its path)`);
  return { stages: [[[npmRun('build', 5 * MINUTE_MS)]], checks, [steps]], left };
}

const packages = ensureDebianPackages();
if (packages.kind === 'failed') {
  console.error(packages.message);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const reports = mkdtempSync(join(tmpdir(), 'belfry-reports-'));
const { stages, left } = plan(reports, packages.kind === 'ready');
const tallies: [string, Tally][] = [];
for (const lanes of stages) tallies.push(...(await runLanes(lanes)));
rmSync(reports, { recursive: true, force: true });

console.log('\n── summary');
for (const [name, { passed, failed, skipped }] of tallies) {
  console.log(
    `${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
}
for (const what of left) console.log(`did not run: ${what}`);
const sum = (key: keyof Tally): number =>
  tallies.reduce((total, [, tally]) => total + tally[key], 0);
process.exitCode = sum('failed') === 0 ? 0 : 1;
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
