import { join, resolve } from 'node:path';
import type { DesktopOptions } from '../base/desktop-options.ts';
import type { Messages } from '../messages/messages.ts';
import type { ForcedHttp } from '../transport/worker-messages.ts';

/**
 * Returns the chosen data directory, else a folder of the user's application data. Development has its own,
 * so that trying something out never touches the data that somebody relies on.
 */
export function dataDirOf(
  { dataDir }: DesktopOptions,
  appDataDir: string,
  isPackaged: boolean,
): string {
  return dataDir === null
    ? join(appDataDir, isPackaged ? 'Belfry' : 'Belfry-dev')
    : resolve(dataDir);
}

/**
 * Returns how HTTP listens where a port was chosen, which overrules the settings; else null. Throws an error
 * for people if the port is none.
 */
export function forcedHttpOf(
  { port: value, host }: DesktopOptions,
  messages: Messages,
): ForcedHttp | null {
  if (value === null) return null;
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535) {
    throw new Error(messages.text('shell.start.badPort', { value }));
  }
  return { host: host ?? '127.0.0.1', port };
}
