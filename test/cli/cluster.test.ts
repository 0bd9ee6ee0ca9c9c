import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../main/store/database.ts';
import { CommitLog } from '../../main/store/files/commit-log.ts';
import { KeyFile } from '../../main/store/files/data-key.ts';
import { lockDataDirectory } from '../../main/store/files/directory-lock.ts';
import { openStore } from '../../main/store/files/opening.ts';
import { ensureAdminToken } from '../../main/system/access/admin-token.ts';
import { putInCluster } from '../support/cluster-data.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { isPosix } from '../support/posix.ts';
import { tempDir } from '../support/temp-dir.ts';
import { run, type RunOptions } from './lab.ts';

let dir: ReturnType<typeof tempDir>;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => dir[Symbol.dispose]());

const pathOf = (name: string): string => join(dir.path, name);
const cluster = (command: string, name: string, options: RunOptions & { yes?: boolean } = {}) =>
  run(
    ['cluster', command, '--data-dir', pathOf(name), ...(options.yes === true ? ['--yes'] : [])],
    options,
  );
const ASK = { protector: null, isNewKeyWanted: false };

/** A data directory with a key that was rotated, and an admin token. */
async function withKey(name: string): Promise<KeyFile> {
  mkdirSync(pathOf(name), { mode: 0o700 });
  const file = await KeyFile.open(pathOf(name), ASK);
  await file.change('add');
  ensureAdminToken(pathOf(name));
  return file;
}

const text = (name: string, file: string): string => readFileSync(join(pathOf(name), file), 'utf8');

describe('belfry cluster key and join', () => {
  test('give another core the keys and the admin token, and say how to start it', async () => {
    const { keys } = await withKey('first');
    const key = await cluster('key', 'first');
    expect(key).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^belfry1_[\w-]+\n$/) as string,
    });
    expect(key.stderr).toMatch(/^Keep this key secret: .*\n$/);
    const joined = await cluster('join', 'second', { stdin: key.stdout });
    expect(joined).toMatchObject({ code: 0, stderr: '' });
    expect(joined.stdout).toContain(
      `serve -- --data-dir ${pathOf('second')} --cluster nats://SERVER:4222`,
    );
    expect((await KeyFile.open(pathOf('second'), ASK)).keys).toEqual(keys);
    expect(text('second', 'admin-token')).toBe(text('first', 'admin-token'));
    if (isPosix) {
      for (const file of ['secret.key', 'admin-token']) {
        expect(statSync(join(pathOf('second'), file)).mode & 0o777).toBe(0o600);
      }
    }
    expect(joined.stdout).not.toContain(key.stdout.trim().slice(8, 40));
  });

  test('hand on the admin token of the environment, which the server takes as well', async () => {
    await withKey('first');
    const env = { BELFRY_ADMIN_TOKEN: 'token-of-the-environment' };
    const { stdout: stdin } = await cluster('key', 'first', { env });
    await cluster('join', 'second', { stdin });
    expect(text('second', 'admin-token')).toBe('token-of-the-environment\n');
  });

  test('key makes none where there is none', async () => {
    mkdirSync(pathOf('empty'));
    expect(await cluster('key', 'empty')).toMatchObject({ code: 3, stdout: '' });
    expect(readdirSync(pathOf('empty'))).toEqual([]);
  });

  test('join refuses a directory with a key or with data, and leaves it alone', async () => {
    await withKey('first');
    const { stdout: stdin } = await cluster('key', 'first');
    await withKey('keyed');
    const before = text('keyed', 'secret.key');
    mkdirSync(pathOf('full'), { mode: 0o700 });
    openDatabase(pathOf('full')).close();
    mkdirSync(join(pathOf('saved'), 'backups'), { recursive: true, mode: 0o700 });
    writeFileSync(join(pathOf('saved'), 'backups', 'belfry.db'), '');
    for (const name of ['keyed', 'full', 'saved']) {
      const refused = await cluster('join', name, { stdin });
      expect(refused).toMatchObject({ code: 4, stdout: '' });
      expect(refused.stderr).toMatch(/already has data or a key/);
    }
    expect(text('keyed', 'secret.key')).toBe(before);
    expect(existsSync(join(pathOf('full'), 'secret.key'))).toBe(false);
  });

  test('join refuses what is no key, repeats none of it, and can be tried again', async () => {
    await withKey('first');
    const { stdout: stdin } = await cluster('key', 'first');
    const wrong = [
      '',
      'nonsense-nonsense',
      stdin.slice(0, -9),
      stdin.replace('belfry1', 'belfry9'),
    ];
    for (const word of wrong) {
      const refused = await cluster('join', 'second', { stdin: word });
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toMatch(/cluster key/);
      if (word !== '') expect(refused.stderr).not.toContain(word.trim().slice(8));
    }
    expect(existsSync(join(pathOf('second'), 'secret.key'))).toBe(false);
    expect(await cluster('join', 'second', { stdin })).toMatchObject({ code: 0 });
  });

  test('join takes no directory on which something runs', async () => {
    mkdirSync(pathOf('second'), { mode: 0o700 });
    using _lock = lockDataDirectory(pathOf('second'));
    expect(await cluster('join', 'second')).toMatchObject({ code: 4, stdout: '' });
  });
});

