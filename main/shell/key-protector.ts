import { safeStorage } from 'electron';
import type { KeyProtector } from '../base/data-key.ts';
import type { Logger } from '../base/logger.ts';

/**
 * The operating system's key store, by safeStorage; null when there is none worth the name. On Linux
 * without a key store Electron would encrypt with a password that is part of Chromium's source
 * (`basic_text`): a 0600 file protects as well, and can be opened by the headless host, too.
 *
 * The synchronous calls are deprecated in favour of asynchronous ones, but only for them does Electron
 * say which backend it chose. What they sealed, decryptStringAsync opens.
 */
export function keyProtector(platform: NodeJS.Platform, logger: Logger): KeyProtector | null {
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
        throw new Error(
          'The key store of this computer does not open the key of this data directory. It was made by another user or computer, or the key store was reset.',
          { cause: error },
        );
      }
    },
  };
}
