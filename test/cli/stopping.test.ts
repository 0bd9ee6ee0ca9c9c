/** @module-tag slow */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../main/store/database.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { StandInProcess } from '../support/electron/stand-in-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { isPosix } from '../support/posix.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'out/main/cli.js');
const ADMIN = 'admin-token-of-the-test';

// Several processes are started one after the other, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let temp: ReturnType<typeof tempDir>;
let dataDir: string;
let receiver: HttpReceiver;
/** Answers that the receiver keeps back. */
let open: ServerResponse[];
const groups: ChildProcess[] = [];
const apps: StandInProcess[] = [];

beforeEach(async () => {
  temp = tempDir();
  dataDir = join(temp.path, 'data');
  open = [];
  receiver = await HttpReceiver.start();
  receiver.respond = (response) => open.push(response);
});

afterEach(async () => {
  for (const { pid = 0, exitCode, signalCode } of groups.splice(0)) {
    if (exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
  }
  for (const app of apps.splice(0)) await app.kill();
  await receiver[Symbol.asyncDispose]();
  temp[Symbol.dispose]();
});

interface Group {
  readonly child: ChildProcess;
  readonly url: string;
  /** The exit code of the process that leads the group, once nothing of it writes any more. */
  readonly ended: Promise<number | null>;
}

/** A server in its own process group, once it is ready. */
async function start(command: string, args: readonly string[]): Promise<Group> {
  const { DISPLAY: _x11, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env, BELFRY_ADMIN_TOKEN: ADMIN, BELFRY_DATA_DIR: dataDir, BELFRY_PORT: '0' },
  });
  groups.push(child);
  const ended = Promise.all([once(child, 'exit'), once(child.stdout, 'close')]).then(
    ([[code]]) => code as number | null,
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url: (JSON.parse(line) as { url: string }).url, ended };
}

async function post(url: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}

/** Lets the server send something to the receiver, which does not answer yet. */
async function sendingSomething(url: string): Promise<void> {
  const config = { url: receiver.url };
  await post(url, '/api/v1/channels', { kind: 'webhook', name: 'slow', config });
  await post(url, '/api/v1/events', { host: 'nas', kind: 'disk_full', status: 'firing' });
  await receiver.count(1);
}

const refuses = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    () => false,
    () => true,
  );

const signalGroup = ({ child: { pid = 0 } }: Group, signal: NodeJS.Signals): boolean =>
  process.kill(-pid, signal);

const leftovers = (): string[] =>
  readdirSync(dataDir).filter((name) => /-(wal|shm|journal)$/.test(name) || name === 'server.json');

function statuses(): unknown[] {
  const db = openDatabase(dataDir);
  try {
    return db.values('SELECT status FROM notifications');
  } finally {
    db.close();
  }
}

const serve = () => start(process.execPath, [CLI, 'serve']);

describe.runIf(isPosix)('a process group that is asked to stop by several signals at once', () => {
  const expectDrained = async (group: Group): Promise<void> => {
    await sendingSomething(group.url);
    signalGroup(group, 'SIGTERM');
    signalGroup(group, 'SIGINT');
    // It no longer accepts anything, and waits for the answer.
    await expect.poll(() => refuses(group.url), { timeout: 60_000 }).toBe(true);
    signalGroup(group, 'SIGTERM');
    for (const response of open) response.writeHead(204).end();
    await group.ended;
    expect(leftovers()).toEqual([]);
    expect(statuses()).toEqual(['sent']);
    expect(receiver.received).toHaveLength(1);
  };

  test('belfry serve delivers what it is sending and ends with 0', async () => {
    const group = await serve();
    await expectDrained(group);
    expect(await group.ended).toBe(0);
  });

  test('npm run serve delivers what it is sending and ends with 0', async () => {
    const group = await start('npm', ['run', '--silent', 'serve']);
    await expectDrained(group);
    expect(await group.ended).toBe(0);
  });

  test('npm start delivers what it is sending', async () => {
    // npm's own exit code is that of its shell, which not every shell keeps from dying.
    await expectDrained(await start('npm', ['start', '--silent']));
  });

  test('the demo ends with 0', async () => {
    const group = await start(process.execPath, [CLI, 'demo']);
    signalGroup(group, 'SIGTERM');
    signalGroup(group, 'SIGINT');
    expect(await group.ended).toBe(0);
  });
});

describe.runIf(isPosix)('a terminal that is closed', () => {
  test('stops the server as SIGTERM does', async () => {
    const group = await serve();
    signalGroup(group, 'SIGHUP');
    expect(await group.ended).toBe(0);
    expect(leftovers()).toEqual([]);
  });
});

describe.runIf(isPosix)('a person who asks again later', () => {
  test('ends the server without its drain, and leaves the database closed', async () => {
    const group = await serve();
    await sendingSomething(group.url);
    const beganMs = performance.now();
    const impatient = setInterval(() => signalGroup(group, 'SIGINT'), 100);
    const code = await group.ended.finally(() => clearInterval(impatient));
    expect(code).toBe(130);
    // Signals within a second of the first are one request, however often a busy machine lets us ask.
    expect(performance.now() - beganMs).toBeGreaterThan(1_000);
    expect(leftovers()).toEqual([]);
    expect(statuses()).toEqual(['sending']);
  });
});

describe.runIf(isPosix)('the desktop app', () => {
  const desktop = async (): Promise<StandInProcess> => {
    const app = new StandInProcess({
      env: { BELFRY_DATA_DIR: dataDir, BELFRY_PORT: '0', BELFRY_ADMIN_TOKEN: ADMIN },
    });
    apps.push(app);
    const server = join(dataDir, 'server.json');
    await expect.poll(() => existsSync(server), { timeout: 60_000, interval: 50 }).toBe(true);
    return app;
  };

  test('takes two signals for one, drains and ends with 0', async () => {
    const app = await desktop();
    app.signal('SIGTERM');
    app.signal('SIGTERM');
    expect(await app.exited).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  test('ends without its drain for a person who asks again later', async () => {
    const app = await desktop();
    const server = readFileSync(join(dataDir, 'server.json'), 'utf8');
    await sendingSomething((JSON.parse(server) as { url: string }).url);
    const impatient = setInterval(() => app.signal('SIGTERM'), 100);
    expect(await app.exited.finally(() => clearInterval(impatient))).toBe(130);
    expect(leftovers()).toEqual([]);
  });
});
