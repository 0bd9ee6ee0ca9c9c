import { join, resolve } from 'node:path';
import type { ForcedHttp } from '../transport/worker-messages.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where everything lives: BELFRY_DATA_DIR, else a folder of the user's application data. Development
 * has its own, so that trying something out never touches the data that somebody relies on.
 */
export function dataDirOf(env: Environment, appDataDir: string, isPackaged: boolean): string {
  const chosen = env['BELFRY_DATA_DIR'];
  if (chosen) return resolve(chosen);
  return join(appDataDir, isPackaged ? 'Belfry' : 'Belfry-dev');
}

/**
 * HTTP as BELFRY_PORT and BELFRY_HOST want it, over the settings; null when no port is named.
 * Throws an error for people when the port is none.
 */
export function forcedHttpOf(env: Environment): ForcedHttp | null {
  const value = env['BELFRY_PORT'];
  if (!value) return null;
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535) {
    throw new Error(`BELFRY_PORT must be a port from 0 to 65535, not "${value}"`);
  }
  return { host: env['BELFRY_HOST'] || '127.0.0.1', port };
}
