/** @module-tag slow */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { HttpReceiver } from '../support/http-receiver.ts';
import { until } from '../support/until.ts';
import { cleanEnvironment, CLI, Lab, start } from './lab.ts';
import { isPosix } from '../support/posix.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ID = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';
const ESC = '\u001b';

/** Bulk work that never ends, from a server that stands in for a real one so that the wait can be cut short. */
const RUNNING = {
  ...{ id: ID, action: 'requeue', state: 'running', total: 50_000, skipped: 0 },
  ...{ changed: 1_200, unchanged: 0 },
  ...{ toChannelId: null, problem: null, reason: null },
  ...{ startedAt: 0, endedAt: null, undoUntil: null },
};

describe.runIf(isPosix)('Ctrl-C while bulk work is waited for', () => {
  test('ends the wait alone, and says that the work goes on', async () => {
    await using receiver = await HttpReceiver.start();
    receiver.respond = (response) => response.end(JSON.stringify(RUNNING));
    const args = ['dead-letters', 'undo', ID, '--url', receiver.url, '--token', 'x'];
    const { child, ended } = start(args);
    await receiver.count(2);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stdout).toBe('Requeued 1,200 of 50,000 notifications.\n');
    expect(stderr).toContain(`The bulk job continues in the background.`);
    expect(stderr).toContain(`belfry dead-letters cancel ${ID}`);
    expect(receiver.received.every(({ path }) => !path.includes('cancel'))).toBe(true);
  });

  test('--no-wait does not even begin to', async () => {
    await using receiver = await HttpReceiver.start();
    receiver.respond = (response) => response.end(JSON.stringify(RUNNING));
    const args = ['dead-letters', 'undo', ID, '--no-wait', '--json', '--token', 'x'];
    const { code, stdout } = await start([...args, '--url', receiver.url]).ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(RUNNING);
    expect(receiver.received).toHaveLength(1);
  });
});

describe.skipIf(process.platform !== 'linux')('on a terminal', () => {
  let lab: Lab;
  let child: ChildProcess;
  let seen = '';
  beforeAll(async () => {
    lab = await Lab.start();
    await lab.channel('pager');
  });
  afterAll(() => lab[Symbol.asyncDispose]());
  beforeEach(() => {
    seen = '';
  });
  afterEach(async () => {
    if (child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });

  /** util-linux' script gives the command its own terminal and hands its exit code on. */
  function onTerminal(args: readonly string[], env: Record<string, string> = {}): void {
    const words = [process.execPath, CLI, ...args].map((word) => `'${word}'`).join(' ');
    child = spawn('script', ['-qefc', `stty cols 100; exec ${words}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...cleanEnvironment(), TERM: 'xterm', ...lab.env, ...env },
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
  }

  const exitCode = async (): Promise<unknown> =>
    child.exitCode ?? ((await once(child, 'close')) as unknown[])[0];

  test('words have their colours, and none with NO_COLOR', async () => {
    await lab.raise('nas', 'coloured');
    onTerminal(['alerts', 'list']);
    expect(await exitCode()).toBe(0);
    expect(seen).toContain(`${ESC}[33mwarning`);
    seen = '';
    onTerminal(['alerts', 'list'], { NO_COLOR: '1' });
    expect(await exitCode()).toBe(0);
    expect(seen).toContain('warning');
    expect(seen).not.toContain(ESC);
  });

  test('a long line is cut to the width', async () => {
    await lab.server.call('POST', '/api/v1/events', {
      ...{ host: 'nas', kind: 'long', status: 'firing', message: 'word '.repeat(100) },
    });
    onTerminal(['alerts', 'list', '--kind', 'long'], { NO_COLOR: '1' });
    expect(await exitCode()).toBe(0);
    const row = seen.split('\r\n').find((line) => line.includes('word'));
    expect(row).toMatch(/…$/);
  });

  test('many dead letters are asked about, and no is no', async () => {
    const [id = ''] = await lab.deadLetters('asked');
    const statusOf = async () =>
      (await lab.json<{ status: string }>('dead-letters', 'show', id)).status;
    onTerminal(['dead-letters', 'discard', '--channel', 'pager']);
    await until(() => seen.includes('[y/N]'), 'the question');
    expect(seen).toMatch(/Discard \d+ dead letters? \(channel pager\)\? \[y\/N\]/);
    child.stdin?.write('\n');
    expect(await exitCode()).toBe(1);
    expect(await statusOf()).toBe('dead');

    seen = '';
    onTerminal(['dead-letters', 'discard', '--channel', 'pager']);
    await until(() => seen.includes('[y/N]'), 'the question');
    child.stdin?.write('y\n');
    expect(await exitCode()).toBe(0);
    expect(await statusOf()).toBe('cancelled');
  });

  test('a passphrase is asked for twice, and is not shown', async () => {
    onTerminal(['export', '--with-secrets', '--json']);
    await until(() => seen.includes('Passphrase for the secrets: '), 'the question');
    child.stdin?.write('correct horse battery\r');
    await until(() => seen.includes('Repeat the passphrase: '), 'the second question');
    child.stdin?.write('correct horse battery\r');
    expect(await exitCode()).toBe(0);
    expect(seen).toContain('aes-256-gcm');
    expect(seen).not.toContain('horse');

    seen = '';
    onTerminal(['export', '--with-secrets']);
    await until(() => seen.includes('Passphrase for the secrets: '), 'the question');
    child.stdin?.write('\u0003');
    expect(await exitCode()).toBe(2);
  });

  test('the key of a cluster is asked for, and is not shown', async () => {
    const { stdout } = await lab.cli('cluster', 'key', '--data-dir', lab.dataDir);
    const key = stdout.trim();
    const join = ['cluster', 'join', '--data-dir', `${lab.dataDir}-of-another`];
    onTerminal(join);
    await until(() => seen.includes('Cluster key (not shown): '), 'the question');
    child.stdin?.write('\u0003');
    expect(await exitCode()).toBe(1);
    seen = '';
    onTerminal(join);
    await until(() => seen.includes('Cluster key (not shown): '), 'the question');
    child.stdin?.write(`${key}\r`);
    expect(await exitCode()).toBe(0);
    expect(seen).toContain('has the key of the cluster');
    expect(seen).not.toContain(key.slice(0, 40));
  });

  test('Ctrl-C at the question is no', async () => {
    await lab.deadLetters('interrupted');
    onTerminal(['dead-letters', 'discard', '--all']);
    await until(() => seen.includes('[y/N]'), 'the question');
    child.stdin?.write('\u0003');
    expect(await exitCode()).toBe(1);
  });
});
