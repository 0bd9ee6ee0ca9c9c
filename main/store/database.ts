import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailable } from '../domain/store-unavailable.ts';
import { CountDeltas } from './count-deltas.ts';
import { diskTrouble } from './files/disk-error.ts';
import { configure, migrate } from './migrations.ts';
import { FilesLost, OpenFiles, type FileLoss } from './files/open-files.ts';
import { LANGUAGES } from '../contract/language.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { messagesFor } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';
import { alertMatches, snapshotMatches } from './search-terms.ts';
import { Recording } from './written.ts';

/**
 * How long SQLite itself waits, and everything with it, for a lock that another program holds, such as
 * a backup tool. Beyond that the writer waits without blocking.
 */
const BUSY_TIMEOUT_MS = 100;

/** More than any database has. */
const PAGES_AT_ONCE = 2_147_483_647;

const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

export const DATABASE_NAME = 'belfry.db';

/** Values for `?`, or an object with a field for each `@name`; other fields are ignored. */
export type Bound = object;

type ToRow<Row> = (selected: object) => Row;

const asRow = <Row>(selected: object): Row => selected as Row;

export interface DbOptions {
  readonly readOnly?: boolean;
  /** How long a statement waits for another program's lock, in ms. */
  readonly timeoutMs?: number;
}

/** The one connection. Everything runs on its thread, so a read never sees half a transaction. */
export class Db {
  readonly path: string;
  readonly counts = new CountDeltas(this);
  #native: Database.Database;
  #open = true;
  /** How much of the WAL is committed, while the connection to it is being replaced. */
  #committedBytes = 0;
  /** By their text; those of the connection that is open. */
  readonly #statements = new Map<string, Database.Statement>();
  readonly #pluckingStatements = new Map<string, Database.Statement>();
  #onDamage: ((error: unknown) => void) | null = null;
  #recording: Recording | null = null;
  #files: OpenFiles | null = null;

  constructor(path: string, { readOnly = false, timeoutMs = BUSY_TIMEOUT_MS }: DbOptions = {}) {
    this.path = path;
    this.#native = connect(path, { timeout: timeoutMs, readonly: readOnly });
  }

  get open(): boolean {
    return this.#open;
  }

  get inTransaction(): boolean {
    return this.#open && this.#native.inTransaction;
  }

  /** Runs a statement that returns no rows. Each text is prepared once per connection. */
  run(sql: string, bound: Bound = []): Database.RunResult {
    return this.#noticing(() => this.#noted(sql, bound, (statement) => statement.run(bound)));
  }

  /** Returns the first row; null when there is none. */
  get<Row>(sql: string, bound: Bound = [], toRow: ToRow<Row> = asRow): Row | null {
    const found = this.#noticing(() =>
      this.#noted(sql, bound, (statement) => statement.get(bound)),
    );
    return found === undefined ? null : toRow(found as object);
  }

  all<Row>(sql: string, bound: Bound = [], toRow: ToRow<Row> = asRow): Row[] {
    return this.#noticing(() => this.#noted(sql, bound, (statement) => statement.all(bound))).map(
      (it) => toRow(it as object),
    );
  }

  /** Returns the first row's first column; null when there is none. */
  value<Value>(sql: string, bound: Bound = []): Value | null {
    return (
      (this.#noticing(() => this.#noted(sql, bound, (statement) => statement.get(bound), true)) as
        Value | undefined) ?? null
    );
  }

  /** Returns the first column of each row. */
  values<Value>(sql: string, bound: Bound = []): Value[] {
    return this.#noticing(() =>
      this.#noted(sql, bound, (statement) => statement.all(bound), true),
    ) as Value[];
  }

  /** How many rows this connection has written since it was opened. */
  changes(): number {
    return this.value<number>('SELECT total_changes()') ?? 0;
  }

  exec(sql: string): void {
    this.#connected().exec(sql);
  }

  /** Changes the text of the schema, against which SQLite guards it otherwise. Call inside a transaction. */
  execOnSchema(sql: string): void {
    const native = this.#connected();
    native.unsafeMode(true);
    try {
      native.pragma('writable_schema = ON');
      native.exec(sql);
      // Other connections are to read it again.
      const version = native.pragma('schema_version', { simple: true }) as number;
      native.pragma(`schema_version = ${version + 1}`);
    } finally {
      native.pragma('writable_schema = RESET');
      native.unsafeMode(false);
    }
  }

  pragma(source: string, options?: { simple: boolean }): unknown {
    return this.#connected().pragma(source, options);
  }

  transaction<T>(work: () => T): () => T {
    return this.#connected().transaction(work);
  }

  /** Keeps every statement that writes from now on, until `endRecording`. Call within a transaction. */
  record(): Recording {
    return (this.#recording = new Recording());
  }

  endRecording(): void {
    this.#recording = null;
  }

  /** The recording that goes on; null where nobody records. */
  get recording(): Recording | null {
    return this.#recording;
  }

  /** The listener hears when SQLite finds the file damaged, whoever asked. Replaces an earlier one. */
  onDamage(listener: (error: unknown) => void): void {
    this.#onDamage = listener;
  }

  /** Remembers which files are open, so that their loss is noticed. Call once the database is in WAL mode. */
  noteFiles(): void {
    this.#files = new OpenFiles(this.path, (file) =>
      file === 'log' ? committedBytes(this.#connected()) : this.sizeBytes(),
    );
  }

  /** Returns why a commit would be lost now; null when database and log are in place. */
  fileLoss(): FileLoss | null {
    return this.#files?.loss() ?? null;
  }

  /** As `fileLoss`, for every file that is open, and the directory. */
  anyFileLoss(): FileLoss | null {
    return this.#files?.anyLoss() ?? null;
  }

  /** Moves everything that is committed from the log into the database file. Throws when it cannot. */
  checkpoint(): void {
    const [state] = this.pragma('wal_checkpoint(FULL)') as { busy: number }[];
    if (state?.busy !== 0) throw new StoreUnavailable('another program reads it');
  }

  /** As large as a copy of it would be. */
  sizeBytes(): number {
    const pages = this.pragma('page_count', { simple: true }) as number;
    return pages * (this.pragma('page_size', { simple: true }) as number);
  }

  /** For what is found by other means than a statement that fails. */
  foundDamaged(problem: string): void {
    this.#onDamage?.(new Error(problem));
  }

  /**
   * Copies the whole database as it is at one moment into a file, which is created or overwritten.
   * In one step: between steps it would begin again whenever another connection writes.
   */
  async copyTo(target: string): Promise<void> {
    await this.#connected().backup(target, { progress: () => PAGES_AT_ONCE });
  }

  /**
   * Replaces a connection that an I/O error has made useless; throws when the database cannot be
   * opened now, and may then be called again.
   *
   * A transaction whose COMMIT failed must never come to life: its frames, with their commit mark, may
   * stand in the WAL although the sync of it failed, and whoever opens the database next would recover
   * them, so that a second try would be applied on top of the first. SQLite knows which frames are
   * committed; the others are cut off while nobody has the file open.
   */
  reopen(): void {
    const loss = this.fileLoss();
    if (loss !== null) throw new FilesLost(loss, false);
    if (this.#open) {
      this.#committedBytes = committedBytes(this.#native);
      this.close();
    }
    cutTo(`${this.path}-wal`, this.#committedBytes);
    const native = connect(this.path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
    try {
      configure(native);
    } catch (error) {
      native.close();
      throw error;
    }
    this.#native = native;
    this.#open = true;
    this.noteFiles();
  }

  close(): void {
    this.#open = false;
    this.#statements.clear();
    this.#pluckingStatements.clear();
    this.#native.close();
  }

  /** Runs a statement, and keeps it where it wrote and somebody records. */
  #noted<T>(
    sql: string,
    bound: Bound,
    run: (statement: Database.Statement) => T,
    plucking = false,
  ): T {
    const statement = this.#statement(sql, plucking);
    const result = run(statement);
    if (this.#recording && !statement.readonly) this.#recording.note(sql, bound);
    return result;
  }

  #statement(sql: string, plucking = false): Database.Statement {
    const statements = plucking ? this.#pluckingStatements : this.#statements;
    let statement = statements.get(sql);
    if (!statement) {
      statement = this.#connected().prepare(sql);
      statements.set(sql, plucking ? statement.pluck() : statement);
    }
    return statement;
  }

  #noticing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (this.#onDamage && diskTrouble(error) === 'damaged') this.#onDamage(error);
      throw error;
    }
  }

  #connected(): Database.Database {
    if (!this.#open) throw new StoreUnavailable('it is not open');
    return this.#native;
  }
}

