import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Neither passed nor failed; named at the end, and never part of the passed. */
  readonly skipped: number;
}

export interface Step {
  readonly name: string;
  /** Arguments of this very Node, so that no other version on the PATH takes its place. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Reads the runner's own report; without one, the exit code is the one test. */
  readonly report?: { readonly file: string; readonly read: (json: unknown) => Tally };
}

const KILL_AFTER_MS = 10_000;

/** Runs a program with its output on ours; null when it did not end by itself in time. */
function run(step: Step): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, step.args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...step.env },
    });
    const stop = setTimeout(() => {
      console.error(`${step.name}: not done after ${step.timeoutMs / 1000} s, stopping it`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
    }, step.timeoutMs);
    const done = (code: number | null): void => {
      clearTimeout(stop);
      resolve(code);
    };
    child.once('error', () => done(null));
    child.once('exit', done);
  });
}

const ONE_FAILED: Tally = { passed: 0, failed: 1, skipped: 0 };

function readReport(report: NonNullable<Step['report']>): Tally {
  if (!existsSync(report.file)) return ONE_FAILED;
  try {
    return report.read(JSON.parse(readFileSync(report.file, 'utf8')));
  } catch (error) {
    // The runner was cut off while it wrote, or its format has changed; either is no pass.
    console.error(error);
    return ONE_FAILED;
  }
}

/** A runner that crashed, or that found no test, has failed, whatever its report says. */
export async function runStep(step: Step): Promise<Tally> {
  console.log(`\n── ${step.name}`);
  const code = await run(step);
  if (!step.report) return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : ONE_FAILED;
  const tally = readReport(step.report);
  const isHonest = tally.failed > 0 || (code === 0 && tally.passed > 0);
  return isHonest ? tally : { ...tally, failed: 1 };
}
