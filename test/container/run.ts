import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Container } from './container.ts';
import { buildImage } from './root.ts';

/**
 * Builds the Dockerfile and runs its image as compose.yaml does, without Docker: each stage is a root of debootstrap,
 * each step runs in it. Needs root, debootstrap, Debian's mirror and npm's registry; about five minutes the first time.
 */

const CONTEXT = resolve(import.meta.dirname, '../..');
const CACHE = join(CONTEXT, 'node_modules/.cache/belfry');
const MEMORY = '/dev/shm';

if (process.getuid?.() !== 0)
  throw new Error('The container test needs root, for chroot and mounts');

const directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'belfry-container-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const checks: [string, () => Promise<void>][] = [];
const check = (name: string, body: () => Promise<void>): void => void checks.push([name, body]);

const image = await buildImage(CONTEXT, directory, CACHE);
// A new volume gets the owner and the mode of the directory that it covers.
const { uid, gid, mode } = statSync(join(image.root, image.volume));
const volume = join(directory, 'volume');
mkdirSync(volume);
chownSync(volume, uid, gid);
chmodSync(volume, mode);
const container = new Container(image, volume);
let url = '';

check('starts by its command, and its health check passes', async () => {
  assert.equal(await container.isHealthy(), false);
  url = await container.start();
  assert.equal(await container.isHealthy(), true);
});
check('runs as another user than root, who can write to the volume alone', async () => {
  assert.equal((await container.exec('id', '-un')).trim(), 'node');
  assert.equal((await container.exec('sh', '-c', 'touch /x || echo refused')).trim(), 'refused');
  await container.exec('touch', join(image.volume, 'x'));
  assert.match(await container.exec('grep', 'CapBnd', '/proc/self/status'), /:\s0+$/m);
});
check('takes an event, shows its window, and makes a sign-in link', async () => {
  const event = ['--host', 'nas', '--kind', 'disk_full', '--message', 'full'];
  assert.match(await container.exec('belfry', 'send', ...event), /^raised /);
  const port = new URL(url).port;
  assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /<title>Belfry/);
  assert.match(await container.exec('belfry', 'login'), /#\/sign-in\//);
});
check('stops by its stop signal, and has its alert after the next start', async () => {
  assert.equal(await container.stop(), 0);
  assert.equal(await container.isHealthy(), false);
  await container.start();
  assert.match(await container.exec('belfry', 'alerts', 'list'), /nas/);
  assert.equal(await container.stop(), 0);
});

let failed = 0;
for (const [name, body] of checks) {
  try {
    await body();
    console.log(`✓ ${name}`);
  } catch (error) {
    failed += 1;
    console.error(`✗ ${name}`, error);
  }
}
await container.stop();
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${checks.length - failed} passed, ${failed} failed`);
