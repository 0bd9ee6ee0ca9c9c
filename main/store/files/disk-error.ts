import { errorText } from '../../base/logger.ts';
import type { StorageReason } from '../../contract/reasons/host-reasons.ts';
import { StoreUnavailable } from '../../domain/store-unavailable.ts';
import { ReasonError } from '../../messages/failures.ts';
import { messagesFor } from '../../messages/messages.ts';
import { renderReason } from '../../messages/reasons.ts';

/** The trouble that keeps the database from being written, or from being read at all. */
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

/** SQLite's error code, or the operating system's where it was not SQLite that failed. */
const codeOf = (error: Error): string => {
  if (!('code' in error)) return '';
  const code = String(error.code);
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'SQLITE_FULL';
  if (code === 'EROFS') return 'SQLITE_READONLY';
  return 'syscall' in error ? `SQLITE_IOERR_${code}` : code;
};

/**
 * Returns true if the connection is of no use afterwards. A full disk is not such a case: to
 * reopen takes space, and the connection goes on once there is some. One that was opened while the
 * file was read-only stays so.
 */
export const needsReopening = (trouble: DiskTrouble): boolean =>
  trouble === 'io' || trouble === 'read_only';

/** Returns what is wrong and what to do, for people. */
export function diskReason(trouble: DiskTrouble, path: string, error: unknown): StorageReason {
  return trouble === 'full' || trouble === 'read_only'
    ? { code: `storage.${trouble}`, params: { path } }
    : { code: `storage.${trouble}`, params: { path, error: errorText(error) } };
}

/** The operating system's words for a file that is there and not ours to use. */
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'SQLITE_CANTOPEN']);
/** Those of its words that speak of the disk; others may be about anything that a start needs. */
const OF_THE_DISK = /^(SQLITE_|ENOSPC$|EDQUOT$|EROFS$|EIO$)/;

/**
 * An error that kept Belfry from starting, in words for people where it speaks of the disk: SQLite and
 * the operating system name neither the place nor what to do. Any other error stays as it is.
 */
export function startFailure(
  thrown: unknown,
  dataDir: string,
  messages = messagesFor('en'),
): unknown {
  if (thrown instanceof ReasonError && !(thrown instanceof StoreUnavailable)) {
    const { reason } = thrown as ReasonError;
    return new Error(renderReason(messages, reason), { cause: thrown });
  }
  const error = thrown instanceof StoreUnavailable ? thrown.cause : thrown;
  if (!(error instanceof Error && 'code' in error)) return thrown;
  const code = String(error.code);
  const path = 'path' in error ? String(error.path) : dataDir;
  const trouble = OF_THE_DISK.test(code) ? diskTrouble(error) : null;
  const problem = FORBIDDEN.has(code) ? 'forbidden' : trouble;
  if (problem === null || problem === 'damaged') return thrown;
  const message = messages.text(`startup.${problem}`, { path, error: error.message });
  return new Error(message, { cause: error });
}
