import { join, resolve } from 'node:path';
import { safeStorage } from 'electron';
import type { DesktopOptions } from '../base/desktop-options.ts';
import type { KeyProtector } from '../base/key-protector.ts';
import type { Logger } from '../base/logger.ts';
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

/**
 * The operating system's key store, by safeStorage; null when there is none worth the name. On Linux
 * without a key store Electron would encrypt with a password that is part of Chromium's source
 * (`basic_text`): a 0600 file protects as well, and can be opened by the headless host, too.
 *
 * The synchronous calls are deprecated in favour of asynchronous ones, but only for them does Electron
 * say which backend it chose. What they sealed, decryptStringAsync opens.
 */
export function keyProtector(
  platform: NodeJS.Platform,
  logger: Logger,
  messages: Messages,
): KeyProtector | null {
  const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system';
  if (!safeStorage.isEncryptionAvailable() || backend === 'basic_text') {
    logger.log(
      'warn',
      'no key store: the key that seals secrets is protected by its file mode alone',
    );
    return null;
  }
  return {
    protect: (key) => safeStorage.encryptString(key.toString('base64')),
    unprotect: (sealed) => {
      try {
        return Buffer.from(safeStorage.decryptString(sealed), 'base64');
      } catch (error) {
        throw new Error(messages.text('shell.start.keyStore'), { cause: error });
      }
    },
  };
}
