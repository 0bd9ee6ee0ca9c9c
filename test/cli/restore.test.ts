import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restore, type RestoreRequest } from '../../main/cli/restore.ts';
import { fail, ok } from '../../main/contract/result.ts';
import { BackupDirectory } from '../../main/store/files/backup-directory.ts';
import { Db, openDatabase } from '../../main/store/database.ts';
import { leaveCluster } from '../../main/store/files/cluster-membership.ts';
import { lockDataDirectory } from '../../main/store/files/directory-lock.ts';
import { runDatabaseJob } from '../../main/store/files/database-job.ts';
import { openStore } from '../../main/store/files/opening.ts';
import { putInCluster } from '../support/cluster-data.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { tempDir } from '../support/temp-dir.ts';

const clock = new FakeClock();
const yes = (): Promise<ReturnType<typeof ok<null>>> => Promise.resolve(ok(null));

const restoreIn = (dataDir: string, over: Partial<RestoreRequest> = {}) =>
  restore({ dataDir, wanted: 'latest', clock, messages: messagesFor('en'), confirm: yes, ...over });

function store(dataDir: string, key: string): void {
  const db = openDatabase(dataDir);
  db.run("INSERT INTO settings (key, value) VALUES (?, '1')", [key]);
  db.close();
}

function keys(dataDir: string): unknown[] {
  const { db } = openStore({ dataDir, clock, logger: { log: () => undefined } });
  const found = db.values('SELECT key FROM settings');
  expect(db.value('SELECT count(*) FROM recoveries')).toBe(0);
  db.close();
  return found;
}

/** A data directory whose newest backup holds one key and whose database holds another, too. */
async function withBackup(): Promise<{ readonly path: string } & Disposable> {
  const dir = tempDir();
  store(dir.path, 'in the backup');
  const files = new BackupDirectory(dir.path);
  const partial = files.begin(clock.now());
  await runDatabaseJob({ type: 'copy', source: join(dir.path, 'belfry.db'), target: partial });
  files.keep(partial, clock.now());
  store(dir.path, 'later');
  return dir;
}

describe('restore', () => {
  test('puts the newest backup in place, and the former database aside', async () => {
    using dir = await withBackup();
    const restored = await restoreIn(dir.path);
    if (!restored.ok) throw new Error(restored.error.message);
    expect(keys(dir.path)).toEqual(['in the backup']);
    const aside = restored.value.aside ?? '';
    expect(readdirSync(aside)).toContain('belfry.db');
    expect(keys(aside)).toEqual(['in the backup', 'later']);
    const db = openDatabase(dir.path);
    const audit = db.values("SELECT action || ' ' || actor FROM audit_log");
    db.close();
    expect(audit).toEqual(['backup.restore terminal']);
  });

  test('takes a name, or a path from elsewhere', async () => {
    using dir = await withBackup();
    const files = new BackupDirectory(dir.path);
    const [newest] = files.list();
    expect((await restoreIn(dir.path, { wanted: newest?.name ?? '' })).ok).toBe(true);
    expect((await restoreIn(dir.path, { wanted: files.pathOf(newest?.name ?? '') })).ok).toBe(true);
    expect(readdirSync(dir.path).filter((name) => name.startsWith('replaced-'))).toHaveLength(2);
  });

  test('changes nothing while an instance runs, without consent, or from what is no good', async () => {
    using dir = await withBackup();
    const bad = join(dir.path, 'bad.db');
    writeFileSync(bad, 'this is no database, however long it may be'.repeat(100));
    {
      using _lock = lockDataDirectory(dir.path);
      expect(await restoreIn(dir.path)).toMatchObject({ error: { code: 'wrong_state' } });
    }
    const confirm = () => Promise.resolve(fail('internal', 'no'));
    expect(await restoreIn(dir.path, { confirm })).toMatchObject({ error: { message: 'no' } });
    expect(await restoreIn(dir.path, { wanted: bad })).toMatchObject({
      error: { code: 'invalid_input' },
    });
    expect(await restoreIn(dir.path, { wanted: 'missing.db' })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(keys(dir.path)).toEqual(['in the backup', 'later']);
    expect(existsSync(join(dir.path, 'belfry.db.prepared'))).toBe(false);
  });

  test('refuses a core of a cluster, and takes what was made in one out of it', async () => {
    using dir = tempDir();
    store(dir.path, 'in the backup');
    putInCluster(dir.path);
    const files = new BackupDirectory(dir.path);
    const partial = files.begin(clock.now());
    await runDatabaseJob({ type: 'copy', source: join(dir.path, 'belfry.db'), target: partial });
    files.keep(partial, clock.now());
    const refused = await restoreIn(dir.path);
    expect(refused).toMatchObject({ error: { code: 'wrong_state' } });
    expect(JSON.stringify(refused)).toMatch(/belfry cluster leave/);
    leaveCluster(dir.path, clock.now());
    expect((await restoreIn(dir.path)).ok).toBe(true);
    expect(keys(dir.path)).toEqual(['in the backup']);
  });

  test('says that there is no backup, or no such directory', async () => {
    using dir = tempDir();
    mkdirSync(join(dir.path, 'backups'));
    expect(await restoreIn(dir.path)).toMatchObject({ error: { code: 'not_found' } });
    expect(await restoreIn(join(dir.path, 'elsewhere'))).toMatchObject({
      error: { code: 'not_found' },
    });
  });
});

describe('a backup of a newer version', () => {
  /** The newest backup is one that a later version made; an older one is of this version. */
  async function withNewer(): Promise<
    { readonly path: string; readonly name: string } & Disposable
  > {
    const dir = await withBackup();
    const files = new BackupDirectory(dir.path);
    const later = clock.now() + 60_000;
    const partial = files.begin(later);
    await runDatabaseJob({ type: 'copy', source: join(dir.path, 'belfry.db'), target: partial });
    const db = new Db(partial);
    db.pragma('user_version = 999');
    db.close();
    return {
      path: dir.path,
      name: files.keep(partial, later).name,
      [Symbol.dispose]: () => dir[Symbol.dispose](),
    };
  }

  const leftovers = (dataDir: string): string[] =>
    readdirSync(dataDir).filter((name) => /prepared|damaged-|replaced-/.test(name));

  test('is not passed over for an older one: what it holds is not lost yet', async () => {
    using dir = await withNewer();
    const path = join(dir.path, 'belfry.db');
    writeFileSync(path, Buffer.alloc(100_000, 0xa5));
    const before = readFileSync(path);
    const logger = { log: () => undefined };
    const opening = () => openStore({ dataDir: dir.path, clock, logger });
    expect(opening).toThrow(
      /newest backup belfry-\S+\.db is no help: it is of a newer version of Belfry \(schema 999, this one knows \d+\)\. Install the newer version, or choose an older/,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(leftovers(dir.path)).toEqual([]);
    // The way out that the words name.
    const [, older] = new BackupDirectory(dir.path).list();
    expect(await restoreIn(dir.path, { wanted: older?.name ?? '' })).toMatchObject({ ok: true });
    expect(keys(dir.path)).toEqual(['in the backup']);
  });

  test('is refused by name, and nothing of it stays', async () => {
    using dir = await withNewer();
    const message = /is not a usable backup: it is of a newer version of Belfry/;
    expect(await restoreIn(dir.path)).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', message: expect.stringMatching(message) as string },
    });
    expect(keys(dir.path)).toEqual(['in the backup', 'later']);
    expect(leftovers(dir.path)).toEqual([]);
  });
});
