/** @module-tag slow */
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { EndedEarly, ServerProcess } from '../support/server-process.ts';
import { tempDir } from '../support/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** What a core of a cluster runs, in its own thread and beside it. */
const OF_CLUSTERS = /^(?:cluster-worker|chunks\/cluster-node-.*)\.js$/;
/** The subjects of JetStream's API, which no client does without. */
const OF_NATS = '$JS.API';

test('a server without a cluster needs no file of NATS; one with a cluster does', async () => {
  using dir = tempDir();
  cpSync(join(ROOT, 'out'), join(dir.path, 'out'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(dir.path, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(dir.path, 'node_modules'));
  const built = join(dir.path, 'out/main');
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' });
  const removed = files.filter((file) => OF_CLUSTERS.test(file));
  expect(removed).toHaveLength(2);
  const ofNats = files.filter(
    (file) => file.endsWith('.js') && readFileSync(join(built, file), 'utf8').includes(OF_NATS),
  );
  expect(ofNats).toEqual(['cluster-worker.js']);
  for (const file of removed) rmSync(join(built, file));

  const start = (name: string, ...args: string[]): Promise<ServerProcess> =>
    ServerProcess.start({
      ...{ dataDir: join(dir.path, name), adminToken: 'token-of-this-test', args },
      cli: join(built, 'cli.js'),
    });
  const server = await start('alone');
  const event = { host: 'nas', kind: 'disk_full', status: 'firing' };
  expect(await server.call('POST', '/api/v1/events', event)).toMatchObject({ status: 200 });
  await server.stop();
  const cluster = ['--cluster', 'nats://127.0.0.1:1', '--cluster-url', 'http://127.0.0.1:1'];
  await expect(start('of_cluster', ...cluster)).rejects.toThrow(EndedEarly);
});
