import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Wraps the data key with something stronger than file permissions; on the desktop, safeStorage. */
export interface KeyProtector {
  protect(key: Buffer): Buffer;
  unprotect(sealed: Buffer): Buffer;
}

const keyFile = z.object({
  version: z.literal(1),
  protection: z.enum(['file', 'safe-storage']),
  key: z.base64(),
});

export const KEY_FILE_NAME = 'secret.key';

const KEY_BYTES = 32;

/**
 * The 32-byte key that seals secrets in this data directory, made on first use in a 0600 file.
 * A key sealed by the desktop's key store can only be opened there: without a protector that throws an
 * error for people. A key that was made without protection stays readable by both hosts.
 */
export function loadDataKey(dataDir: string, protector: KeyProtector | null): Buffer {
  const path = join(dataDir, KEY_FILE_NAME);
  if (!existsSync(path)) {
    const key = randomBytes(KEY_BYTES);
    const stored = protector ? protector.protect(key) : key;
    const content = {
      version: 1,
      protection: protector ? 'safe-storage' : 'file',
      key: stored.toString('base64'),
    } satisfies z.infer<typeof keyFile>;
    writeNew(path, JSON.stringify(content) + '\n');
    return key;
  }
  chmodSync(path, 0o600);
  const parsed = keyFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is not a key file of this version of Belfry`);
  const bytes = Buffer.from(parsed.data.key, 'base64');
  if (parsed.data.protection === 'file') return bytes;
  if (!protector) {
    throw new Error(
      `${path} was sealed by the desktop's key store, which cannot be reached from here; open this data directory with the desktop app in a session where that key store is unlocked, or use another one`,
    );
  }
  return protector.unprotect(bytes);
}

/** A file of which only a part could be written is removed again, or every later start would end at it. */
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
