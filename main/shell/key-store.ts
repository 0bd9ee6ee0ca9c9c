import { dialog, safeStorage } from 'electron';
import type { KeyProtector } from '../base/key-protector.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { ReasonError } from '../messages/failures.ts';
import type { Messages } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';

/** The key store does not open what it sealed, for now or for good: it does not say which. */
class KeyStoreError extends Error {}

export interface KeyStoreOptions {
  readonly platform: NodeJS.Platform;
  readonly logger: Logger;
  readonly messages: Messages;
}

/**
 * Returns the operating system's key store, by safeStorage; null if there is none worth the name. On Linux
 * without a key store Electron would encrypt with a password that is part of Chromium's source
 * (`basic_text`): a 0600 file protects as well, and can be opened by the headless host, too. On macOS it
 * only opens what it sealed before: the packages are signed ad hoc, and the keychain would ask again after
 * each update.
 */
export async function keyProtector({
  platform,
  logger,
  messages,
}: KeyStoreOptions): Promise<KeyProtector | null> {
  const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system';
  if (backend === 'basic_text' || !(await safeStorage.isAsyncEncryptionAvailable())) {
    logger.log(
      'warn',
      'no key store: the key that seals secrets is protected by its file mode alone',
    );
    return null;
  }
  return {
    protect:
      platform === 'darwin'
        ? null
        : (key) => safeStorage.encryptStringAsync(key.toString('base64')),
    unprotect: async (sealed) => {
      try {
        const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(sealed);
        return { key: Buffer.from(result, 'base64'), isStale: shouldReEncrypt };
      } catch (error) {
        throw new KeyStoreError(messages.text('shell.start.keyStore'), { cause: error });
      }
    },
  };
}

/**
 * Returns the keys that `load` finds with the key store. While that does not open it (locked, or a question to the
 * person was cancelled), a dialog offers to try again; null if the person gives up.
 */
export async function unlockKeyFile<KeyFile>(
  load: (protector: KeyProtector | null) => Promise<KeyFile>,
  options: KeyStoreOptions,
): Promise<KeyFile | null> {
  for (;;) {
    try {
      return await load(await keyProtector(options));
    } catch (error) {
      const problem = keyStoreProblem(error, options.messages);
      if (problem === null) throw error;
      options.logger.log('error', 'the key store does not open the key', {
        error: errorText(error instanceof Error && error.cause ? error.cause : error),
      });
      if (!(await wantsAnotherTry(problem, options.messages))) return null;
    }
  }
}

/** Returns null for what another try would not change. */
function keyStoreProblem(error: unknown, messages: Messages): string | null {
  if (error instanceof KeyStoreError) return error.message;
  if (!(error instanceof ReasonError)) return null;
  const { reason } = error as ReasonError;
  return reason.code === 'start.key_sealed' ? renderReason(messages, reason) : null;
}

async function wantsAnotherTry(problem: string, messages: Messages): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Belfry',
    message: messages.text('shell.dialog.noStart'),
    detail: problem,
    buttons: [messages.text('shell.dialog.tryAgain'), messages.text('shell.dialog.quit')],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0;
}
