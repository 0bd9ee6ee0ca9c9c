import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { LossReason } from '../../contract/reasons/host-reasons.ts';
import { StoreUnavailable } from '../../domain/store-unavailable.ts';

/** A file that the store has open: the data directory, the database, its write-ahead log and the log's index. */
export type OpenFile = 'directory' | 'database' | 'log' | 'index';

/** A file that no longer lies at its path, or was cut short there. */
export interface FileLoss {
  readonly file: OpenFile;
  readonly path: string;
  readonly how: 'gone' | 'replaced' | 'cut';
  /** The inode of the file that is open. */
  readonly ino: bigint;
}

/** Thrown instead of an answer for a commit: what was committed would not be found at the next start. */
export class FilesLost extends StoreUnavailable {
  readonly loss: FileLoss;
  /** True when the transaction is committed in the file that is open and no longer in place. */
  readonly committed: boolean;

  constructor(loss: FileLoss, committed: boolean) {
    super('a file of the database was moved, removed or cut short while it was open');
    this.loss = loss;
    this.committed = committed;
  }
}

interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
}

/** Null when there is none, or when it cannot be reached. */
export function identityOf(path: string): Identity | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    // A path that cannot be walked any more, such as one whose disk went away, leads nowhere.
    return null;
  }
}

export const isSame = (a: Identity | null, b: Identity | null): boolean =>
  a !== null && b !== null && a.dev === b.dev && a.ino === b.ino;

/**
 * Compares the files that a connection has open with what lies at their paths, by device and inode.
 * SQLite goes on with a file that was moved or removed, and whatever it commits there is lost.
 */
export class OpenFiles {
  readonly #paths: Readonly<Record<OpenFile, string>>;
  readonly #opened = new Map<OpenFile, Identity>();
  readonly #expectedBytes: (file: 'database' | 'log') => number;
  readonly #sizes = { database: 0n, log: 0n };

  /**
   * Call while the database is open in WAL mode and its files are in place. `expectedBytes` is asked for
   * a file that became shorter, which another program may have had SQLite do.
   */
  constructor(databasePath: string, expectedBytes: (file: 'database' | 'log') => number) {
    this.#expectedBytes = expectedBytes;
    // SQLite keeps the log beside the file that a link leads to.
    const real = realpathSync(databasePath);
    this.#paths = {
      directory: dirname(databasePath),
      database: databasePath,
      log: `${real}-wal`,
      index: `${real}-shm`,
    };
    for (const file of ['directory', 'database', 'log', 'index'] as const) {
      const identity = identityOf(this.#paths[file]);
      if (identity === null) continue;
      this.#opened.set(file, identity);
      if (file === 'database' || file === 'log') this.#sizes[file] = identity.size;
    }
  }

  /** Returns what happened to the database or its log. Cheap enough for each transaction. */
  loss(): FileLoss | null {
    const loss = this.#lossOf('database') ?? this.#lossOf('log');
    return loss === null ? null : (this.#lossOf('directory') ?? loss);
  }

  /** Returns what happened to any of them. */
  anyLoss(): FileLoss | null {
    return this.#lossOf('directory') ?? this.loss() ?? this.#lossOf('index');
  }

  #lossOf(file: OpenFile): FileLoss | null {
    const opened = this.#opened.get(file);
    if (opened === undefined) return null;
    const path = this.#paths[file];
    const { ino } = opened;
    const found = identityOf(path);
    if (found === null) return { file, path, how: 'gone', ino };
    if (!isSame(found, opened)) return { file, path, how: 'replaced', ino };
    if (file !== 'database' && file !== 'log') return null;
    const isShorter = found.size < this.#sizes[file];
    if (isShorter && found.size < this.#expectedBytes(file)) return { file, path, how: 'cut', ino };
    this.#sizes[file] = found.size;
    return null;
  }
}

/** Returns what happened and what to do, for people. */
export function lossReason({ file, path, how }: FileLoss): LossReason {
  const what = how === 'gone' ? 'gone' : 'replaced';
  if (file === 'directory') return { code: `storage.directory_${what}`, params: { path } };
  return file === 'database'
    ? { code: `storage.database_${what}`, params: { path, name: basename(path) } }
    : { code: `storage.file_${what}`, params: { path } };
}
