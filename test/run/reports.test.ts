import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { playwrightTally, playwrightTargets, unmarkedSlow, vitestTally } from './reports.ts';
import { runStep } from './step.ts';

const file = (status: string, ...tests: string[]) => ({
  name: resolve('test/some.test.ts'),
  status,
  startTime: 0,
  endTime: 12_000.4,
  assertionResults: tests.map((test, n) => ({ status: test, fullName: `it ${n}`, tags: [''] })),
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
    expect(vitestTally(report)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      failures: ['test/some.test.ts: it 1'],
    });
  });

  it('counts a file that could not be loaded, or that leaked', () => {
    const report = vitestReport(1, 0, [file('failed'), file('failed', 'passed')]);
    expect(vitestTally(report)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
      failures: ['test/some.test.ts', 'test/some.test.ts'],
    });
  });

  it('takes no skip for a pass', () => {
    const report = { ...vitestReport(0, 0, [file('passed', 'skipped')]), numPendingTests: 1 };
    expect(vitestTally(report)).toEqual({ passed: 0, failed: 0, skipped: 1, failures: [] });
  });

  it('names the files that are slow and do not say so', () => {
    const marked = file('passed', 'passed');
    marked.assertionResults[0]?.tags.push('slow');
    const report = vitestReport(2, 0, [file('passed', 'passed'), marked]);
    expect(unmarkedSlow(report, 10_000)).toEqual(['test/some.test.ts (12 s)']);
    expect(unmarkedSlow(report, 20_000)).toEqual([]);
  });
});

describe('the tally of Playwright', () => {
  const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 1 };

  const run = (projectName: string, result: string, status = 'expected') => ({
    projectName,
    status,
    results: [{ status: result }],
  });
  const spec = (...tests: ReturnType<typeof run>[]) => ({ title: 'it', file: 'a.spec.ts', tests });

  it('counts flaky tests and errors outside of tests as failed', () => {
    const tests = [run('headless', 'passed', 'flaky'), run('stand-in', 'failed', 'unexpected')];
    const suites = [{ specs: [], suites: [{ specs: [spec(...tests)] }] }];
    expect(playwrightTally({ errors: [{}], stats, suites })).toEqual({
      passed: 3,
      failed: 3,
      skipped: 1,
      failures: [
        'a.spec.ts (headless): it',
        'a.spec.ts (stand-in): it',
        'an error outside of the tests',
      ],
    });
  });

  it('names the targets that ran, not those whose tests were skipped', () => {
    const specs = [spec(run('headless', 'passed'), run('electron', 'skipped'))];
    const inner = [{ specs: [spec(run('stand-in', 'failed'))] }];
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
    expect(await runStep(step('', green))).toEqual({
      passed: 2,
      failed: 0,
      skipped: 0,
      failures: [],
    });
  });

  it.each<[what: string, why: RegExp, code: string, report?: string]>([
    ['ended badly though its report is green', /ended with 1 though/, 'process.exit(1)', green],
    ['was killed', /was stopped/, 'process.kill(process.pid, "SIGKILL")', green],
    ['ran no test', /no test ran/, '', empty],
    ['left no report', /no report/, ''],
    ['left half a report', /cannot be read/, '', green.slice(0, 20)],
  ])('that %s has failed, and says why', async (_what, why, code, report) => {
    const failures = [expect.stringMatching(why)];
    expect(await runStep(step(code, report))).toMatchObject({ failed: 1, failures });
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
