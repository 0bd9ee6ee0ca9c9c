import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const APT_TIMEOUT_MS = 15 * 60_000;

/** The state of the Debian packages for the tests: `absent` where there is no apt, else what became of them. */
export type Packages =
  | { readonly kind: 'ready' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly message: string };

const needed = (): string[] =>
  readFileSync(join(import.meta.dirname, '../debian-packages.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const isInstalled = (name: string): boolean =>
  spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' }).stdout ===
  'install ok installed';

const apt = (...args: string[]): boolean =>
  spawnSync('apt-get', ['-q', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: APT_TIMEOUT_MS,
  }).status === 0;

/** Installs what is missing when it may, and otherwise says what to type. */
export function ensureDebianPackages(): Packages {
  if (!existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get')) {
    return { kind: 'absent' };
  }
  const missing = needed().filter((name) => !isInstalled(name));
  if (missing.length === 0) return { kind: 'ready' };
  if (process.getuid?.() !== 0) {
    const command = `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`;
    return { kind: 'failed', message: `The tests need Debian packages. Please run:\n  ${command}` };
  }
  const done = apt('update') && apt('install', '-y', '--no-install-recommends', ...missing);
  const left = missing.filter((name) => !isInstalled(name));
  if (done && left.length === 0) return { kind: 'ready' };
  return { kind: 'failed', message: `apt-get could not install ${left.join(' ')}` };
}
