/** @module-tag slow */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tempDir } from '../support/temp-dir.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const NODE_DIR = dirname(process.execPath);
/** The user of the installed program where the tests run as root: `nobody`, who may not write beside it. */
const NOBODY = 65_534;
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

const temp = tempDir();
const prefix = join(temp.path, 'prefix');
const bin = join(prefix, 'bin');
const env = {
  ...process.env,
  PATH: `${bin}:${NODE_DIR}:${process.env['PATH'] ?? ''}`,
  HOME: temp.path,
};
const children: ChildProcess[] = [];

let tarball: string;
beforeAll(async () => {
  chmodSync(temp.path, 0o755);
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', temp.path], {
    cwd: ROOT,
  });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  tarball = join(temp.path, packed?.filename ?? '');
  await run('npm', ['install', '--global', '--prefix', prefix, tarball], { cwd: temp.path });
});
afterAll(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  temp[Symbol.dispose]();
});

function dataDir(name: string): string {
  const path = join(temp.path, name);
  mkdirSync(path, { mode: 0o700 });
  if (user.uid !== undefined) chownSync(path, user.uid, user.gid);
  return path;
}

/** Runs a server until it is ready; its address. */
async function serve(command: string, args: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(command, args, {
    cwd: temp.path,
    env: { ...env, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
    ...user,
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, ready: JSON.parse(line) as { url: string; dataDir: string } };
}

async function stopped(child: ChildProcess): Promise<number | null> {
  const exit = once(child, 'exit') as Promise<[number | null]>;
  child.kill('SIGTERM');
  return (await exit)[0];
}

describe.runIf(process.platform === 'linux')('the package for npm', () => {
  it('has the headless host and its window, and neither Electron nor what only the desktop needs', () => {
    const installed = join(prefix, 'lib/node_modules/belfry');
    expect(readdirSync(join(installed, 'node_modules')).sort()).toEqual([
      'better-sqlite3',
      'node-addon-api',
    ]);
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    const ours = files.filter((path) => !path.startsWith('node_modules'));
    expect(ours).toContain('out/THIRD-PARTY-NOTICES.txt');
    expect(ours).toContain('out/renderer/index.html');
    // npm packs what package.json names as main, which is the desktop's.
    expect(ours.filter((path) => /\.map$|preload|resources/.test(path))).toEqual([]);
  });

  it('gives a command that serves, takes an event and signs in, from a folder it may not write to', async () => {
    const dir = dataDir('data');
    const { child, ready } = await serve('belfry', ['serve', '--port', '0', '--data-dir', dir]);
    expect((await fetch(`${ready.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(ready.url)).text()).toContain('<title>Belfry');
    const belfry = (...args: string[]) =>
      run('belfry', [...args, '--data-dir', dir], { cwd: temp.path, env, ...user });
    const sent = await belfry('send', '--host', 'nas', '--kind', 'disk_full', '--message', 'full');
    expect(sent.stdout).toMatch(/^raised /);
    expect((await belfry('login')).stdout).toContain(`${ready.url}/#/sign-in/`);
    const session = await fetch(`${ready.url}/api/v1/session`);
    expect(await session.json()).toEqual({ login_command: `belfry login --data-dir ${dir}` });
    expect(await stopped(child)).toBe(0);
  });

  it('runs by npx', async () => {
    const args = ['--yes', '--package', tarball, '--', 'belfry', '--version'];
    const { stdout } = await run('npx', args, { cwd: temp.path, env });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

/** The instructions of the image that is run: the last stage of the Dockerfile. */
function imageOf(): Map<string, string> {
  const stages = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split(/^FROM /m);
  return new Map(
    (stages.at(-1) ?? '')
      .split('\n')
      .filter((line) => /^[A-Z]+ /.test(line))
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
}

const words = (json: string): string[] => JSON.parse(json) as string[];

describe.runIf(process.platform === 'linux')('the container', () => {
  it('runs as another user than root, with its data in a volume', () => {
    const image = imageOf();
    expect(image.get('USER')).toBe('node');
    expect(image.get('VOLUME')).toBe('/data');
    expect(image.get('ENV')).toContain('BELFRY_DATA_DIR=/data ');
    const compose = parse(readFileSync(join(ROOT, 'compose.yaml'), 'utf8')) as {
      services: { belfry: Record<string, unknown> };
    };
    expect(compose.services.belfry).toMatchObject({
      volumes: ['data:/data'],
      ports: ['127.0.0.1:8377:8377'],
      read_only: true,
      cap_drop: ['ALL'],
    });
  });

  it('starts by its command, and its health check tells a server that runs from one that does not', async () => {
    const image = imageOf();
    const [command = '', ...args] = words(image.get('CMD') ?? '[]');
    const settings = Object.fromEntries(
      (image.get('ENV') ?? '').split(' ').map((pair) => pair.split('=') as [string, string]),
    );
    const { child, ready } = await serve(command, args, {
      ...settings,
      BELFRY_DATA_DIR: dataDir('volume'),
      BELFRY_PORT: '0',
    });
    const { port } = new URL(ready.url);
    const check = words(/CMD (\[.*\])$/.exec(image.get('HEALTHCHECK') ?? '')?.[1] ?? '[]');
    const healthy = async (): Promise<boolean> => {
      const [program = '', ...rest] = check.map((word) => word.replace(':8377', `:${port}`));
      return run(program, rest, { env }).then(
        () => true,
        () => false,
      );
    };
    expect(await healthy()).toBe(true);
    expect(await stopped(child)).toBe(0);
    expect(await healthy()).toBe(false);
  });
});
