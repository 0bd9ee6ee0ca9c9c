/** @module-tag slow */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import electronManifest from '../../node_modules/electron/package.json' with { type: 'json' };
import { HttpReceiver } from '../support/http-receiver.ts';
import { makeCheckout, ROOT } from './checkout.ts';
import { zipOf } from './zip-file.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { version } = electronManifest;
const ZIP_NAME = `electron-v${version}-linux-${process.arch}.zip`;
/** A stand-in for the runtime: it records how it was called. Large enough to come in several pieces. */
const PROGRAM = `#!/bin/sh\nprintf '%s\\n' "$@" > "$BELFRY_TEST_RECORD"\n# ${'x'.repeat(3_000_000)}\n`;
const ZIP = zipOf({ electron: PROGRAM, version });

let checkout: string;
let mirror: HttpReceiver;
beforeEach(async () => {
  checkout = makeCheckout();
  mirror = await HttpReceiver.start();
  const modules = join(checkout, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== 'electron') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  const own = join(modules, 'electron');
  mkdirSync(own);
  for (const name of ['install.js', 'package.json']) {
    cpSync(join(ROOT, 'node_modules/electron', name), join(own, name));
  }
  const sha256 = createHash('sha256').update(ZIP).digest('hex');
  writeFileSync(join(own, 'checksums.json'), JSON.stringify({ [ZIP_NAME]: sha256 }));
});
afterEach(async () => {
  await mirror[Symbol.asyncDispose]();
  rmSync(checkout, { recursive: true });
});

const record = (): string => join(checkout, 'record');

async function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['main/launch.ts', ...args], {
    cwd: checkout,
    env: {
      ...process.env,
      LC_ALL: 'C',
      DISPLAY: ':99',
      BELFRY_ELECTRON_NO_SANDBOX: '1',
      BELFRY_TEST_RECORD: record(),
      ELECTRON_MIRROR: `${mirror.url}/`,
      electron_config_cache: join(checkout, 'cache'),
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, stderr };
}

describe.runIf(process.platform === 'linux')('npm start', () => {
  it('goes on with a fetch that broke off, shows its progress, and passes every option on', async () => {
    mirror.respond = (response) => {
      response.writeHead(200, { 'content-length': ZIP.length });
      response.write(ZIP.subarray(0, 2_000_000), () => response.destroy());
    };
    const broken = await start(['--port', '70000']);
    expect(broken.stderr).toContain('belfry: fetching the Electron runtime (once): 0 of 4 MB\n');
    // Without a runtime it is headless, whose command line takes no such port.
    expect(broken.stderr).toMatch(
      /no desktop app, because the Electron runtime could not be fetched \(.+\);/,
    );
    expect(broken.code).toBe(2);

    mirror.respond = (response, { headers }) => {
      const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': ZIP.length - from });
      response.end(ZIP.subarray(from));
    };
    const args = ['--data-dir', '/srv/b', '--port=0', '--hidden', '--', '--disable-gpu'];
    const { code, stderr } = await start(args);
    expect(stderr).toMatch(/of 4 MB\n$/);
    expect(code).toBe(0);
    expect(mirror.received.at(-1)?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(readFileSync(record(), 'utf8')).toBe(
      [
        '--no-sandbox',
        '--disable-gpu',
        checkout,
        '--data-dir',
        '/srv/b',
        '--port=0',
        '--hidden',
        '',
      ].join('\n'),
    );

    const again = await start([]);
    expect(again).toEqual({ code: 0, stderr: '' });
    expect(mirror.received).toHaveLength(2);
  });

  it('takes the runtime of ELECTRON_OVERRIDE_DIST_PATH, and fetches none', async () => {
    const dist = join(checkout, 'own-electron');
    const override = { ELECTRON_OVERRIDE_DIST_PATH: dist };
    expect(await start([], override)).toEqual({
      code: 1,
      stderr: `belfry: ELECTRON_OVERRIDE_DIST_PATH: there is no ${dist}/electron\n`,
    });
    mkdirSync(dist);
    writeFileSync(join(dist, 'electron'), PROGRAM, { mode: 0o755 });
    expect(await start([], override)).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(record(), 'utf8')).toBe(`--no-sandbox\n${checkout}\n`);
    expect(mirror.received).toEqual([]);
  });

  it.each([
    [['--data-dri', '/x'], 'unknown option "--data-dri"'],
    [['--port'], 'option "--port" needs a value'],
  ])('refuses %j by name', async (args, problem) => {
    expect(await start(args)).toEqual({ code: 1, stderr: `belfry: ${problem}\n` });
    expect(mirror.received).toEqual([]);
  });
});
