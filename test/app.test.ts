import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { createApp, type App, type AppOptions } from '../main/app.ts';
import type { Channel } from '../main/contract/channel.ts';
import type { MethodName } from '../main/contract/methods.ts';
import type { Status } from '../main/contract/system.ts';
import { HttpReceiver, silence, status } from './support/http-receiver.ts';
import { tempDir } from './support/temp-dir.ts';
import { appOptions } from './support/app-options.ts';

const ADMIN = { actor: 'test', scope: 'admin', source: null } as const;

async function call<T>(app: App, name: MethodName, input: unknown = {}): Promise<T> {
  const result = await app.dispatch(name, input, ADMIN);
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value as T;
}

const channels = (app: App) =>
  call<{ items: Channel[] }>(app, 'channels.list').then(({ items }) => items);

/** Overwrites the first page of a table or an index. */
function damage(path: string, name: string): void {
  const db = new DatabaseSync(path);
  const schema = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name);
  const { page_size: bytes } = db.prepare('PRAGMA page_size').get() as { page_size: number };
  db.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, (Number(schema?.['rootpage']) - 1) * bytes);
  closeSync(file);
}

/** A port that somebody else has. */
async function takenPort(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('the app', () => {
  test('starts and stops, twice each, and frees everything it held', async () => {
    using dir = tempDir();
    const app = createApp(appOptions(dir.path));
    await app.start();
    await app.start();
    const { url } = app;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await Promise.all([app.stop(), app.stop()]);
    await app.stop();
    expect(app.url).toBeNull();
    expect(await app.dispatch('system.status', {}, ADMIN)).toMatchObject({
      error: { code: 'unavailable' },
    });
    await app.start();
    await app.stop();
  });

  test.each(['channels', 'alerts_open_end'])(
    'heals at its start what only a later read finds damaged: %s',
    async (name) => {
      using dir = tempDir();
      const app = createApp(appOptions(dir.path));
      await app.start();
      const event = { host: 'nas', kind: 'backup_failed', status: 'firing' };
      const config = { url: 'http://127.0.0.1:9/' };
      await call(app, 'channels.create', { kind: 'webhook', name: 'w', config, enabled: false });
      await call(app, 'events.ingest', event);
      await call(app, 'backups.create');
      await app.stop();
      damage(join(dir.path, 'belfry.db'), name);
      await app.start();
      const { recovery } = await call<Status>(app, 'system.status');
      expect(recovery).toMatchObject({ cause: 'damaged', backup: expect.any(String) as string });
      expect(await channels(app)).toMatchObject([{ name: 'w' }]);
      await app.stop();
    },
  );

  test('leaves a data directory alone that another one runs on', async () => {
    using dir = tempDir();
    const first = createApp(appOptions(dir.path));
    await first.start();
    await expect(createApp(appOptions(dir.path)).start()).rejects.toThrow(/already running/);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    await first.stop();
  });

  test('headless without its port does not start, and holds nothing afterwards', async () => {
    using dir = tempDir();
    await using taken = await takenPort();
    const { http } = appOptions(dir.path);
    const app = createApp(appOptions(dir.path, { http: { ...http, port: taken.port } }));
    await expect(app.start()).rejects.toThrow(String(taken.port));
    const second = createApp(appOptions(dir.path));
    await second.start();
    await second.stop();
  });

  test('keeps what it accepted over a restart, and delivers what was still queued', async () => {
    using dir = tempDir();
    await using receiver = await HttpReceiver.start();
    receiver.respond = silence;
    const app = createApp(appOptions(dir.path));
    await app.start();
    const config = { url: receiver.url };
    await call(app, 'channels.create', { kind: 'webhook', name: 'w', config });
    const event = { host: 'nas', kind: 'backup_failed', status: 'firing' };
    await call(app, 'events.ingest', event);
    await receiver.count(1);
    await app.stop();
    receiver.respond = status(204);
    await app.start();
    await receiver.count(2);
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    await app.stop();
  });
});

describe('on the desktop', () => {
  const desktop = (dir: string, over: Partial<AppOptions> = {}) =>
    createApp(appOptions(dir, { host: 'desktop', ...over }));

  test('the first start adds this computer as a channel; whoever deletes it is not asked again', async () => {
    using dir = tempDir();
    const app = desktop(dir.path);
    await app.start();
    const [channel, ...others] = await channels(app);
    expect(channel).toMatchObject({ kind: 'desktop', enabled: true });
    expect(others).toEqual([]);
    await call(app, 'channels.delete', { id: channel?.id });
    await app.stop();
    await app.start();
    expect(await channels(app)).toEqual([]);
    await app.stop();
  });

  test('headless adds none', async () => {
    using dir = tempDir();
    const app = createApp(appOptions(dir.path));
    await app.start();
    expect(await channels(app)).toEqual([]);
    await app.stop();
  });

  test('a port in use is said in the status and stops nothing else', async () => {
    using dir = tempDir();
    await using taken = await takenPort();
    const app = desktop(dir.path, { httpBySettings: true });
    await app.start();
    await call(app, 'settings.update', { desktopHttp: { port: taken.port } });
    await app.stop();
    await app.start();
    const { url, urlProblem } = await call<Status>(app, 'system.status');
    expect(url).toBeNull();
    expect(urlProblem).toContain(String(taken.port));
    await app.stop();
  });

  test('HTTP that is switched off in the settings stays off at the next start', async () => {
    using dir = tempDir();
    const app = desktop(dir.path, { httpBySettings: true });
    await app.start();
    await call(app, 'settings.update', { desktopHttp: { enabled: false } });
    await app.stop();
    await app.start();
    const { url, urlProblem } = await call<Status>(app, 'system.status');
    expect([url, urlProblem]).toEqual([null, null]);
    await app.stop();
  });
});
