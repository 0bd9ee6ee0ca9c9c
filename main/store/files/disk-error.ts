import { errorText } from '../../base/logger.ts';
import { StoreUnavailable } from '../../domain/store-unavailable.ts';

/** What keeps the database from being written, or from being read at all. */
export type DiskTrouble = 'full' | 'io' | 'read_only' | 'busy' | 'damaged';

const TROUBLES: readonly (readonly [prefix: string, trouble: DiskTrouble])[] = [
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR', 'io'],
  ['SQLITE_CANTOPEN', 'io'],
  ['SQLITE_READONLY', 'read_only'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_PROTOCOL', 'busy'],
  ['SQLITE_NOMEM', 'busy'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
];

/** SQLite's result codes that speak of the disk or the file, not of the statement; null for all others. */
export function diskTrouble(error: unknown): DiskTrouble | null {
  if (!(error instanceof Error)) return null;
  const code = codeOf(error);
  return TROUBLES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
}

/** SQLite's word for it, or the operating system's where it was not SQLite that failed. */
const codeOf = (error: Error): string => {
  if (!('code' in error)) return '';
  const code = String(error.code);
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'SQLITE_FULL';
  if (code === 'EROFS') return 'SQLITE_READONLY';
  return 'syscall' in error ? `SQLITE_IOERR_${code}` : code;
};

/**
 * Whether the connection is of no use afterwards. A full disk is not such a case: to open anew takes
 * space, and the connection goes on once there is some. One that was opened while the file was
 * read-only stays so.
 */
export const needsReopening = (trouble: DiskTrouble): boolean =>
  trouble === 'io' || trouble === 'read_only';

/** What is wrong and what to do about it, for the person in front of the window. */
export function adviceFor(trouble: DiskTrouble, path: string, error: unknown): string {
  return trouble === 'damaged'
    ? `The database ${path} is damaged (${errorText(error)}). At its next start Belfry puts it aside and restores the newest good backup.`
    : `${problemAndFix(trouble, path, error)}; Belfry goes on by itself.`;
}

/** The operating system's words for a file that is there and not ours to use. */
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'SQLITE_CANTOPEN']);
/** Those of its words that speak of the disk; others may be about anything that a start needs. */
const OF_THE_DISK = /^(SQLITE_|ENOSPC$|EDQUOT$|EROFS$|EIO$)/;

/**
 * An error that kept Belfry from starting, in words for people where it speaks of the disk: SQLite and
 * the operating system name neither the place nor what to do. Any other error stays as it is.
 */
export function startFailure(thrown: unknown, dataDir: string): unknown {
  const error = thrown instanceof StoreUnavailable ? thrown.cause : thrown;
  if (!(error instanceof Error && 'code' in error)) return thrown;
  const code = String(error.code);
  const path = 'path' in error ? String(error.path) : dataDir;
  const trouble = OF_THE_DISK.test(code) ? diskTrouble(error) : null;
  const words = FORBIDDEN.has(code)
    ? `${path} cannot be opened (${error.message}). Check its owner and permissions`
    : trouble !== null && trouble !== 'damaged' && problemAndFix(trouble, path, error);
  if (words === false) return thrown;
  return new Error(`${words}, then start Belfry again.`, { cause: error });
}

function problemAndFix(
  trouble: Exclude<DiskTrouble, 'damaged'>,
  path: string,
  error: unknown,
): string {
  switch (trouble) {
    case 'full':
      return `The disk is full: there is no room left to write to ${path}. Free some space`;
    case 'io':
      return `The disk fails to write ${path} (${errorText(error)}). Check the disk and its connection`;
    case 'read_only':
      return `${path} is read-only. Check its permissions and how its file system is mounted`;
    case 'busy':
      return `Another program keeps ${path} locked (${errorText(error)}). Close it`;
  }
}
