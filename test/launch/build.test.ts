/** @module-tag slow */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeCheckout, ROOT } from './checkout.ts';
import { isPosix } from '../support/posix.ts';

// A build takes a while on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

let checkout: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  checkout = makeCheckout();
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  rmSync(checkout, { recursive: true });
});

const dataDir = (): string => join(checkout, 'data');

/** Every built file with its inode and time: a rebuild changes them all. */
const built = (): unknown[] =>
  ['main', 'preload', 'renderer'].flatMap((part) =>
    readdirSync(join(checkout, 'out', part), { recursive: true }).map((name) => {
      const { ino, mtimeMs } = statSync(join(checkout, 'out', part, String(name)));
      return [part, name, ino, mtimeMs];
    }),
  );

/** A source is newer than what was built from it. */
const change = (): void => {
  const soon = Date.now() / 1_000 + 60;
  utimesSync(join(checkout, 'main', 'cli.ts'), soon, soon);
};

function npm(...args: string[]): ChildProcess {
  const child = spawn('npm', ['run', '--silent', ...args], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function serving(): Promise<ChildProcess> {
  const child = npm('serve', '--', '--port', '0', '--data-dir', dataDir());
  const { stdout } = child;
  if (stdout === null) throw new Error('it has no output');
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  expect(JSON.parse(line)).toMatchObject({ event: 'ready' });
  return child;
}

it.runIf(isPosix)(
  'npm run serve rebuilds nothing under an instance that runs, and says that it runs',
  async () => {
    const first = await serving();
    change();
    const before = built();
    const second = npm('serve', '--', '--port', '0', `--data-dir=${dataDir()}`);
    const { stdout, stderr } = second;
    if (stdout === null || stderr === null) throw new Error('it has no output');
    const [out, err] = await Promise.all([text(stdout), text(stderr), once(second, 'exit')]);
    expect(second.exitCode).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/belfry: not rebuilt, because another Belfry runs from .*stop it first/);
    expect(err).toMatch(/belfry: Another Belfry is already running on /);
    expect(built()).toEqual(before);

    // Neither does the demo, which runs on its own data.
    const demo = npm('demo');
    if (demo.stdout === null) throw new Error('it has no output');
    await once(createInterface({ input: demo.stdout }), 'line');
    expect(built()).toEqual(before);
    for (const child of [demo, first]) {
      // Its output is open until the server has ended as well.
      const close = once(child, 'close');
      child.kill('SIGTERM');
      await close;
    }
  },
);

it('what is built and unchanged is not built again, and what has changed is', () => {
  const build = (): string =>
    spawnSync(process.execPath, ['main/launch.ts', '--build'], { cwd: checkout, encoding: 'utf8' })
      .stderr;
  const before = built();
  expect(build()).toBe('');
  expect(built()).toEqual(before);
  change();
  expect(build()).toBe('belfry: building…\n');
  expect(built()).not.toEqual(before);
});
