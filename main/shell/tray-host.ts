import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errorText, type Logger } from '../base/logger.ts';

const run = promisify(execFile);

/** Asking the session bus takes milliseconds; a bus that hangs counts as none. */
const ASK_TIMEOUT_MS = 2_000;
const ASKED = 'org.freedesktop.DBus.NameHasOwner';
const WATCHER = 'org.kde.StatusNotifierWatcher';

/** Two tools that can ask the bus; a desktop has at least one of them. */
const QUESTIONS = new Map([
  [
    'dbus-send',
    `--session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus ${ASKED} string:${WATCHER}`,
  ],
  [
    'gdbus',
    `call --session --dest=org.freedesktop.DBus --object-path=/org/freedesktop/DBus --method=${ASKED} ${WATCHER}`,
  ],
]);

/**
 * Returns true if a tray icon can be seen. Electron does not know on Linux (electron/electron#5872), so the bus is
 * asked for the host that the StatusNotifierItem specification names. Without a clear yes the answer is
 * no: a window that hides with no icon to bring it back would be lost.
 */
export async function hasTrayHost(platform: NodeJS.Platform, logger: Logger): Promise<boolean> {
  if (platform !== 'linux') return true;
  for (const [command, args] of QUESTIONS) {
    try {
      const { stdout } = await run(command, args.split(' '), { timeout: ASK_TIMEOUT_MS });
      return /\btrue\b/.test(stdout);
    } catch (error) {
      logger.log('debug', 'the session bus could not be asked', {
        command,
        error: errorText(error),
      });
    }
  }
  return false;
}
