import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { Recovery } from '../../contract/backup.ts';
import { ReasonError } from '../../messages/failures.ts';
import { messagesFor } from '../../messages/messages.ts';
import { recoveryText, type RecoveryFacts } from '../../messages/recovery-text.ts';
import { AuditTable } from '../audit-table.ts';
import { BackupDirectory } from './backup-directory.ts';
import { CommitLog, type LastCommit } from './commit-log.ts';
import { CommitMark, inodeInMark, type Mark } from './commit-mark.ts';
import { Db, DATABASE_NAME, openDatabase, openFile } from '../database.ts';
import { schemaOf } from '../migrations.ts';
import { checkDatabase } from './database-job.ts';
import { diskTrouble } from './disk-error.ts';
import { identityOf } from './open-files.ts';
import { RecoveryTable } from '../recovery-table.ts';
import { asideName, Replacement } from './replacement.ts';

/** The first version of the schema that knows of clusters. */
const FIRST_SCHEMA_WITH_LOG = 45;

export interface OpeningDeps {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** True for a core that leads a cluster, which has everything that is lost here. */
  readonly isOfCluster?: boolean;
}

/** The database of a core of a cluster is not as the core has left it. */
export class DatabaseNotWhole extends Error {
  override readonly name = 'DatabaseNotWhole';
}

export interface Opened {
  readonly db: Db;
  /** True if the last process ended without closing it, so that a look at every page is worth its time. */
  readonly unclean: boolean;
}

/**
 * Opens the data directory's database, and heals what can be healed: a damaged or missing file is
 * replaced by the newest backup that is good; missing transactions are counted. What was lost is kept
 * in the database until somebody takes note of it.
 *
 * Only header, schema and the first page of each table are read here, since a look at every page takes
 * seconds per gigabyte: that is made in the background after a crash, of each backup, and here only
 * when the last process came upon damage.
 */
export function openStore(deps: OpeningDeps): Opened {
  const { dataDir } = deps;
  const mark = CommitMark.read(dataDir);
  if (deps.isOfCluster === true) {
    const db = openWhole(dataDir, mark, () => openDatabase(dataDir));
    return { db, unclean: mark?.state === 'running' };
  }
  const unclean = mark?.state === 'running';
  const path = join(dataDir, DATABASE_NAME);
  if (isMissing(dataDir, mark)) heal(deps, mark, 'missing', 'it is not there');
  else if (isReplaced(path, mark)) replaceForeign(deps, mark);
  const found = mark?.state === 'damaged' ? checkDatabase(path) : null;
  if (found !== null) heal(deps, mark, 'damaged', found);
  let db: Db;
  try {
    db = openSound(dataDir);
  } catch (error) {
    if (diskTrouble(error) !== 'damaged') throw error;
    heal(deps, mark, 'damaged', errorText(error));
    db = openSound(dataDir);
  }
  return { db: withoutLostCommits(deps, db, CommitMark.read(dataDir)), unclean };
}

/**
 * Opens the database of a core that follows a cluster. One that has entries of its log keeps its schema until an
 * entry is of a newer one: what comes before that entry was written for the old one. Throws `DatabaseNotWhole`
 * where something is lost.
 */
export const openFollower = (dataDir: string): Db =>
  openWhole(dataDir, CommitMark.read(dataDir), () =>
    openFile(join(dataDir, DATABASE_NAME), (db) => (isOfCluster(db) ? schemaOf(db) : undefined)),
  );

const isOfCluster = (db: Db): boolean =>
  schemaOf(db) >= FIRST_SCHEMA_WITH_LOG && new CommitLog(db).point().place > 0;

function openWhole(dataDir: string, mark: Mark | null, open: () => Db): Db {
  const path = join(dataDir, DATABASE_NAME);
  const { state = null, number = 0 } = mark ?? {};
  if (isMissing(dataDir, mark)) throw new DatabaseNotWhole('it is not there');
  if (isReplaced(path, mark)) throw new DatabaseNotWhole('another file lies in its place');
  const found = state === 'damaged' ? checkDatabase(path) : null;
  if (found !== null) throw new DatabaseNotWhole(found);
  let db: Db;
  try {
    db = lookedAt(open());
  } catch (error) {
    if (diskTrouble(error) !== 'damaged') throw error;
    throw new DatabaseNotWhole(errorText(error), { cause: error });
  }
  if (number <= new CommitLog(db).read().number) return db;
  db.close();
  throw new DatabaseNotWhole('the write-ahead log is gone');
}

