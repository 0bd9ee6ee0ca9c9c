import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApp, type App } from '../../main/app.ts';
import type { Status } from '../../main/contract/system.ts';
import { lockDataDirectory, DataDirectoryInUse } from '../../main/store/directory-lock.ts';
import { openDatabase } from '../../main/store/database.ts';
import { appOptions } from '../support/app-options.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { send } from '../transport/http/fixture.ts';

let temp: ReturnType<typeof tempDir>;
let dataDir: string;
let clock: FakeClock;
let app: App;
let log: string[];
let damaged: number;

const inDir = (name: string): string => join(dataDir, name);

function newApp(): App {
  return createApp(
    appOptions(dataDir, {
      clock,
      logger: { log: (_level, message) => log.push(message) },
      onDamaged: () => {
        damaged += 1;
      },
    }),
  );
}

beforeEach(async () => {
  temp = tempDir();
  dataDir = join(temp.path, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(inDir('secret.key'), 'the key\n', { mode: 0o600 });
  clock = new FakeClock();
  log = [];
  damaged = 0;
  app = newApp();
  await app.start();
});

afterEach(async () => {
  await app.stop();
  temp[Symbol.dispose]();
});

const headers = { authorization: 'Bearer admin', 'content-type': 'application/json' };

async function post(dedupKey: string): Promise<number> {
  const body = JSON.stringify({ host: 'nas', kind: 'k', dedupKey, status: 'firing' });
  return (await send(app.url ?? '', '/api/v1/events', { method: 'POST', headers, body })).status;
}

const ready = async (): Promise<number> => (await send(app.url ?? '', '/readyz', {})).status;

async function call<T>(name: Parameters<App['dispatch']>[0], input: unknown): Promise<T> {
  const result = await app.dispatch(name, input, { actor: 'test', scope: 'admin', source: null });
  if (!result.ok) throw new Error(result.error.message);
  return result.value as T;
}

const status = (): Promise<Status> => call('system.status', {});

async function keys(): Promise<string[]> {
  const { items } = await call<{ items: { dedupKey: string }[] }>('alerts.list', { limit: 200 });
  return items.map(({ dedupKey }) => dedupKey).sort();
}

const removeDatabase = (): void => {
  for (const name of readdirSync(dataDir)) if (name.startsWith('belfry.db')) rmSync(inDir(name));
};

/** Another database of the same program, with as many transactions. */
function otherDatabase(): string {
  const path = join(temp.path, 'other');
  mkdirSync(path);
  const db = openDatabase(path);
  db.exec('UPDATE last_commit SET number = 1000000, at = 5');
  db.close();
  return join(path, 'belfry.db');
}

async function restart(): Promise<void> {
  await app.stop();
  app = newApp();
  await app.start();
}

describe('a database that vanishes while it is open', () => {
  const ways: [string, () => void, RegExp][] = [
    ['is removed with its log', removeDatabase, /belfry\.db was removed or moved away/],
    ['is removed alone', () => rmSync(inDir('belfry.db')), /belfry\.db was removed or moved away/],
    [
      'is replaced by another database',
      () => renameSync(otherDatabase(), inDir('belfry.db')),
      /belfry\.db was replaced by another file/,
    ],
    [
      'is replaced by what is no database',
      () => {
        writeFileSync(join(temp.path, 'text'), 'no database');
        renameSync(join(temp.path, 'text'), inDir('belfry.db'));
      },
      /belfry\.db was replaced by another file/,
    ],
    [
      'loses its log',
      () => rmSync(inDir('belfry.db-wal')),
      /belfry\.db-wal was removed or moved away/,
    ],
    [
      'has an empty file in place of its log',
      () => {
        rmSync(inDir('belfry.db-wal'));
        writeFileSync(inDir('belfry.db-wal'), '');
      },
      /belfry\.db-wal was replaced/,
    ],
  ];

  test.each(ways)('and %s: 503 at once, and nothing accepted is lost', async (_n, take, words) => {
    expect(await post('before 1')).toBe(200);
    expect(await post('before 2')).toBe(200);
    take();
    expect(await post('refused')).toBe(503);
    expect(await ready()).toBe(503);
    const { storage } = await status();
    expect(storage.writable).toBe(false);
    expect(storage.problem).toMatch(words);
    await until(() => log.includes('What the database held was saved'), 'it is saved');
    expect((await status()).storage.problem).toMatch(
      /Everything that was accepted is .*[Rr]estart/,
    );
    expect(await post('still refused')).toBe(503);
    await restart();
    expect(await keys()).toEqual(expect.arrayContaining(['before 1', 'before 2']));
    expect(await post('after')).toBe(200);
    expect((await status()).storage.writable).toBe(true);
  });

  test('is noticed within a second while nothing is written', async () => {
    removeDatabase();
    clock.advance(1_000);
    expect((await status()).storage.writable).toBe(false);
  });

  test('is taken into use again once it is back in its place', async () => {
    expect(await post('before')).toBe(200);
    renameSync(inDir('belfry.db'), inDir('away'));
    expect(await post('refused')).toBe(503);
    await until(() => log.includes('What the database held was saved'), 'it is saved');
    renameSync(inDir('away'), inDir('belfry.db'));
    clock.advance(1_000);
    expect(await ready()).toBe(200);
    expect(await post('after')).toBe(200);
    await restart();
    expect(await keys()).toEqual(['after', 'before']);
    expect((await status()).recovery).toBeNull();
  });

  test('leaves what somebody put in its place as it is', async () => {
    expect(await post('before')).toBe(200);
    const other = otherDatabase();
    const bytes = readFileSync(other);
    renameSync(other, inDir('belfry.db'));
    expect(await post('refused')).toBe(503);
    await until(() => log.includes('What the database held was saved'), 'it is saved');
    expect(readFileSync(inDir('belfry.db')).equals(bytes)).toBe(true);
    await restart();
    const { recovery } = await status();
    expect(recovery).toMatchObject({ cause: 'replaced', commits: 0 });
    expect(existsSync(join(recovery?.aside ?? '', 'belfry.db'))).toBe(true);
    expect(await keys()).toEqual(['before']);
  });

  test('is not mixed with what lies in its place, also when it could not be saved', async () => {
    expect(await post('before')).toBe(200);
    writeFileSync(inDir('backups'), 'a file where the copies would go');
    renameSync(otherDatabase(), inDir('belfry.db'));
    expect(await post('refused')).toBe(503);
    await until(() => log.includes('What the database held could not be saved'), 'it failed');
    expect((await status()).storage.problem).toMatch(/could not be saved .*Do not stop Belfry/);
    await app.stop();
    rmSync(inDir('backups'));
    app = newApp();
    await app.start();
    expect((await status()).recovery).toMatchObject({ cause: 'replaced', commits: null });
    expect(await keys()).toEqual([]);
    expect(await post('after')).toBe(200);
  });

  test('is not copied into a directory that is not the one it was opened in', async () => {
    expect(await post('before')).toBe(200);
    const away = join(temp.path, 'unmounted');
    renameSync(dataDir, away);
    expect(await post('refused')).toBe(503);
    expect((await status()).storage.problem).toMatch(/data directory .* is gone.*Put it back/);
    mkdirSync(dataDir);
    clock.advance(1_000);
    expect(readdirSync(dataDir)).toEqual([]);
    rmSync(dataDir, { recursive: true });
    renameSync(away, dataDir);
    clock.advance(1_000);
    expect(await post('after')).toBe(200);
    expect(await keys()).toEqual(['after', 'before']);
  });

  test('and is cut short is treated as damaged', async () => {
    expect(await post('before')).toBe(200);
    // The stop writes everything into the file.
    await restart();
    await status();
    truncateSync(inDir('belfry.db'), 4_096);
    expect(await post('refused')).toBe(503);
    expect(damaged).toBe(1);
    expect((await status()).storage.problem).toContain('belfry.db was cut short');
  });

  test('and whose log is cut short is treated as damaged', async () => {
    expect(await post('before')).toBe(200);
    truncateSync(inDir('belfry.db-wal'), 0);
    expect(await post('refused')).toBe(503);
    expect(damaged).toBe(1);
  });
});

test('a log that another program emptied as SQLite may is no loss', async () => {
  expect(await post('before')).toBe(200);
  const other = openDatabase(dataDir);
  other.pragma('wal_checkpoint(TRUNCATE)');
  other.close();
  expect(await post('after')).toBe(200);
  expect(await ready()).toBe(200);
});

test('the index of the log is noticed, too, within a second', async () => {
  expect(await post('before')).toBe(200);
  rmSync(inDir('belfry.db-shm'));
  clock.advance(1_000);
  expect(await post('refused')).toBe(503);
  expect((await status()).storage.problem).toMatch(/belfry\.db-shm was removed.*Restart Belfry/);
});

describe('a small file that vanishes', () => {
  test.each(['secret.key', 'belfry.db-mark'])('%s is written again', async (name) => {
    expect(await post('before')).toBe(200);
    const before = readFileSync(inDir(name));
    rmSync(inDir(name));
    clock.advance(1_000);
    expect(readFileSync(inDir(name)).equals(before)).toBe(true);
    expect(await post('after')).toBe(200);
    expect(log.join()).toMatch(/written again/);
  });
});

describe('a lock file that is removed', () => {
  test('is made and held again within a second', () => {
    rmSync(inDir('lock.db'));
    clock.advance(1_000);
    expect(existsSync(inDir('lock.db'))).toBe(true);
    expect(() => lockDataDirectory(dataDir)).toThrow(DataDirectoryInUse);
  });

  test('lets no second instance start before that', async () => {
    expect(await post('before')).toBe(200);
    rmSync(inDir('lock.db'));
    const second = newApp();
    await expect(second.start()).rejects.toThrow(
      /Another Belfry is already running on .* its lock file was removed/,
    );
    expect(await post('after')).toBe(200);
  });

  test('and taken by another process stops whoever held it, and what it sends', async () => {
    await using receiver = await HttpReceiver.start();
    const config = { url: receiver.url };
    await call('channels.create', { kind: 'webhook', name: 'hook', config });
    rmSync(inDir('lock.db'));
    // A second lock on another directory is what a program without the second look would hold.
    const elsewhere = join(temp.path, 'elsewhere');
    mkdirSync(elsewhere);
    using _lock = lockDataDirectory(elsewhere);
    linkSync(join(elsewhere, 'lock.db'), inDir('lock.db'));
    clock.advance(1_000);
    expect(await ready()).toBe(503);
    expect(await post('refused')).toBe(503);
    expect((await status()).storage.problem).toMatch(/Another Belfry runs on .*Stop it/);
    clock.advance(60_000);
    expect(receiver.received).toEqual([]);
  });
});

test('a start after a crash needs no clean end of the process before', async () => {
  expect(await post('before')).toBe(200);
  const crashed = join(temp.path, 'crashed');
  cpSync(dataDir, crashed, { recursive: true });
  await app.stop();
  dataDir = crashed;
  app = newApp();
  await app.start();
  expect(await keys()).toEqual(['before']);
});
