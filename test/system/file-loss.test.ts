import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../main/store/database.ts';
import { until } from '../support/until.ts';
import {
  inDir,
  keys,
  lab,
  otherDatabase,
  post,
  ready,
  removeDatabase,
  restart,
  status,
  useLab,
} from './file-loss-lab.ts';

useLab();

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
        writeFileSync(join(lab.temp, 'text'), 'no database');
        renameSync(join(lab.temp, 'text'), inDir('belfry.db'));
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
    await until(() => lab.log.includes('What the database held was saved'), 'it is saved');
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
    lab.clock.advance(1_000);
    expect((await status()).storage.writable).toBe(false);
  });

  test('is taken into use again once it is back in its place', async () => {
    expect(await post('before')).toBe(200);
    renameSync(inDir('belfry.db'), inDir('away'));
    expect(await post('refused')).toBe(503);
    await until(() => lab.log.includes('What the database held was saved'), 'it is saved');
    renameSync(inDir('away'), inDir('belfry.db'));
    lab.clock.advance(1_000);
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
    await until(() => lab.log.includes('What the database held was saved'), 'it is saved');
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
    await until(() => lab.log.includes('What the database held could not be saved'), 'it failed');
    expect((await status()).storage.problem).toMatch(/could not be saved .*Do not stop Belfry/);
    await lab.app.stop();
    rmSync(inDir('backups'));
    lab.app = lab.newApp();
    await lab.app.start();
    expect((await status()).recovery).toMatchObject({ cause: 'replaced', commits: null });
    expect(await keys()).toEqual([]);
    expect(await post('after')).toBe(200);
  });

  test('is not copied into a directory that is not the one it was opened in', async () => {
    expect(await post('before')).toBe(200);
    const away = join(lab.temp, 'unmounted');
    renameSync(lab.dataDir, away);
    expect(await post('refused')).toBe(503);
    expect((await status()).storage.problem).toMatch(/data directory .* is gone.*Put it back/);
    mkdirSync(lab.dataDir);
    lab.clock.advance(1_000);
    expect(readdirSync(lab.dataDir)).toEqual([]);
    rmSync(lab.dataDir, { recursive: true });
    renameSync(away, lab.dataDir);
    lab.clock.advance(1_000);
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
    expect(lab.damaged).toBe(1);
    expect((await status()).storage.problem).toContain('belfry.db was cut short');
  });

  test('and whose log is cut short is treated as damaged', async () => {
    expect(await post('before')).toBe(200);
    truncateSync(inDir('belfry.db-wal'), 0);
    expect(await post('refused')).toBe(503);
    expect(lab.damaged).toBe(1);
  });
});

test('a log that another program emptied as SQLite may is no loss', async () => {
  expect(await post('before')).toBe(200);
  const other = openDatabase(lab.dataDir);
  other.pragma('wal_checkpoint(TRUNCATE)');
  other.close();
  expect(await post('after')).toBe(200);
  expect(await ready()).toBe(200);
});

test('the index of the log is noticed, too, within a second', async () => {
  expect(await post('before')).toBe(200);
  rmSync(inDir('belfry.db-shm'));
  lab.clock.advance(1_000);
  expect(await post('refused')).toBe(503);
  expect((await status()).storage.problem).toMatch(/belfry\.db-shm was removed.*Restart Belfry/);
});
