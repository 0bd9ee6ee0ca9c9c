import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_NAME, Db, openDatabase, type Bound } from '../../main/store/database.ts';
import { migrate } from '../../main/store/migrations.ts';

/** The trouble that the disk makes in the next transactions. */
export type DiskTrouble = 'io' | 'full' | 'busy';

/** The moment of a crash: just before a COMMIT takes effect, or just after it, before anybody hears of it. */
export type CrashPoint = 'before' | 'after';

const CODES: Record<DiskTrouble, string> = {
  io: 'SQLITE_IOERR_FSYNC',
  full: 'SQLITE_FULL',
  busy: 'SQLITE_BUSY',
};

const FILES = [DATABASE_NAME, `${DATABASE_NAME}-wal`];

/** The process has ended in the middle of a COMMIT; whoever sees this is not there any more. */
export class Crashed extends Error {
  override readonly name = 'Crashed';
}

/**
 * The real database with a disk that fails and a process that dies. Only BEGIN and COMMIT are touched: a disk
 * error is thrown in place of either, with SQLite's own code, and a crash copies the database and its log
 * as they lie on the disk at that COMMIT. With synchronous=FULL a COMMIT that returned is synced, and the
 * frames of an open transaction carry no commit mark, so the copy is what a machine finds that loses power
 * there. A loss between two syncs of one COMMIT is not simulated; test/peers/fsync.test.ts shows their order.
 */
export class SimulatedDisk extends Db {
  /** Counts transactions, the ones that failed too. */
  transactions = 0;
  /** How many of them had failed. */
  failures = 0;
  #trouble: { readonly kind: DiskTrouble; left: number } | null = null;
  #crash: { readonly point: CrashPoint; left: number; readonly happens: () => void } | null = null;

  #ended = false;

  /** Opens the database of `dir` as a start of Belfry does, through its migrations. */
  static open(dir: string): SimulatedDisk {
    const disk = new SimulatedDisk(join(dir, DATABASE_NAME));
    migrate(disk);
    disk.noteFiles();
    return disk;
  }

  /** The next `times` transactions fail. */
  fail(kind: DiskTrouble, times: number): void {
    this.#trouble = { kind, left: times };
  }

  heal(): void {
    this.#trouble = null;
  }

  /** The process dies at the `nth` COMMIT from now on, counted from 1. */
  crashAt(nth: number, point: CrashPoint, happens: () => void): void {
    this.#crash = { point, left: nth, happens };
  }

  neverCrash(): void {
    this.#crash = null;
  }

  override run(sql: string, bound?: Bound) {
    if (sql === 'BEGIN IMMEDIATE') this.#begins();
    return sql === 'COMMIT' ? this.#commit(() => super.run(sql)) : super.run(sql, bound);
  }

  /** Nothing is written from now on: the process has ended. */
  end(): void {
    this.#ended = true;
  }

  #begins(): void {
    if (this.#ended) throw new Crashed('The process has ended');
    this.transactions++;
    if (this.#trouble?.kind === 'busy') this.#mayFail();
  }

  #commit<T>(run: () => T): T {
    if (this.#trouble !== null && this.#trouble.kind !== 'busy') this.#mayFail();
    const crash = this.#crash;
    const isNow = crash !== null && --crash.left === 0;
    if (isNow && crash.point === 'before') this.#die(crash.happens);
    const result = run();
    if (isNow) this.#die(crash.happens);
    return result;
  }

  #die(happens: () => void): never {
    this.#crash = null;
    happens();
    throw new Crashed('The process has ended');
  }

  #mayFail(): void {
    const trouble = this.#trouble;
    if (!trouble) return;
    this.failures++;
    trouble.left -= 1;
    if (trouble.left <= 0) this.#trouble = null;
    throw Object.assign(new Error(`simulated ${trouble.kind}`), { code: CODES[trouble.kind] });
  }
}

/** Copies what lies on the disk into another directory. */
export function copyDisk(from: string, to: string): void {
  mkdirSync(to);
  for (const file of FILES) {
    if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file));
  }
}

let migrated: Buffer | null = null;

/** Places a new database in `dir`, copied from one that was migrated once. */
export function placeDatabase(dir: string): void {
  const path = join(dir, DATABASE_NAME);
  if (migrated === null) {
    openDatabase(dir).close();
    migrated = readFileSync(path);
  } else {
    writeFileSync(path, migrated);
  }
}
