import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { playwrightTally, playwrightTargets, vitestTally } from './reports.ts';
import { runStep } from './step.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

const vitestReport = (passed: number, failed: number, files: ReturnType<typeof file>[]) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: files,
});

describe('the tally of Vitest', () => {
  it('counts tests', () => {
    const report = vitestReport(1, 1, [file('failed', 'passed', 'failed')]);
    expect(vitestTally(report)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('counts a file that could not be loaded, or that leaked', () => {
    const report = vitestReport(1, 0, [file('failed'), file('failed', 'passed')]);
    expect(vitestTally(report)).toEqual({ passed: 1, failed: 2, skipped: 0 });
  });

  it('takes no skip for a pass', () => {
    const report = { ...vitestReport(0, 0, [file('passed', 'skipped')]), numPendingTests: 1 };
    expect(vitestTally(report)).toEqual({ passed: 0, failed: 0, skipped: 1 });
  });
});

describe('the tally of Playwright', () => {
  const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 1 };

  it('counts flaky tests and errors outside of tests as failed', () => {
    expect(playwrightTally({ errors: [{}], stats })).toEqual({ passed: 3, failed: 3, skipped: 1 });
  });

  it('names the targets that ran, not those whose tests were skipped', () => {
    const run = (projectName: string, status: string) => ({ projectName, results: [{ status }] });
    const specs = [{ tests: [run('headless', 'passed'), run('electron', 'skipped')] }];
    const inner = [{ specs: [{ tests: [run('stand-in', 'failed')] }] }];
    expect(playwrightTargets({ suites: [{ specs, suites: inner }] })).toEqual([
      'headless',
      'stand-in',
    ]);
  });
});

describe('a step', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'belfry-step-'));
    vi.spyOn(console, 'log').mockReturnValue(undefined);
    vi.spyOn(console, 'error').mockReturnValue(undefined);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(dir, { recursive: true, force: true });
  });

  const step = (code: string, report?: string) => {
    const path = join(dir, 'report.json');
    if (report !== undefined) writeFileSync(path, report);
    return {
      name: 'step',
      args: ['-e', code],
      timeoutMs: 10_000,
      report: { file: path, read: vitestTally },
    };
  };

  const green = JSON.stringify(vitestReport(2, 0, [file('passed', 'passed', 'passed')]));
  const empty = JSON.stringify(vitestReport(0, 0, []));

  it('passes with its tests', async () => {
    expect(await runStep(step('', green))).toEqual({ passed: 2, failed: 0, skipped: 0 });
  });

  it.each<[what: string, code: string, report?: string]>([
    ['ended badly though its report is green', 'process.exit(1)', green],
    ['was killed', 'process.kill(process.pid, "SIGKILL")', green],
    ['ran no test', '', empty],
    ['left no report', ''],
    ['left half a report', '', green.slice(0, 20)],
  ])('that %s has failed', async (_what, code, report) => {
    expect(await runStep(step(code, report))).toMatchObject({ failed: 1 });
  });

  it('that does not end is stopped and has failed', async () => {
    const hangs = { ...step('setInterval(() => {}, 1000)', green), timeoutMs: 200 };
    expect(await runStep(hangs)).toMatchObject({ failed: 1 });
  });

  it('without a report is one test, by its exit code', async () => {
    const plain = { name: 'plain', args: ['-e', ''], timeoutMs: 10_000 };
    expect(await runStep(plain)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });
});