/** A first start has no database either, but nothing that speaks of one. */
function isMissing(dataDir: string, mark: Mark | null): boolean {
  const path = join(dataDir, DATABASE_NAME);
  if (existsSync(path) && statSync(path).size > 0) return false;
  return (mark !== null && mark.number > 0) || new BackupDirectory(dataDir).list().length > 0;
}

/**
 * Returns true if the file is not the database that was moved or removed while the last process had it
 * open. It must not be opened to find out: a log of the other one may still lie beside it.
 */
function isReplaced(path: string, mark: Mark | null): mark is Mark {
  const found = mark?.state === 'displaced' ? identityOf(path) : null;
  return mark !== null && found !== null && inodeInMark(found.ino) !== mark.file;
}

/** Restores what the last process saved of its database. Without that, the other file is used, and the report says so. */
function replaceForeign(deps: OpeningDeps, mark: Mark): void {
  if (newestBackupHas(deps) >= mark.number) {
    heal(deps, mark, 'replaced', 'another file lies in its place');
    return;
  }
  setLogAside(deps);
  const db = openSound(deps.dataDir);
  try {
    const missing = { missingFrom: null, missingTo: mark.at, commits: null };
    note(deps, db, { cause: 'replaced', ...missing }, mark);
  } finally {
    db.close();
  }
}

/** SQLite would apply the log of the former database to the other one. */
function setLogAside({ dataDir, clock }: OpeningDeps): void {
  const aside = join(dataDir, asideName(dataDir, 'damaged', clock.now()));
  for (const end of ['-wal', '-shm']) {
    const name = DATABASE_NAME + end;
    if (!existsSync(join(dataDir, name))) continue;
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    renameSync(join(dataDir, name), join(aside, name));
  }
}

/** Throws what SQLite finds at a first look. */
function openSound(dataDir: string): Db {
  const db = openFile(join(dataDir, DATABASE_NAME), (found) => {
    // Alone it would go another way than the cluster, and deliver beside it.
    if (isOfCluster(found)) {
      throw new ReasonError({ code: 'start.of_cluster', params: { path: dataDir } });
    }
    return undefined;
  });
  return lookedAt(db);
}