function connect(path: string, options: Database.Options): Database.Database {
  const native = new Database(path, options);
  native.function('failure_words', { deterministic: true }, failureWords);
  native.function('alert_matches', { deterministic: true, varargs: true }, alertMatches);
  native.function('snapshot_matches', { deterministic: true }, snapshotMatches);
  return native;
}

/** Of the WAL, as of the last COMMIT that returned; this checkpoint moves nothing and only counts. */
function committedBytes(native: Database.Database): number {
  const [state] = native.pragma('wal_checkpoint(NOOP)') as { log: number }[];
  const frames = state?.log ?? -1;
  // Not known is not none: cutting too much off would lose what has been answered for.
  if (frames < 0) throw new StoreUnavailable('its write-ahead log cannot be measured');
  const pageBytes = native.pragma('page_size', { simple: true }) as number;
  return frames === 0 ? 0 : WAL_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + pageBytes);
}

function cutTo(path: string, bytes: number): void {
  if (existsSync(path) && statSync(path).size > bytes) truncateSync(path, bytes);
}

/**
 * Opens (and creates, and migrates) `belfry.db` in `dataDir`.
 * WAL with synchronous=FULL: a commit that returned has been fsynced, which the promise rests on.
 * Throws an error for people when the file was written by a newer version; that file stays untouched.
 */
export const openDatabase = (dataDir: string): Db => openFile(join(dataDir, DATABASE_NAME));

/** The same for a database of any name. `schema` returns the version to migrate to; without it, the newest. */
export function openFile(path: string, schema?: (db: Db) => number | undefined): Db {
  const db = new Db(path);
  try {
    migrate(db, schema?.(db));
    db.noteFiles();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** There are few different reasons, and a search looks at each row. */
const KNOWN_MAX = 1_000;
const known = new Map<string, string>();

/** Returns a stored reason as people read it, in every language, one a line; for a search. */
export function failureWords(stored: unknown): string | null {
  if (typeof stored !== 'string') return null;
  const found = known.get(stored);
  if (found !== undefined) return found;
  const reason = JSON.parse(stored) as FailureReason;
  const words = LANGUAGES.map((language) => renderReason(messagesFor(language), reason)).join('\n');
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(stored, words);
  return words;
}

/** The messages that sentences of failures are made of. */
const FAILURE_MESSAGES = /^reason\.failure\.|^common\.(service\.|quoted$)|^channel\..*\.title$/;

/** Returns a digest that changes when `failureWords` may word a stored reason differently. */
export function failureWording(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const templates = LANGUAGES.map((language) => messagesFor(language).templates(FAILURE_MESSAGES));
  const made = JSON.stringify([templates, timeZone, process.versions['icu']]);
  return createHash('sha256').update(made).digest('base64url');
}
