/** @module-tag slow */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';
import { isPosix } from '../support/posix.ts';

/** The built program in a separate process; `npm test` builds it first. */
const CLI = resolve(import.meta.dirname, '../../out/main/cli.js');
const VERSION = (
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  }
).version;

// Several processes are started one after the other, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

interface Run {
  readonly child: ChildProcess;
  /** Everything the process said, once it has ended. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** The first line on stdout; never settles when there is none. */
  readonly firstLine: Promise<string>;
}

let temp: ReturnType<typeof tempDir>;
let dataDir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  temp = tempDir();
  dataDir = join(temp.path, 'data');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  temp[Symbol.dispose]();
});

function run(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  children.push(child);
  const { stdout, stderr } = child;
  const firstLine = new Promise<string>((resolveLine) => {
    let seen = '';
    stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes('\n')) resolveLine(seen.slice(0, seen.indexOf('\n')));
    });
  });
  const ended = Promise.all([once(child, 'exit'), text(stdout), text(stderr)]).then(
    ([[code], out, err]) => ({ code: code as number | null, stdout: out, stderr: err }),
  );
  return { child, ended, firstLine };
}

/** Parses the line that a server prints once it accepts requests. */
const readyOf = async ({ firstLine }: Run): Promise<{ url: string; dataDir: string }> =>
  JSON.parse(await firstLine) as { url: string; dataDir: string };

const serve = (...more: string[]) => run(['serve', '--port', '0', '--data-dir', dataDir, ...more]);

describe.runIf(isPosix)('belfry serve', () => {
  test('says one JSON line on stdout, logs JSON on stderr, and ends with 0 on SIGTERM', async () => {
    const server = serve();
    const { child, ended } = server;
    const { url } = await readyOf(server);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ event: 'ready', url, dataDir, version: VERSION }]);
    for (const line of stderr.trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) as string });
    }
  });

  test('keeps the sign-in link and the token out of what is not a terminal', async () => {
    const server = serve();
    const { child, ended } = server;
    await readyOf(server);
    const token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('sign-in');
    expect(stdout + stderr).not.toContain(token);
  });

  test.skipIf(process.platform !== 'linux')('shows the sign-in link on a terminal', async () => {
    // util-linux' script gives the command its own terminal.
    const command = `${process.execPath} ${CLI} serve --host 0.0.0.0 --port 0 --data-dir ${dataDir}`;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    await expect.poll(() => seen, { timeout: 20_000 }).toMatch(/http:\S+\/#\/sign-in\/[\w-]{43}/);
    await expect.poll(() => seen).toContain(`replace 127.0.0.1 with ${hostname()}`);
    const closed = once(child, 'exit');
    const { pid } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as {
      pid: number;
    };
    process.kill(pid, 'SIGTERM');
    await closed;
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
  });

  test('a second instance on the same data ends with 1 and says why', async () => {
    const first = serve();
    await readyOf(first);
    const { code, stdout, stderr } = await serve().ended;
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^belfry: Another Belfry is already running on .*\n$/);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
  });

  test('a port in use ends with 1 and says which', async () => {
    const first = serve();
    const { port } = new URL((await readyOf(first)).url);
    const other = join(temp.path, 'other');
    const { code, stderr } = await run(['serve', '--port', port, '--data-dir', other]).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is already in use`);
    first.child.kill('SIGTERM');
    await first.ended;
  });

  test.for([
    ['--port', 'http'],
    ['--port', '70000'],
    ['--prot', '1'],
  ])('refuses %s %s', async ([flag = '', value = '']) => {
    const { code, stdout, stderr } = await serve(flag, value).ended;
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(flag);
  });

  test('takes its options from the environment, where an empty one counts as none', async () => {
    const server = run(['serve'], {
      BELFRY_DATA_DIR: dataDir,
      BELFRY_PORT: '0',
      BELFRY_HOST: '',
      BELFRY_ADMIN_TOKEN: 'from-the-environment',
    });
    const { child, ended } = server;
    const { url, dataDir: used } = await readyOf(server);
    expect(used).toBe(dataDir);
    const headers = { authorization: 'Bearer from-the-environment' };
    expect((await fetch(`${url}/api/v1/tokens`, { headers })).status).toBe(200);
    child.kill('SIGTERM');
    await ended;
  });
});

describe('belfry login', () => {
  test.runIf(isPosix)('prints a new link for the running instance', async () => {
    const server = serve();
    const { child, ended } = server;
    const { url } = await readyOf(server);
    const { code, stdout } = await run(['login', '--data-dir', dataDir]).ended;
    expect(code).toBe(0);
    expect(stdout.trimEnd()).toMatch(new RegExp(`^${url}/#/sign-in/[\\w-]{43}$`));
    child.kill('SIGTERM');
    await ended;
  });

  test('ends with 5 when nothing runs', async () => {
    const { code, stderr } = await run(['login', '--data-dir', dataDir]).ended;
    expect(code).toBe(5);
    expect(stderr).toContain('Belfry is not running');
  });
});
