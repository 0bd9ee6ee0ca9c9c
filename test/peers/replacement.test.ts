import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../main/store/database.ts';
import { runDatabaseJob } from '../../main/store/files/database-job.ts';
import { CommitMark } from '../../main/store/files/commit-mark.ts';
import { CommitLog } from '../../main/store/files/commit-log.ts';
import { openStore } from '../../main/store/files/opening.ts';
import { systemClock as clock } from '../../main/base/clock.ts';
import { tempDir } from '../support/temp-dir.ts';

const logger = { log: () => undefined };

/** A data directory as a crash left it, with a write that only the WAL holds, and a backup from elsewhere. */
async function crashed(dir: string): Promise<{ dataDir: string; backup: string }> {
  const running = join(dir, 'running');
  const dataDir = join(dir, 'data');
  const backup = join(dir, 'backup.db');
  for (const path of [running, dataDir]) mkdirSync(path, { mode: 0o700 });
  const db = openDatabase(running);
  const log = new CommitLog(db);
  const store = (key: string) =>
    db.transaction(() => {
      db.run("INSERT INTO settings (key, value) VALUES (?, '1')", [key]);
      log.advance(clock.now());
    })();
  store('in the backup');
  db.pragma('wal_checkpoint(TRUNCATE)');
  await runDatabaseJob({ type: 'copy', source: join(running, 'belfry.db'), target: backup });
  store('later');
  // Never closed, it stays as a crash would leave it.
  new CommitMark(running, log.read(), logger);
  for (const name of readdirSync(running)) copyFileSync(join(running, name), join(dataDir, name));
  db.close();
  return { dataDir, backup };
}

/** Restores, and dies before the n-th file gets its new name. */
function restoreAndDie(dataDir: string, backup: string, n: number): void {
  const renames = 'rename,renameat,renameat2';
  const { error, signal } = spawnSync('strace', [
    ...['-f', '-qq', '-o', '/dev/null', '-e', `trace=${renames}`],
    ...['-e', `inject=${renames}:signal=SIGKILL:when=${n}`],
    ...[process.execPath, 'out/main/cli.js', 'restore', backup, '--yes', '--data-dir', dataDir],
  ]);
  if (error) throw error;
  expect(signal).toBe('SIGKILL');
}

/** Starts once more; returns the settings that it finds and the number of recoveries that it reports. */
function nextStart(dataDir: string): { keys: unknown[]; said: number } {
  const { db } = openStore({ dataDir, clock, logger });
  try {
    return {
      keys: db.values('SELECT key FROM settings'),
      said: db.value<number>('SELECT count(*) FROM recoveries') ?? 0,
    };
  } finally {
    db.close();
  }
}

const OLD = ['in the backup', 'later'];
const RESTORED = ['in the backup'];

describe('a restore that is killed', () => {
  it.each([
    // Nobody else has it open, which was found out by writing its log into it.
    ['the index of the log', { keys: OLD, said: 0 }, 1],
    ['the database', { keys: OLD, said: 0 }, 2],
    ['what replaces it', { keys: [], said: 1 }, 3],
    ['the mark', { keys: RESTORED, said: 0 }, 4],
  ] as const)('before %s is moved leaves nothing missing unsaid', async (_file, found, n) => {
    using dir = tempDir();
    const { dataDir, backup } = await crashed(dir.path);
    restoreAndDie(dataDir, backup, n);
    expect(nextStart(dataDir)).toEqual(found);
  });
});
