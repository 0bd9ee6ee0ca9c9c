import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { extractAll, extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IPC } from '../../main/contract/ipc-channels.ts';
import { StandInProcess } from '../support/electron/stand-in-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { makeStubElectron } from './stub-electron.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const BUILDER = join(ROOT, 'node_modules/electron-builder/cli.js');
const ENABLED = '1'.charCodeAt(0);
const DISABLED = '0'.charCodeAt(0);

const output = mkdtempSync(join(tmpdir(), 'belfry-packed-'));
const stub = makeStubElectron();
const unpacked = join(output, process.arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
const asar = join(unpacked, 'resources', 'app.asar');

beforeAll(async () => {
  if (!existsSync(join(ROOT, 'out/main/index.js'))) throw new Error('Build first: npm run build');
  const settings = [`-c.electronDist=${stub}`, `-c.directories.output=${output}`];
  await run(process.execPath, [BUILDER, '--linux', 'dir', `--${process.arch}`, ...settings], {
    cwd: ROOT,
  });
});

afterAll(() => {
  rmSync(output, { recursive: true });
  rmSync(stub, { recursive: true });
});

/** Content hashes and chunk names change with every build. */
const withoutHash = (path: string): string => path.replace(/-[\w-]{8}(\.\w+)$/, '-HASH$1');

/** The packages that the source maps of the built program name, whatever our own list says. */
function packagesOfSourceMaps(): Set<string> {
  const names = new Set<string>();
  for (const part of ['out/main', 'out/main/chunks', 'out/preload']) {
    for (const file of readdirSync(join(ROOT, part)).filter((name) => name.endsWith('.map'))) {
      const map = readFileSync(join(ROOT, part, file), 'utf8');
      const { sources } = JSON.parse(map) as { sources: string[] };
      for (const source of sources) {
        const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
        if (name !== undefined) names.add(name);
      }
    }
  }
  return names;
}

describe('the packed app', () => {
  it('holds what it must, and nothing else', () => {
    const files = listPackage(asar, { isPack: false })
      .map((path) => path.slice(1).replaceAll('\\', '/'))
      .filter((path) => !('files' in statFile(asar, path)));
    const allowed = [
      /^LICENSE$/,
      /^package\.json$/,
      /^out\/THIRD-PARTY-NOTICES\.txt$/,
      /^out\/main\/(index|core-worker|database-worker|expression-worker|http-worker)\.js$/,
      /^out\/main\/chunks\/[\w.-]+\.js$/,
      /^out\/preload\/index\.cjs$/,
      /^out\/renderer\/(index\.html|theme\.js|manifest\.webmanifest)$/,
      /^out\/renderer\/(icon-(192|512|maskable-512)\.png|sw\.js|offline\.(html|css|js))$/,
      /^out\/renderer\/assets\/[\w.-]+\.(js|css|svg|png|woff2)$/,
      /^resources\/tray\/\w+(@2x)?\.(png|ico)$/,
      /^resources\/icons\/256x256\.png$/,
      /^node_modules\/better-sqlite3\/(LICENSE|package\.json|lib\/[\w/-]+\.js)$/,
    ];
    const native = `node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`;
    expect(files).toContain('out/main/index.js');
    expect(files).toContain('out/main/core-worker.js');
    expect(files).toContain('out/main/database-worker.js');
    expect(files).toContain('out/main/expression-worker.js');
    expect(files).toContain('out/preload/index.cjs');
    expect(files).toContain('out/renderer/index.html');
    expect(files).toContain('resources/tray/critical.png');
    expect(files).toContain(native);
    const foreign = files.filter(
      (path) => path !== native && !allowed.some((pattern) => pattern.test(path)),
    );
    expect(foreign.map(withoutHash)).toEqual([]);
  });

  it('has every chunk that its entries import', () => {
    const imported = new Set<string>();
    const follow = (path: string): void => {
      if (imported.has(path)) return;
      imported.add(path);
      const source = extractFile(asar, path).toString();
      for (const [, chunk = ''] of source.matchAll(
        /\b(?:from|import)\s*\(?["'`](\.\/[^"'`]+\.js|\.\.\/[^"'`]+\.js)["'`]/g,
      )) {
        follow(join(path, '..', chunk));
      }
    };
    follow('out/main/index.js');
    follow('out/main/core-worker.js');
    follow('out/main/database-worker.js');
    follow('out/main/expression-worker.js');
    follow('out/main/http-worker.js');
    expect(imported.size).toBeGreaterThan(2);
    // A chunk that only the command line needs is dead weight here.
    const packed = listPackage(asar, { isPack: false }).map((path) => path.slice(1));
    const chunks = packed.filter((path) => /^out\/main\/chunks\/.*\.js$/.test(path));
    expect(chunks.filter((path) => !imported.has(path))).toEqual([]);
  });

  it('has the licence of every package that its chunks were made of', () => {
    const notices = extractFile(asar, 'out/THIRD-PARTY-NOTICES.txt').toString();
    const packages = packagesOfSourceMaps();
    expect(packages.size).toBeGreaterThan(50);
    for (const name of ['better-sqlite3', 'SQLite', 'electron', 'svelte']) packages.add(name);
    const missing = [...packages].filter((name) => !notices.includes(`\n${name} `));
    expect(missing).toEqual([]);
    for (const entry of notices.split(`${'='.repeat(80)}\n`).slice(1)) {
      expect(entry).toMatch(/^\S+ \d[\w.-]*\nLicense: \S.*\n\n[^]{200,}/);
    }
    expect(existsSync(join(unpacked, 'LICENSES.chromium.html'))).toBe(true);
  });

  it('leaves the native module outside the archive, for this platform alone', () => {
    const prebuilds = join(`${asar}.unpacked`, 'node_modules/better-sqlite3/prebuilds');
    expect(readdirSync(prebuilds)).toEqual([`linux-${process.arch}.node`]);
    expect(readdirSync(join(`${asar}.unpacked`, 'out'))).toEqual(['THIRD-PARTY-NOTICES.txt']);
  });

  it('describes itself without what only development needs', () => {
    const manifest = JSON.parse(extractFile(asar, 'package.json').toString()) as object;
    expect(manifest).toMatchObject({ name: 'belfry', type: 'module', main: 'out/main/index.js' });
    expect(manifest).not.toHaveProperty('devDependencies');
    expect(manifest).not.toHaveProperty('scripts');
  });

  it('cannot be turned into a Node, a debugger’s target, or another app', async () => {
    const wire = await getCurrentFuseWire(join(unpacked, 'belfry'));
    expect(wire).toMatchObject({
      [FuseV1Options.RunAsNode]: DISABLED,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: DISABLED,
      [FuseV1Options.EnableNodeCliInspectArguments]: DISABLED,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: DISABLED,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ENABLED,
      [FuseV1Options.OnlyLoadAppFromAsar]: ENABLED,
      [FuseV1Options.EnableCookieEncryption]: DISABLED,
    });
  });

  it('starts from what was packed: nothing it needs was left out', async () => {
    const appDir = mkdtempSync(join(tmpdir(), 'belfry-extracted-'));
    const dataDir = mkdtempSync(join(tmpdir(), 'belfry-data-'));
    extractAll(asar, appDir);
    const app = new StandInProcess({
      appDir,
      env: {},
      args: ['--data-dir', dataDir, '--port', '0'],
    });
    await Promise.race([once(app, 'load'), app.exited]);
    const page = await app.ask('fetch', 'belfry-window://app/', 'GET');
    expect(page.status, app.log).toBe(200);
    expect(existsSync(join(dataDir, 'belfry.db'))).toBe(true);
    expect((await app.ask('tray')).image).toMatch(/\.png$/);
    expect(await app.quit()).toBe(0);
    for (const path of [appDir, dataDir]) rmSync(path, { recursive: true });
  });

  it('passes its smoke test once the page has subscribed, and fails it where it cannot start', async () => {
    using temp = tempDir();
    extractAll(asar, join(temp.path, 'app'));
    const smoke = (dataDir: string): StandInProcess =>
      new StandInProcess({
        appDir: join(temp.path, 'app'),
        env: {},
        args: ['--smoke', '--port', '0', '--data-dir', dataDir],
      });
    const works = smoke(join(temp.path, 'data'));
    const [{ contentsId }] = (await once(works, 'load')) as [{ contentsId: number }];
    await works.ask('send', contentsId, IPC.subscribe, [1]);
    expect(await works.exited, works.log).toBe(0);

    writeFileSync(join(temp.path, 'file'), '');
    const fails = smoke(join(temp.path, 'file'));
    expect(await fails.exited).toBe(1);
    expect(fails.log).toContain('"could not start"');
    expect(fails.log).not.toContain('[error box]');
  });

  it('names one identity in main process and installer', () => {
    const config = readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8');
    const main = readFileSync(join(ROOT, 'main/base/app-id.ts'), 'utf8');
    const appId = /^appId: (.+)$/m.exec(config)?.[1];
    expect(main).toContain(`const APP_ID = '${appId ?? ''}';`);
  });
});
