import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { crashPoint } from '../../base/crash-point.ts';
import { replaceDurably, syncDirectory, writeNew } from '../../base/durable-file.ts';
import type { KeyChange } from '../../base/key-ring.ts';
import type { KeyProtector } from '../../base/key-protector.ts';
import { errorText } from '../../base/logger.ts';
import { ReasonError } from '../../messages/failures.ts';

const storedKey = z.object({ protection: z.enum(['file', 'safe-storage']), key: z.base64() });
type StoredKey = z.infer<typeof storedKey>;

/** A file with one key, which earlier versions read too. */
const oneKey = storedKey.extend({ version: z.literal(1) });
/** The current key first, then those before the rotations. */
const severalKeys = z.object({ version: z.literal(2), keys: z.array(storedKey).min(1) });
const keyFile = z.discriminatedUnion('version', [oneKey, severalKeys]);

export const KEY_FILE_NAME = 'secret.key';

const KEY_BYTES = 32;
const MODE = 0o600;
/** Rotations before the last this many are forgotten; with a rotation a month, backups of a year still open. */
export const EARLIER_KEYS_MAX = 12;

export interface DataKeyOptions {
  /** Null where there is no key store. */
  readonly protector: KeyProtector | null;
  /** Makes a new key for data whose key is lost; what was sealed with that one stays unreadable. */
  readonly isNewKeyWanted: boolean;
}

/** A key as the file has it, and opened. */
interface Entry {
  readonly stored: StoredKey;
  readonly key: Buffer;
}

/**
 * The file with the 32-byte keys that seal secrets in a data directory, made on first use with mode 0600.
 * A key sealed by the desktop's key store can only be opened there; one made without it is readable by both
 * hosts.
 */
export class KeyFile {
  readonly #path: string;
  readonly #protector: KeyProtector | null;
  #entries: readonly Entry[];

  private constructor(path: string, protector: KeyProtector | null, entries: readonly Entry[]) {
    this.#path = path;
    this.#protector = protector;
    this.#entries = entries;
  }

  /** Throws an error for people if the file is damaged, or missing beside data sealed with it. */
  static async open(
    dataDir: string,
    { protector, isNewKeyWanted }: DataKeyOptions,
  ): Promise<KeyFile> {
    const path = join(dataDir, KEY_FILE_NAME);
    const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (exists && isNewKeyWanted) {
      throw new ReasonError({ code: 'start.key_exists', params: { path } });
    }
    if (exists) return new KeyFile(path, protector, await readEntries(path, protector));
    if (!isNewKeyWanted && hasData(dataDir)) {
      throw new ReasonError({ code: 'start.key_missing', params: { path } });
    }
    const entry = await entryOf(randomBytes(KEY_BYTES), protector);
    writeNew(path, textOf([entry]), MODE);
    return new KeyFile(path, protector, [entry]);
  }

  /** Makes the file with keys that another core has, the current one first. Throws if there is one already. */
  static async adopt(dataDir: string, keys: readonly Buffer[]): Promise<void> {
    const entries = await Promise.all(keys.map((key) => entryOf(key, null)));
    writeNew(join(dataDir, KEY_FILE_NAME), textOf(entries), MODE);
    syncDirectory(dataDir);
  }

  /** The current key first. */
  get keys(): readonly Buffer[] {
    return this.#entries.map(({ key }) => key);
  }

  /** Changes the file durably: whatever ends the process, it holds the keys from before or from after. */
  async change(change: KeyChange): Promise<readonly Buffer[]> {
    const entries =
      change === 'forget'
        ? this.#entries.slice(0, 1)
        : [
            await entryOf(randomBytes(KEY_BYTES), this.#protector),
            ...this.#entries.slice(0, EARLIER_KEYS_MAX),
          ];
    replace(this.#path, entries);
    this.#entries = entries;
    return this.keys;
  }
}

async function entryOf(key: Buffer, protector: KeyProtector | null): Promise<Entry> {
  const protect = protector?.protect ?? null;
  const bytes = protect ? await protect(key) : key;
  const protection = protect ? 'safe-storage' : 'file';
  return { key, stored: { protection, key: bytes.toString('base64') } };
}

function textOf(entries: readonly Entry[]): string {
  const [current, ...earlier] = entries.map(({ stored }) => stored);
  const content =
    earlier.length === 0 ? { version: 1, ...current } : { version: 2, keys: [current, ...earlier] };
  return JSON.stringify(content) + '\n';
}

async function readEntries(path: string, protector: KeyProtector | null): Promise<Entry[]> {
  const parsed = keyFile.safeParse(jsonIn(path));
  if (!parsed.success) throw new ReasonError({ code: 'start.key_version', params: { path } });
  const { data } = parsed;
  const entries: Entry[] = [];
  let isStale = false;
  for (const { protection, key } of data.version === 1 ? [data] : data.keys) {
    const bytes = Buffer.from(key, 'base64');
    const opened =
      protection === 'file'
        ? { key: bytes, isStale: false }
        : await unprotected(path, bytes, protector);
    checkLength(path, opened.key);
    isStale ||= opened.isStale;
    entries.push(
      opened.isStale
        ? await entryOf(opened.key, protector)
        : { key: opened.key, stored: { protection, key } },
    );
  }
  if (isStale) replace(path, entries);
  return entries;
}

function unprotected(path: string, bytes: Buffer, protector: KeyProtector | null) {
  if (!protector) throw new ReasonError({ code: 'start.key_sealed', params: { path } });
  return protector.unprotect(bytes);
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

function checkLength(path: string, key: Buffer): void {
  if (key.length === KEY_BYTES) return;
  const params = { path, length: key.length, expected: KEY_BYTES };
  throw new ReasonError({ code: 'start.key_length', params });
}

/** Returns true if there are backups, or a database that was ever written to. */
export function hasData(dataDir: string): boolean {
  const database = statSync(join(dataDir, 'belfry.db'), { throwIfNoEntry: false });
  if (database !== undefined && database.size > 0) return true;
  const backups = join(dataDir, 'backups');
  return existsSync(backups) && readdirSync(backups).some((name) => name.endsWith('.db'));
}

const replace = (path: string, entries: readonly Entry[]): void =>
  replaceDurably(path, textOf(entries), MODE, () => crashPoint('key.written'));