/** Closes it where SQLite finds something. */
function lookedAt(db: Db): Db {
  try {
    const tables = db.values<string>("SELECT name FROM sqlite_schema WHERE type = 'table'");
    for (const table of tables) db.get(`SELECT 1 FROM "${table}" LIMIT 1`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function heal(
  deps: OpeningDeps,
  mark: Mark | null,
  cause: Recovery['cause'],
  problem: string,
): void {
  const { dataDir, clock, logger } = deps;
  const now = clock.now();
  logger.log('error', 'The database cannot be used', { cause, problem });
  const { replacement, backup } = newestGood(deps);
  const since = replacement.last.at;
  const lost = countAfter(join(dataDir, DATABASE_NAME), since);
  const aside = asideName(dataDir, 'damaged', now);
  const facts = {
    at: now,
    cause,
    backup,
    missingFrom: backup === null ? null : since || null,
    missingTo: mark?.at ?? null,
    commits: mark === null ? null : Math.max(0, mark.number - replacement.last.number),
    ...lost,
    aside: join(dataDir, aside),
  };
  const text = logText(facts);
  replacement.write((db) => {
    // A backup may be from before this core left its cluster.
    new CommitLog(db).leaveLog();
    record(db, facts, text);
  });
  replacement.putInPlace(aside);
  logger.log('error', text);
}

/**
 * A backup that turns out bad is passed over and left where it is. One that only a newer version can read
 * is neither: what it holds would be given up for an older one although nothing of it is lost.
 */
function newestGood({ dataDir, logger }: OpeningDeps) {
  const backups = new BackupDirectory(dataDir);
  for (const { name } of backups.list()) {
    const replacement = Replacement.from(dataDir, backups.pathOf(name));
    if (replacement instanceof Replacement) return { replacement, backup: name };
    const { problem, newer } = replacement;
    if (newer) {
      throw new Error(
        `The database cannot be used, and the newest backup ${name} is no help: ${problem}. Install the newer version, or choose an older backup in ${backups.path} with "belfry restore"; nothing was changed.`,
      );
    }
    logger.log('warn', 'A backup is damaged', { name, problem });
  }
  return { replacement: Replacement.empty(dataDir), backup: null };
}

const ALERTS_AFTER = 'SELECT count(*) FROM alerts WHERE started_at > ?';
const UNDELIVERED_AFTER = `SELECT count(*) FROM notifications
  WHERE created_at > ? AND status IN ('pending', 'sending', 'failed', 'dead')`;

/** Counts what a damaged file still has from after a moment; null where it says nothing. */
function countAfter(path: string, since: number): Pick<Recovery, 'alerts' | 'owed'> {
  let db: Db | null = null;
  try {
    db = new Db(path, { readOnly: true });
    return { alerts: count(db, ALERTS_AFTER, since), owed: count(db, UNDELIVERED_AFTER, since) };
  } catch (error) {
    if (diskTrouble(error) === null) throw error;
    return { alerts: null, owed: null };
  } finally {
    db?.close();
  }
}

function count(db: Db, sql: string, since: number): number | null {
  try {
    return db.value(sql, [since]);
  } catch (error) {
    // One table may be damaged and another not, and an empty file has none.
    if (!(error instanceof Error && 'code' in error)) throw error;
    return null;
  }
}

/**
 * SQLite takes a WAL that is gone for one that never was; the mark knows better. Where a backup has
 * more than what remains, it takes the database's place.
 */
function withoutLostCommits(deps: OpeningDeps, db: Db, mark: Mark | null): Db {
  const last = new CommitLog(db).read();
  if (mark === null || mark.number <= last.number) return db;
  if (newestBackupHas(deps) > last.number) {
    db.close();
    heal(deps, mark, 'commits_lost', 'the write-ahead log is gone');
    return openSound(deps.dataDir);
  }
  noteLostCommits(deps, db, mark, last);
  return db;
}

/** The number of the last transaction in it; 0 when there is none that can be read. */
function newestBackupHas({ dataDir }: OpeningDeps): number {
  const backups = new BackupDirectory(dataDir);
  const newest = backups.list()[0];
  return newest ? (lastCommitIn(backups.pathOf(newest.name))?.number ?? 0) : 0;
}

/** Null when it cannot be read, or is no database of Belfry. */
function lastCommitIn(path: string): LastCommit | null {
  let db: Db | null = null;
  try {
    db = new Db(path, { readOnly: true });
    return new CommitLog(db).read();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return null;
  } finally {
    db?.close();
  }
}

function noteLostCommits(deps: OpeningDeps, db: Db, mark: Mark, last: LastCommit): void {
  const commits = mark.number - last.number;
  const missing = { missingFrom: last.at || null, missingTo: mark.at, commits };
  note(deps, db, { cause: 'commits_lost', ...missing }, mark);
}

/** Reports what is missing from a database that stays in use, and numbers its transactions above the mark. */
function note(
  deps: OpeningDeps,
  db: Db,
  missing: Pick<Recovery, 'cause' | 'missingFrom' | 'missingTo' | 'commits'>,
  mark: Mark,
): void {
  const at = deps.clock.now();
  const facts = { ...missing, at, backup: null, alerts: null, owed: null, aside: null };
  const text = logText(facts);
  db.transaction(() => {
    const log = new CommitLog(db);
    log.continueFrom(Math.max(mark.number, log.read().number));
    record(db, facts, text);
  })();
  deps.logger.log('error', text);
}

/** English, with moments in UTC, since logs are compared with those of other machines. */
const logText = (facts: RecoveryFacts): string =>
  recoveryText(messagesFor('en'), facts, (atMs) => new Date(atMs).toISOString());

function record(db: Db, facts: RecoveryFacts, text: string): void {
  new RecoveryTable(db).add({ ...facts, text });
  new AuditTable(db).append({
    at: facts.at,
    actor: 'belfry',
    action: 'database.recover',
    subject: 'database',
    reason: { code: 'audit.recovery', params: { recovery: facts } },
  });
}
