import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KeptCounts } from '../../main/store/kept-counts.ts';
import type { Settings } from '../../main/contract/settings.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { renderReason } from '../../main/messages/reasons.ts';
import { AuditTable } from '../../main/store/audit-table.ts';
import { BackupDirectory } from '../../main/store/files/backup-directory.ts';
import { openDatabase, openFile, type Db } from '../../main/store/database.ts';
import {
  checkDatabase,
  runDatabaseJob,
  type RunDatabaseJob,
} from '../../main/store/files/database-job.ts';
import { Writer } from '../../main/store/writer.ts';
import { Scheduler } from '../../main/scheduler/scheduler.ts';
import { Backups } from '../../main/system/backups.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { isPosix } from '../support/posix.ts';

const HOUR_MS = 3_600_000;

/** Backups of a real database by a real scheduler, on the test's own thread and clock. */
class BackupLab implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly db: Db;
  readonly writer: Writer;
  readonly files: BackupDirectory;
  readonly keptCounts: KeptCounts;
  readonly backups: Backups;
  settings: Settings['backup'] = { enabled: true, everyHours: 24, keep: 3 };
  runJob: RunDatabaseJob = runDatabaseJob;
  readonly #dir = tempDir();
  readonly #scheduler: Scheduler;

  constructor() {
    const logger = { log: () => undefined };
    this.db = openDatabase(this.#dir.path);
    this.writer = new Writer(this.db, this.clock, logger);
    this.files = new BackupDirectory(this.#dir.path);
    this.keptCounts = new KeptCounts(this.db);
    this.backups = new Backups({
      db: this.db,
      files: this.files,
      keptCounts: this.keptCounts,
      runJob: (job, signal) => this.runJob(job, signal),
      settings: { current: () => ({ backup: this.settings }) },
      writer: this.writer,
      audit: new AuditTable(this.db),
      render: (reason) => renderReason(messagesFor('en'), reason),
      clock: this.clock,
      logger,
      wake: () => this.#scheduler.wake(),
    });
    this.#scheduler = new Scheduler(this.clock, logger, [this.backups]);
    this.#scheduler.start();
  }

  names(): string[] {
    return this.backups.list().map(({ name }) => name);
  }

  /** Lets an hour pass at a time, and what comes due in it happen. */
  async hours(count: number): Promise<void> {
    for (let hour = 0; hour < count; hour++) {
      this.clock.advance(HOUR_MS);
      await until(() => this.backups.nextDueAt() !== null || !this.settings.enabled, 'it is done');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.backups.stop();
    await this.#scheduler.stop();
    this.db.close();
    this.#dir[Symbol.dispose]();
  }
}

describe('backups', () => {
  test('are made by the schedule, checked, and the newest are kept', async () => {
    await using lab = new BackupLab();
    await lab.hours(1);
    expect(lab.names()).toHaveLength(1);
    await lab.hours(23);
    expect(lab.names()).toHaveLength(1);
    await lab.hours(24 * 4);
    const kept = lab.backups.list();
    expect(kept).toHaveLength(3);
    expect(kept[0]?.createdAt).toBe(lab.backups.status().lastAt);
    for (const { name } of kept) expect(checkDatabase(lab.files.pathOf(name))).toBeNull();
    expect(lab.backups.status().problem).toBeNull();
  });

  test('are for their owner alone, one file each, and leave nothing else behind', async () => {
    await using lab = new BackupLab();
    const made = await lab.backups.create('ann');
    expect(made).toMatchObject({ ok: true });
    const [name = '', ...others] = readdirSync(lab.files.path);
    expect(others).toEqual([]);
    if (isPosix) expect(statSync(lab.files.pathOf(name)).mode & 0o777).toBe(0o600);
  });

  test('hold what was stored when they were made, and writes go on meanwhile', async () => {
    await using lab = new BackupLab();
    const insert = "INSERT INTO settings (key, value) VALUES (?, '1')";
    const store = (key: string) => lab.writer.submit(() => lab.db.run(insert, [key]));
    await store('before');
    const [made] = await Promise.all([lab.backups.create('ann'), store('beside')]);
    if (!made.ok) throw new Error(made.error.message);
    await store('after');
    const copy = keysIn(lab.files.pathOf(made.value.name));
    expect(copy).toContain('before');
    expect(copy).not.toContain('after');
  });

  test('are not made twice at once', async () => {
    await using lab = new BackupLab();
    const [first, second] = await Promise.all([
      lab.backups.create('ann'),
      lab.backups.create('ann'),
    ]);
    expect(first.ok).toBe(true);
    expect(second).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  test('do not count when their check fails: older ones stay, and it is said and tried again', async () => {
    await using lab = new BackupLab();
    lab.settings = { enabled: true, everyHours: 24, keep: 1 };
    await lab.hours(1);
    const [good] = lab.names();
    lab.runJob = (job) => Promise.resolve(job.type === 'copy' ? 'row 7 missing from index' : null);
    await lab.hours(24);
    expect(lab.names()).toEqual([good]);
    expect(lab.backups.status().problem).toContain('row 7 missing from index');
    expect(lab.writer.refusal).toBeNull();
    lab.runJob = runDatabaseJob;
    await lab.hours(1);
    expect(lab.backups.status().problem).toBeNull();
    expect(lab.names()).not.toEqual([good]);
    expect(lab.names()).toHaveLength(1);
  });

  test('of a database whose kept counts are wrong leave it, and an inspection counts again', async () => {
    await using lab = new BackupLab();
    const wrong =
      "INSERT INTO dead_letter_counts (channel_id, class, cause, count, obsolete) VALUES ('a', '', '', 1, 0)";
    lab.db.run(wrong);
    await lab.backups.inspect();
    expect(lab.db.all('SELECT * FROM dead_letter_counts')).toEqual([]);
    expect(lab.writer.refusal).toBeNull();
  });

  test('that show damage make sure of it in the database itself', async () => {
    await using lab = new BackupLab();
    lab.runJob = () => Promise.resolve('page 9 is never used');
    expect(await lab.backups.create('ann')).toMatchObject({ ok: false });
    expect(lab.writer.refusal?.trouble).toBe('damaged');
  });

  test('never remove the one that was just made, whatever the clock says', async () => {
    await using lab = new BackupLab();
    lab.settings = { enabled: true, everyHours: 24, keep: 1 };
    mkdirSync(lab.files.path);
    writeFileSync(lab.files.pathOf('belfry-20990101T000000Z.db'), 'from the future');
    const made = await lab.backups.create('ann');
    expect(made.ok && lab.names()).toEqual([made.ok && made.value.name]);
  });

  test('need room, and say how much', async () => {
    await using lab = new BackupLab();
    lab.files.freeBytes = () => 1_000;
    expect(await lab.backups.create('ann')).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        message: expect.stringMatching(/needs \d[\d.]* [KM]B in .* and 1 KB are free/) as string,
      },
    });
    expect(lab.names()).toEqual([]);
  });

  test('that are switched off are made on demand alone', async () => {
    await using lab = new BackupLab();
    lab.settings = { enabled: false, everyHours: 1, keep: 3 };
    await lab.hours(48);
    expect(lab.names()).toEqual([]);
    expect((await lab.backups.create('ann')).ok).toBe(true);
  });
});

/** The keys of the settings in a backup. */
function keysIn(path: string): unknown[] {
  const db = openFile(path);
  try {
    return db.values('SELECT key FROM settings');
  } finally {
    db.close();
  }
}
