import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceDurably } from '../../base/durable-file.ts';
import { newToken } from './secret.ts';

const pathIn = (dataDir: string): string => join(dataDir, 'admin-token');

/** The admin token in the data directory's file, or null when there is none. */
export function readAdminToken(dataDir: string): string | null {
  const path = pathIn(dataDir);
  if (!existsSync(path)) return null;
  return readFileSync(path, 'utf8').trim() || null;
}

/** The admin token of this data directory, made on first use in a file that only its owner can read. */
export function ensureAdminToken(dataDir: string): string {
  const path = pathIn(dataDir);
  const existing = readAdminToken(dataDir);
  if (existing !== null) {
    chmodSync(path, 0o600);
    return existing;
  }
  const token = newToken();
  writeFileSync(path, `${token}\n`, { mode: 0o600, flush: true });
  chmodSync(path, 0o600);
  return token;
}

/** Puts a token in the file that another core of the same cluster has, too. */
export const adoptAdminToken = (dataDir: string, token: string): void =>
  replaceDurably(pathIn(dataDir), `${token}\n`, 0o600);
