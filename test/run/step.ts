import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Neither passed nor failed; named at the end, and never part of the passed. */
  readonly skipped: number;
  /** The names of the failed tests. */
  readonly failures?: readonly string[];
}

/** A step that has ended. */
export interface Ended {
  readonly name: string;
  readonly tally: Tally;
  readonly seconds: number;
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

/** The destination of a step's output: straight to ours, or kept until the step has ended. */
type Output = 'inherit' | 'pipe';

/** Runs a program; its exit code is null when it had to be stopped. */
async function run(step: Step, output: Output): Promise<{ code: number | null; kept: string }> {
  const child = spawn(process.execPath, step.args, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...step.env },
  });
  const read = (stream: Readable | null) => (stream === null ? '' : text(stream));
  const kept = Promise.all([read(child.stdout), read(child.stderr)]);
  const code = await ended(child, step);
  return { code, kept: (await kept).join('') };
}

function ended(child: ChildProcess, step: Step): Promise<number | null> {
  return new Promise((resolve) => {
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

const oneFailed = (why: string, tally: Tally = { passed: 0, failed: 0, skipped: 0 }): Tally => ({
  ...tally,
  failed: 1,
  failures: [why],
});

function readReport(report: NonNullable<Step['report']>): Tally {
  if (!existsSync(report.file)) return oneFailed('it left no report');
  try {
    return report.read(JSON.parse(readFileSync(report.file, 'utf8')));
  } catch (error) {
    // The runner was cut off while it wrote, or its format has changed; either is no pass.
    console.error(error);
    return oneFailed('its report cannot be read');
  }
}

/** A runner that crashed, or that found no test, has failed, whatever its report says. */
export async function runStep(step: Step, output: Output = 'inherit'): Promise<Tally> {
  console.log(output === 'inherit' ? `\n── ${step.name}` : `${step.name} starts`);
  const { code, kept } = await run(step, output);
  if (output === 'pipe') console.log(`\n── ${step.name}\n${kept}`);
  const ending = code === null ? 'it was stopped' : `it ended with ${code}`;
  if (!step.report) {
    return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : oneFailed(ending);
  }
  const tally = readReport(step.report);
  if (tally.failed > 0) return tally;
  if (code !== 0) return oneFailed(`${ending} though no test failed: see what it wrote`, tally);
  return tally.passed > 0 ? tally : oneFailed('no test ran', tally);
}

/** Runs lanes side by side and the steps of each in turn. */
export async function runLanes(lanes: readonly (readonly Step[])[]): Promise<Ended[]> {
  const output = lanes.length === 1 ? 'inherit' : 'pipe';
  const runs = lanes.map(async (steps) => {
    const ended: Ended[] = [];
    for (const step of steps) {
      const startedMs = performance.now();
      const tally = await runStep(step, output);
      const seconds = Math.round((performance.now() - startedMs) / 1_000);
      ended.push({ name: step.name, tally, seconds });
    }
    return ended;
  });
  return (await Promise.all(runs)).flat();
}
