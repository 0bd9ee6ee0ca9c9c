/** @module-tag slow */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { tempDir } from '../support/temp-dir.ts';
import { CLI, Lab, run, TOKEN } from './lab.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const UNKNOWN = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';
/** A port that the system gives to no one who asks for any: a free one may be another test's a moment later. */
const NOBODY = 'http://127.0.0.1:4';

let lab: Lab;
let temp: ReturnType<typeof tempDir>;
beforeAll(async () => {
  temp = tempDir();
  lab = await Lab.start();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  temp[Symbol.dispose]();
});

const codeOf = async (...args: string[]): Promise<number | null> => (await lab.cli(...args)).code;

describe('0', () => {
  test.for([['--help'], ['--version'], ['alerts', 'ack', '--help'], ['help', 'send']])(
    'for %j',
    async (args) => {
      const { code, stdout, stderr } = await run(args);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).not.toBe('');
    },
  );
});

describe('1', () => {
  test('when something else than Belfry answers', async () => {
    await using receiver = await HttpReceiver.start();
    receiver.respond = status(200, {}, '<html>');
    const { code, stderr } = await run(['status', '--url', receiver.url, '--token', 'x']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^belfry: The response is not from Belfry/);
  });
});

describe('2', () => {
  test.for([
    [],
    ['alerts'],
    ['alrets', 'list'],
    ['alerts', 'list', '--bogus'],
    ['alerts', 'list', '--limit', '0'],
    ['send', '--kind', 'disk', '--nagios', '--status', 'resolved'],
    ['alerts', 'list', '--state', 'opne'],
    ['alerts', 'show'],
    ['alerts', 'show', 'no-id'],
    ['alerts', 'show', '..'],
    ['alerts', 'snooze', UNKNOWN],
    ['alerts', 'snooze', UNKNOWN, '--for', 'long'],
    ['alerts', 'snooze', UNKNOWN, '--for', '1s'],
    ['send'],
    ['send', '--kind', 'k', '--severity', 'dire'],
    ['send', '--kind', 'k', '--link', 'javascript:alert(1)'],
    ['status', '--url', 'ftp://nas'],
    ['completion', 'tcsh'],
  ])('for %j, with nothing on stdout', async (args) => {
    const { code, stdout, stderr } = await lab.cli(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });
});

describe('3', () => {
  test.for([
    ['alerts', 'show', UNKNOWN],
    ['alerts', 'ack', UNKNOWN],
    ['dead-letters', 'requeue', UNKNOWN],
    ['dead-letters', 'requeue', '--group', 'none', '--yes'],
    ['notifications', 'show', UNKNOWN],
    ['silences', 'expire', UNKNOWN],
    ['channels', 'test', 'nobody'],
  ])('for %j, which is not there', async (args) => {
    expect(await codeOf(...args)).toBe(3);
  });
});

test('4 for what is in another state', async () => {
  const id = await lab.raise('nas', 'state');
  expect(await codeOf('alerts', 'ack', id)).toBe(0);
  expect(await codeOf('alerts', 'ack', id)).toBe(4);
  expect(await codeOf('alerts', 'resolve', id)).toBe(0);
  expect(await codeOf('alerts', 'unack', id)).toBe(4);
});

describe('5', () => {
  test('when nothing runs on the data directory', async () => {
    for (const command of ['status', 'login']) {
      const { code, stderr } = await run([command, '--data-dir', temp.path]);
      expect(code).toBe(5);
      expect(stderr).toMatch(/^belfry: Belfry is not running on .*serve/);
    }
  });

  test('when nobody answers, in words that say where', async () => {
    const { code, stderr } = await run(['status', '--url', NOBODY, '--token', 'x']);
    expect(code).toBe(5);
    expect(stderr).toContain(NOBODY);
    expect(stderr).toContain('ECONNREFUSED');
  });

  test('when it cannot take an event now', async () => {
    await using receiver = await HttpReceiver.start();
    const body = { error: { code: 'unavailable', message: 'The disk is full.', requestId: 'r' } };
    receiver.respond = status(503, {}, JSON.stringify(body));
    const args = ['send', '--kind', 'k', '--url', receiver.url, '--token', 'x'];
    expect(await run(args)).toMatchObject({ code: 5, stderr: 'belfry: The disk is full.\n' });
  });
});

describe('6', () => {
  test('for a wrong token', async () => {
    const args = ['status', '--url', lab.server.url, '--token', 'wrong'];
    expect((await run(args)).code).toBe(6);
  });

  test('for a token that may not', async () => {
    const { url } = lab.server;
    const made = await lab.server.call('POST', '/api/v1/tokens', { name: 'r', scope: 'read' });
    const { token } = made.body as { token: string };
    const env = { BELFRY_URL: url, BELFRY_TOKEN: token };
    expect((await run(['alerts', 'list'], { env })).code).toBe(0);
    const refused = await run(['alerts', 'ack', UNKNOWN], { env });
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain('scope operate');
  });

  test('for an address that is another one, without a token', async () => {
    const { code, stderr } = await run(['status', '--url', lab.server.url], {
      env: { BELFRY_DATA_DIR: temp.path, BELFRY_ADMIN_TOKEN: TOKEN },
    });
    expect(code).toBe(6);
    expect(stderr).toContain('--token-file');
  });
});

describe('the instance', () => {
  test('is found by its data directory and the token that is kept there', async () => {
    const tokenFile = join(temp.path, 'token');
    writeFileSync(tokenFile, `${TOKEN}\n`);
    chmodSync(tokenFile, 0o600);
    const named = ['status', '--json', '--data-dir', lab.dataDir];
    // This server was started with its own token, so that there is none in its directory.
    expect((await run(named)).code).toBe(6);
    expect((await run([...named, '--token-file', tokenFile])).code).toBe(0);
    writeFileSync(join(lab.dataDir, 'admin-token'), `${TOKEN}\n`, { mode: 0o600 });
    expect((await run(named)).code).toBe(0);
  });

  test('that is named on the command line is not mixed with that of the environment', async () => {
    const env = { BELFRY_URL: 'http://127.0.0.1:9', BELFRY_TOKEN: 'of-another' };
    const named = ['status', '--json', '--data-dir', lab.dataDir];
    writeFileSync(join(lab.dataDir, 'admin-token'), `${TOKEN}\n`, { mode: 0o600 });
    expect((await run(named, { env })).code).toBe(0);
    expect((await run(['status'], { env: { ...env, BELFRY_DATA_DIR: lab.dataDir } })).code).toBe(5);
    expect((await run(['status'], { env: { ...lab.env, BELFRY_TOKEN_FILE: '' } })).code).toBe(0);
  });
});

test('0 when its reader has seen enough', async () => {
  const child = spawn(process.execPath, [CLI, 'completion', 'bash'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stderr = text(child.stderr);
  child.stdout.destroy();
  const [code] = (await once(child, 'exit')) as [number | null];
  expect([code, await stderr]).toEqual([0, '']);
});
