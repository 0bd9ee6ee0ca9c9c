import { chmodSync, lstatSync, realpathSync, statSync, mkdirSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errorText, type Logger } from '../../base/logger.ts';
import { ReasonError } from '../../messages/failures.ts';

const OTHERS_WRITE = 0o002;
const MAY_WRITE = 0o022;
const ANY_ACCESS = 0o077;
const STICKY = 0o1000;
const ROOT = 0;

/** The content of a data directory, and the rights to it that only its owner may have. */
const CONTENT: readonly (readonly [name: string, forbidden: number])[] = [
  ['secret.key', ANY_ACCESS],
  ['admin-token', ANY_ACCESS],
  ['belfry.db', MAY_WRITE],
  ['belfry.db-wal', MAY_WRITE],
  ['belfry.db-shm', MAY_WRITE],
  ['belfry.db-mark', MAY_WRITE],
  ['lock.db', MAY_WRITE],
  ['server.json', MAY_WRITE],
  ['backups', MAY_WRITE],
];

/**
 * Makes a data directory for its owner alone. One that exists loses the right of others to write to it
 * and to what lies in it; where that cannot be taken away, throws an error for people. `uid` is the
 * user who runs this process; undefined where files have no such modes.
 */
export function guardDataDirectory(
  dataDir: string,
  logger: Logger,
  uid: number | undefined = process.getuid?.(),
): void {
  makePrivateDirectory(dataDir);
  if (uid === undefined) return;
  const guard = new Guard(logger, uid);
  for (const path of new Set([resolve(dataDir), realpathSync(dataDir)])) guard.checkParents(path);
  guard.tighten(dataDir, MAY_WRITE);
  for (const [name, forbidden] of CONTENT) guard.tighten(join(dataDir, name), forbidden);
}

class Guard {
  readonly #logger: Logger;
  readonly #uid: number;

  constructor(logger: Logger, uid: number) {
    this.#logger = logger;
    this.#uid = uid;
  }

  /** Throws if others may write to a directory above, and so replace this one. */
  checkParents(path: string): void {
    for (let at = path; at !== dirname(at); at = dirname(at)) {
      const parent = dirname(at);
      const { mode } = statSync(parent);
      if ((mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0) continue;
      throw new ReasonError({ code: 'start.parent_open', params: { parent, path } });
    }
  }

  /** Takes rights away, if there is such a file. Links are followed. */
  tighten(path: string, forbidden: number): void {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return;
    this.#checkOwner(path, stats);
    this.#checkOwner(path, lstatSync(path));
    if ((stats.mode & forbidden) === 0) return;
    if (stats.uid !== this.#uid && this.#uid !== ROOT) {
      this.#cannotTighten(path, stats, forbidden);
      return;
    }
    const mode = stats.mode & 0o7777 & ~forbidden;
    const left = chmodTo(path, mode);
    if ((left & forbidden) !== 0) throw tooOpen(path, left);
    const was = octal(stats.mode);
    this.#logger.log('warn', 'Others had access to a file of Belfry, and no longer have', {
      path,
      was,
      now: octal(left),
    });
  }

  /** Containers give a volume to root and a group; then the group is how this process may write at all. */
  #cannotTighten(path: string, { mode, uid }: Stats, forbidden: number): void {
    const isGroupOfVolume = uid === ROOT && forbidden === MAY_WRITE && (mode & OTHERS_WRITE) === 0;
    if (!isGroupOfVolume) throw tooOpen(path, mode);
    this.#logger.log('warn', 'A group may write to the data directory', {
      path,
      mode: octal(mode),
    });
  }

  #checkOwner(path: string, { uid }: Stats): void {
    if (uid === this.#uid || uid === ROOT) return;
    if (this.#uid !== ROOT) {
      const params = { path, owner: String(uid), user: String(this.#uid) };
      throw new ReasonError({ code: 'start.owner', params });
    }
    this.#logger.log('warn', 'A file of Belfry belongs to another user, who may change it', {
      path,
      uid,
    });
  }
}

/** Returns the mode afterwards: some file systems keep none, and some refuse to change it. */
function chmodTo(path: string, mode: number): number {
  try {
    chmodSync(path, mode);
  } catch (error) {
    throw tooOpen(path, statSync(path).mode, error);
  }
  return statSync(path).mode;
}

const tooOpen = (path: string, mode: number, cause?: unknown): Error =>
  new ReasonError({ code: 'start.open', params: { path, mode: octal(mode) } }, { cause });

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

/**
 * Makes a directory, and those above it that are missing, for its owner alone. Throws an error for
 * people. Level by level, since Node's own recursive way never returns where the file system
 * answers ENOENT to a directory below one that exists (as /proc does).
 */
export function makePrivateDirectory(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) throw new ReasonError({ code: 'start.no_directory', params: { path } });
  const parent = dirname(path);
  if (parent !== path) makePrivateDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const params = { path, error: errorText(error) };
    throw new ReasonError({ code: 'start.cannot_create', params }, { cause: error });
  }
}