describe('belfry cluster leave', () => {
  const opened = (name: string) => {
    const logger = { log: () => undefined };
    return openStore({ dataDir: pathOf(name), clock: new FakeClock(), logger }).db;
  };

  test('lets a core that was in a cluster run alone, and writes it down', async () => {
    mkdirSync(pathOf('core'));
    putInCluster(pathOf('core'));
    expect(() => opened('core')).toThrow(/belongs to a cluster/);
    expect(await cluster('leave', 'core')).toMatchObject({ code: 2, stdout: '' });
    expect(() => opened('core')).toThrow(/belongs to a cluster/);
    const left = await cluster('leave', 'core', { yes: true });
    expect(left).toMatchObject({ code: 0, stderr: '' });
    expect(left.stdout).toMatch(/is out of its cluster/);
    const db = opened('core');
    expect(new CommitLog(db).point()).toEqual({ place: 0, digest: '' });
    expect(db.values("SELECT action || ' ' || actor FROM audit_log")).toEqual([
      'cluster.leave terminal',
    ]);
    expect(db.value('SELECT count(*) FROM recoveries')).toBe(0);
    db.close();
    const again = await cluster('leave', 'core', { yes: true });
    expect(again).toMatchObject({ code: 4 });
    expect(again.stderr).toMatch(/belongs to no cluster/);
  });

  test('refuses a directory without a database, and one on which something runs', async () => {
    expect(await cluster('leave', 'nowhere', { yes: true })).toMatchObject({ code: 3 });
    expect(existsSync(pathOf('nowhere'))).toBe(false);
    mkdirSync(pathOf('core'));
    putInCluster(pathOf('core'));
    using _lock = lockDataDirectory(pathOf('core'));
    expect(await cluster('leave', 'core', { yes: true })).toMatchObject({ code: 4 });
  });

  test('knows that a database of a version before clusters is of none', async () => {
    mkdirSync(pathOf('core'));
    const db = openDatabase(pathOf('core'));
    db.exec('ALTER TABLE last_commit DROP COLUMN place');
    db.close();
    const refused = await cluster('leave', 'core', { yes: true });
    expect(refused.stderr).toMatch(/belongs to no cluster/);
  });
});

test('the key of a core in a cluster is not rotated while it is stopped', async () => {
  await withKey('core');
  putInCluster(pathOf('core'));
  const before = text('core', 'secret.key');
  const refused = await run(['rotate-key', '--data-dir', pathOf('core')]);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/belongs to a cluster.*belfry cluster leave/);
  expect(text('core', 'secret.key')).toBe(before);
});
