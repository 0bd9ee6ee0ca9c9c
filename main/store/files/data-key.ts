import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeyProtector } from '../../base/key-protector.ts';
import { errorText } from '../../base/logger.ts';
import { ReasonError } from '../../messages/failures.ts';

const keyFile = z.object({
  version: z.literal(1),
  protection: z.enum(['file', 'safe-storage']),
  key: z.base64(),
});

export const KEY_FILE_NAME = 'secret.key';

const KEY_BYTES = 32;

export interface DataKeyOptions {
  /** Null where there is no key store. */
  readonly protector: KeyProtector | null;
  /** Makes a new key for data whose key is lost; what was sealed with that one stays unreadable. */
  readonly isNewKeyWanted: boolean;
}

/**
 * Returns the 32-byte key that seals secrets in this data directory, made on first use in a 0600 file. A
 * key sealed by the desktop's key store can only be opened there; one made without it is readable by both
 * hosts. Throws an error for people if the file is damaged, or missing beside data sealed with it.
 */
export async function loadDataKey(
  dataDir: string,
  { protector, isNewKeyWanted }: DataKeyOptions,
): Promise<Buffer> {
  const path = join(dataDir, KEY_FILE_NAME);
  const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (exists && isNewKeyWanted) {
    throw new ReasonError({ code: 'start.key_exists', params: { path } });
  }
  if (exists) return readKey(path, protector);
  if (!isNewKeyWanted && hasData(dataDir)) {
    throw new ReasonError({ code: 'start.key_missing', params: { path } });
  }
  return makeKey(path, protector);
}

async function makeKey(path: string, protector: KeyProtector | null): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  writeNew(path, await keyText(key, protector));
  return key;
}

async function keyText(key: Buffer, protector: KeyProtector | null): Promise<string> {
  const protect = protector?.protect ?? null;
  const stored = protect ? await protect(key) : key;
  const content = {
    version: 1,
    protection: protect ? 'safe-storage' : 'file',
    key: stored.toString('base64'),
  } satisfies z.infer<typeof keyFile>;
  return JSON.stringify(content) + '\n';
}

async function readKey(path: string, protector: KeyProtector | null): Promise<Buffer> {
  const parsed = keyFile.safeParse(jsonIn(path));
  if (!parsed.success) throw new ReasonError({ code: 'start.key_version', params: { path } });
  const bytes = Buffer.from(parsed.data.key, 'base64');
  if (parsed.data.protection === 'file') return checkedKey(path, bytes);
  if (!protector) {
    throw new ReasonError({ code: 'start.key_sealed', params: { path } });
  }
  const opened = await protector.unprotect(bytes);
  const key = checkedKey(path, opened.key);
  if (opened.isStale) replace(path, await keyText(key, protector));
  return key;
}

/** Returns null if the file holds no JSON. */
function jsonIn(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const params = { path, error: errorText(error) };
    throw new ReasonError({ code: 'start.key_unreadable', params }, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function checkedKey(path: string, key: Buffer): Buffer {
  if (key.length === KEY_BYTES) return key;
  const params = { path, length: key.length, expected: KEY_BYTES };
  throw new ReasonError({ code: 'start.key_length', params });
}

/** Returns true if there are backups, or a database that was ever written to. */
function hasData(dataDir: string): boolean {
  const database = statSync(join(dataDir, 'belfry.db'), { throwIfNoEntry: false });
  if (database !== undefined && database.size > 0) return true;
  const backups = join(dataDir, 'backups');
  return existsSync(backups) && readdirSync(backups).some((name) => name.endsWith('.db'));
}

/** Writes a file as a whole or not at all, since half a key file would stop every later start. */
function writeNew(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text, { flush: true });
  } catch (error) {
    rmSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Replaces a file as a whole: at no moment is there none. */
function replace(path: string, text: string): void {
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  writeNew(partial, text);
  renameSync(partial, path);
}
