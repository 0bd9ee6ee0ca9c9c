/** @module-tag slow */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PrivateBus } from '../support/dbus/private-bus.ts';
import { ServerProcess } from '../support/server-process.ts';
import { tempDir } from '../support/temp-dir.ts';

const WAIT = { timeout: 20_000, interval: 50 };
const LOGIND = join(import.meta.dirname, '..', 'support', 'dbus', 'logind.py');

let temp: ReturnType<typeof tempDir>;
let bus: PrivateBus;
let logind: ChildProcessWithoutNullStreams;
let said: string[];

/** A private bus with a stand-in for logind stands for the system bus. */
beforeEach(async () => {
  temp = tempDir();
  bus = await PrivateBus.start();
  said = [];
  logind = spawn('/usr/bin/python3', [LOGIND], {
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus.address },
  });
  createInterface({ input: logind.stdout }).on('line', (line) => said.push(line));
  await vi.waitFor(() => expect(said).toContain('ready'), WAIT);
});

afterEach(async () => {
  const exit = once(logind, 'exit');
  logind.kill();
  await exit;
  await bus[Symbol.asyncDispose]();
  temp[Symbol.dispose]();
});

const start = () =>
  ServerProcess.start({
    dataDir: join(temp.path, 'data'),
    adminToken: 'login-test-token',
    env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address, DBUS_SESSION_BUS_ADDRESS: '' },
  });

it('a shutdown waits until the server has drained and ended', async () => {
  const server = await start();
  await vi.waitFor(() => expect(said).toContain('taken shutdown delay Belfry'), WAIT);
  expect(said).not.toContain('released');
  const exit = once(server.child, 'exit') as Promise<[number | null]>;
  logind.stdin.write('PrepareForShutdown true\n');
  expect(await exit).toEqual([0, null]);
  await vi.waitFor(() => expect(said).toContain('released'), WAIT);
});

it('a server that is killed delays no shutdown', async () => {
  const server = await start();
  await vi.waitFor(() => expect(said).toContain('taken shutdown delay Belfry'), WAIT);
  await server.kill();
  await vi.waitFor(() => expect(said).toContain('released'), WAIT);
});
