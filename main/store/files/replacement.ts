import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from '../../base/durable-file.ts';
import { stampOf } from './backup-directory.ts';
import { AuditTable, type NewAuditEntry } from '../audit-table.ts';
import { CommitLog, type LastCommit } from './commit-log.ts';
import { CommitMark, MARK_NAME } from './commit-mark.ts';
import { DATABASE_NAME, openFile, type Db } from '../database.ts';
import { NewerDatabase } from '../migrations.ts';
import { checkDatabase } from './database-job.ts';

const COMPANIONS = ['-wal', '-shm'] as const;
const PREPARED_NAME = `${DATABASE_NAME}.prepared`;

/**
 * The reason why a backup cannot take the database's place; a newer version of Belfry
 * could use one that is `newer`.
 */
interface Unusable {
  readonly problem: string;
  readonly newer: boolean;
}

/**
 * A database that is to take the place of the present one. It is made ready beside it, with the word
 * of why in it, and comes in with one rename. Whatever ends the process, the next start finds the old
 * one, the new one, or that something is missing; what was put aside is whole.
 */
export class Replacement {
  readonly #dataDir: string;
  readonly #path: string;
  /** Of what replaces; zero for an empty database. */
  readonly last: LastCommit;

  private constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#path = join(dataDir, PREPARED_NAME);
    this.last = this.write((db) => new CommitLog(db).read());
  }

  static empty(dataDir: string): Replacement {
    removeDatabase(join(dataDir, PREPARED_NAME));
    return new Replacement(dataDir);
  }

  /** Copies a backup; what is wrong with it, if it cannot be used. Leaves nothing of one that cannot. */
  static from(dataDir: string, backup: string): Replacement | Unusable {
    const path = join(dataDir, PREPARED_NAME);
    using undo = new DisposableStack();
    removeDatabase(path);
    // A copy that broke off would keep the room that the disk is short of.
    undo.defer(() => removeDatabase(path));
    copyFileSync(backup, path);
    const problem = checkDatabase(path);
    if (problem !== null) return { problem, newer: false };
    try {
      const replacement = new Replacement(dataDir);
      undo.move();
      return replacement;
    } catch (error) {
      if (!(error instanceof NewerDatabase)) throw error;
      return { problem: `it is ${error.words}`, newer: true };
    }
  }

  /** Adds to it before it is put in place. Brings an older schema up to date. */
  write<T>(work: (db: Db) => T): T {
    const db = openFile(this.#path);
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  audit(entry: NewAuditEntry): void {
    this.write((db) => new AuditTable(db).append(entry));
  }

  /** It is not wanted after all. */
  discard(): void {
    removeDatabase(this.#path);
  }

  /**
   * Moves the present database, with all that belongs to it, to `aside`, and takes its place.
   * Answers whether there was one.
   *
   * The mark goes last: whatever is gone when the process ends in between, it says so to the next start.
   */
  putInPlace(aside: string): boolean {
    this.#continueNumbers();
    const directory = join(this.#dataDir, aside);
    mkdirSync(directory, { mode: 0o700 });
    const moved = [...COMPANIONS.map((end) => DATABASE_NAME + end), DATABASE_NAME].filter((name) =>
      this.#move(name, directory),
    );
    renameSync(this.#path, join(this.#dataDir, DATABASE_NAME));
    const hadMark = this.#move(MARK_NAME, directory);
    syncDirectory(directory);
    syncDirectory(this.#dataDir);
    return hadMark || moved.length > 0;
  }

  /** Above those of what it replaces, so that the mark takes nothing in it for missing. */
  #continueNumbers(): void {
    const mark = CommitMark.read(this.#dataDir);
    if (mark === null) return;
    const number = Math.max(mark.number, this.last.number);
    this.write((db) => new CommitLog(db).continueFrom(number));
  }

  #move(name: string, directory: string): boolean {
    const from = join(this.#dataDir, name);
    if (!existsSync(from)) return false;
    renameSync(from, join(directory, name));
    return true;
  }
}

/** Moves the present database, with all that belongs to it, to `aside`, and puts a snapshot in its place as it is. */
export function putSnapshotInPlace(dataDir: string, snapshot: string, aside: string): void {
  setDatabaseAside(dataDir, aside);
  renameSync(snapshot, join(dataDir, DATABASE_NAME));
  syncDirectory(dataDir);
}

/** Moves the present database, with all that belongs to it, to `aside`. */
export function setDatabaseAside(dataDir: string, aside: string): void {
  const directory = join(dataDir, aside);
  mkdirSync(directory, { mode: 0o700 });
  for (const name of [...COMPANIONS.map((end) => DATABASE_NAME + end), MARK_NAME, DATABASE_NAME]) {
    if (existsSync(join(dataDir, name))) renameSync(join(dataDir, name), join(directory, name));
  }
  syncDirectory(directory);
  syncDirectory(dataDir);
}

/** A name that is free, such as `damaged-20260329T140509Z`. */
export function asideName(dataDir: string, prefix: string, now: number): string {
  const name = `${prefix}-${stampOf(now)}`;
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${name}-${n}`;
    if (!existsSync(join(dataDir, free))) return free;
  }
}

function removeDatabase(path: string): void {
  for (const end of ['', '-journal', ...COMPANIONS]) rmSync(path + end, { force: true });
}
