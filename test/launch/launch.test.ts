/** @module-tag slow */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');

it.runIf(process.platform === 'linux')(
  'npm start without a display says so in one line and serves headless, its stdout untouched',
  { timeout: 120_000 },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'belfry-launch-'));
    const { DISPLAY: _x11, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
    const args = ['main/launch.ts', '--port', '0', '--data-dir', dataDir];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stderr = text(child.stderr);
    const lines: string[] = [];
    const stdout = createInterface({ input: child.stdout });
    stdout.on('line', (line) => lines.push(line));
    await once(stdout, 'line');
    const ready = JSON.parse(lines[0] ?? '') as { event: string; url: string; dataDir: string };
    expect(ready).toMatchObject({ event: 'ready', dataDir });
    expect((await fetch(`${ready.url}/healthz`)).status).toBe(200);

    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(lines).toHaveLength(1);
    const words = (await stderr)
      .split('\n')
      .filter((line) => line.startsWith('belfry: no desktop'));
    expect(words).toEqual([
      'belfry: no desktop app, because there is no display; serving the window to a browser instead (npm run login prints a sign-in link)',
    ]);
    rmSync(dataDir, { recursive: true });
  },
);

it.runIf(process.platform === 'linux').each(['start', 'start -- serve', 'serve', 'demo'])(
  'npm run %s that is asked to stop takes its server with it',
  { timeout: 120_000 },
  async (script) => {
    using temp = tempDir();
    const { DISPLAY: _x11, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
    const npm = spawn('npm', ['run', '--silent', ...script.split(' ')], {
      cwd: ROOT,
      env: { ...env, BELFRY_DATA_DIR: join(temp.path, 'data'), BELFRY_PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(createInterface({ input: npm.stdout }), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    npm.kill('SIGTERM');
    // Its standard output ends when the last process that holds it is gone.
    await once(npm.stdout, 'close');
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  },
);
