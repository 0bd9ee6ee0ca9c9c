/** @module-tag slow */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NetworkManagerStandIn } from '../support/dbus/network-manager.ts';
import { NotificationServerStandIn } from '../support/dbus/notification-server.ts';
import { PrivateBus } from '../support/dbus/private-bus.ts';
import { StandInProcess } from '../support/electron/stand-in-process.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { ServerProcess } from '../support/server-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { readFileSync } from 'node:fs';

const LOGIND = join(import.meta.dirname, '..', 'support', 'dbus', 'logind.py');
const TOKEN = 'recovery-test-token';
/** The first retry is a minute after a failure, so whatever comes earlier was a sign. */
const SOON = { timeout: 30_000, interval: 50 };

vi.setConfig({ testTimeout: 90_000 });

let temp: ReturnType<typeof tempDir>;
let system: PrivateBus;
let session: PrivateBus;
let receiver: HttpReceiver;

/** The clean-ups that run after the test, the last first. */
let undo: (() => unknown)[];

beforeEach(async () => {
  temp = tempDir();
  system = await PrivateBus.start();
  session = await PrivateBus.start();
  receiver = await HttpReceiver.start();
  undo = [];
});

afterEach(async () => {
  for (const end of undo.reverse()) await end();
  await receiver[Symbol.asyncDispose]();
  await session[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
  temp[Symbol.dispose]();
});

const env = () => ({
  DBUS_SYSTEM_BUS_ADDRESS: system.address,
  DBUS_SESSION_BUS_ADDRESS: session.address,
});

type Call = (verb: string, path: string, body?: unknown) => Promise<{ status: number }>;

async function headless(): Promise<Call> {
  const dataDir = join(temp.path, 'data');
  const server = await ServerProcess.start({ dataDir, adminToken: TOKEN, env: env() });
  undo.push(() => server.stop());
  return (verb, path, body) => server.call(verb, path, body);
}

async function desktop(): Promise<Call> {
  const dataDir = join(temp.path, 'data');
  const app = new StandInProcess({
    env: {
      ...env(),
      BELFRY_DATA_DIR: dataDir,
      BELFRY_PORT: '0',
      BELFRY_ADMIN_TOKEN: TOKEN,
    },
  });
  undo.push(() => app.quit());
  let url = '';
  await vi.waitFor(() => {
    const file = readFileSync(join(dataDir, 'server.json'), 'utf8');
    ({ url } = JSON.parse(file) as { url: string });
  }, SOON);
  return (verb, path, body) =>
    fetch(url + path, {
      method: verb,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
}

const raise = (call: Call, kind: string) =>
  call('POST', '/api/v1/events', { host: 'nas', kind, status: 'firing' });

/** A webhook whose receiver cannot be reached, and an alert that could not be sent to it. */
async function unreachable(call: Call): Promise<void> {
  receiver.respond = (response) => response.destroy();
  await call('POST', '/api/v1/channels', {
    kind: 'webhook',
    name: 'hook',
    config: { url: receiver.url },
  });
  await raise(call, 'disk_full');
  await receiver.count(1);
}

const delivered = () => vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(1), SOON);

describe.each([
  ['the headless server', headless],
  ['the desktop app', desktop],
])('a network that comes back, for %s', (_host, start) => {
  it('has one message tried at once, however often the network comes and goes', async () => {
    const manager = await NetworkManagerStandIn.start(system.address);
    undo.push(() => manager.stop());
    const call = await start();
    await unreachable(call);
    receiver.respond = status(204);
    for (let n = 0; n < 10; n++) {
      for (const state of [20, 40, 70]) manager.become(state);
    }
    await delivered();
    await sleep(5_000);
    expect(receiver.received).toHaveLength(2);
  });
});

describe.each([
  ['the headless server', headless],
  ['the desktop app', desktop],
])('a notification server that comes, for %s', (_host, start) => {
  it('shows at once what could not be shown without it', async () => {
    const call = await start();
    // The desktop app has one from the beginning.
    if (start === headless) {
      await call('POST', '/api/v1/channels', {
        kind: 'desktop',
        name: 'this computer',
        config: {},
      });
    }
    await raise(call, 'disk_full');
    await sleep(2_000);
    const server = await NotificationServerStandIn.start(session.address);
    undo.push(() => server.stop());
    await vi.waitFor(() => expect(server.notified).toHaveLength(1), SOON);
    expect(server.notified[0]?.title).toContain('disk_full');
  });
});

describe('a machine that sleeps', () => {
  let logind: ChildProcessWithoutNullStreams;
  const said: string[] = [];

  it('loses nothing, and has what failed before tried again after waking', async () => {
    logind = spawn('/usr/bin/python3', [LOGIND], { env: { ...process.env, ...env() } });
    createInterface({ input: logind.stdout }).on('line', (line) => said.push(line));
    undo.push(async () => {
      const exit = once(logind, 'exit');
      logind.kill();
      await exit;
    });
    await vi.waitFor(() => expect(said).toContain('ready'), SOON);
    const call = await headless();
    await vi.waitFor(() => expect(said).toContain('taken shutdown delay Belfry'), SOON);
    await unreachable(call);
    logind.stdin.write('PrepareForSleep true\n');
    await raise(call, 'while_falling_asleep');
    await receiver.count(2);
    receiver.respond = status(204);
    logind.stdin.write('PrepareForSleep false\n');
    await vi.waitFor(() => {
      const sent = receiver
        .webhooks()
        .slice(2)
        .map(({ data }) => data.text);
      expect(sent.join()).toContain('disk_full');
      expect(sent.join()).toContain('while_falling_asleep');
    }, SOON);
  });
});
