import { errorText } from '../base/logger.ts';

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
  switch (trouble) {
    case 'full':
      return `The disk is full: there is no room left to write to ${path}. Free some space; Belfry goes on by itself.`;
    case 'io':
      return `The disk fails to write ${path} (${errorText(error)}). Check the disk and its connection; Belfry goes on by itself.`;
    case 'read_only':
      return `${path} is read-only. Check its permissions and how its file system is mounted; Belfry goes on by itself.`;
    case 'busy':
      return `Another program keeps ${path} locked (${errorText(error)}). Close it; Belfry goes on by itself.`;
    case 'damaged':
      return `The database ${path} is damaged (${errorText(error)}). At its next start Belfry puts it aside and restores the newest good backup.`;
  }
}
