import { app, powerSaveBlocker } from 'electron';
import { errorText, type Logger } from '../base/logger.ts';
import type { Client } from '../contract/client.ts';
import { DEFAULT_SETTINGS, type Settings } from '../contract/settings.ts';
import { setStartAtLogin, type LoginItemOptions } from './login-item.ts';

type DesktopPart = Settings['desktop'];

/**
 * Applies the settings of the desktop to the system. They are the core's, like all others: the system
 * remembers what it must know before the core runs.
 */
export class DesktopSettings {
  readonly #loginItem: LoginItemOptions;
  readonly #logger: Logger;
  #current: DesktopPart | null = null;
  #blocker: number | null = null;

  constructor(loginItem: LoginItemOptions, logger: Logger) {
    this.#loginItem = loginItem;
    this.#logger = logger;
  }

  /** The effect of closing the window. */
  get onClose(): DesktopPart['onClose'] {
    return this.#current?.onClose ?? 'hide';
  }

  /** The severities that have a sound. */
  get sound(): DesktopPart['sound'] {
    return this.#current?.sound ?? DEFAULT_SETTINGS.desktop.sound;
  }

  /** Reads the settings at each start of the core, and follows their changes. */
  follow(core: Client): void {
    core.subscribe((message) => {
      if (message.type === 'hello' || message.type === 'resync') void this.#ask(core);
      if (message.type !== 'batch') return;
      for (const change of message.changes) {
        if (change.entity === 'settings') this.#apply(change.value.desktop);
      }
    });
  }

  async #ask(core: Client): Promise<void> {
    const settings = await core.call('settings.get', {});
    if (settings.ok) this.#apply(settings.value.desktop);
  }

  #apply(next: DesktopPart): void {
    const before = this.#current;
    this.#current = next;
    this.#keepRunning(next.keepRunning);
    if (this.#loginItem.platform === 'darwin') {
      if (next.dockIcon) void app.dock?.show();
      else app.dock?.hide();
    }
    if (needsLoginItem(before, next, this.#loginItem.platform)) void this.#startAtLogin(next);
  }

  #keepRunning(isWanted: boolean): void {
    if (isWanted) this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = null;
    }
  }

  async #startAtLogin({ startAtLogin }: DesktopPart): Promise<void> {
    if (!app.isPackaged) {
      this.#logger.log('info', 'a development run does not start at login');
      return;
    }
    try {
      await setStartAtLogin(startAtLogin, this.#loginItem);
    } catch (error) {
      this.#logger.log('error', 'the start at login could not be changed', {
        startAtLogin,
        error: errorText(error),
      });
    }
  }
}

/**
 * Returns true if the system must be changed. A person may have switched the start at login off in the system's
 * own settings, so that only a change of ours counts; but on Linux the program may have moved since.
 */
function needsLoginItem(
  before: DesktopPart | null,
  next: DesktopPart,
  platform: NodeJS.Platform,
): boolean {
  if (before === null) return platform === 'linux' && next.startAtLogin;
  return before.startAtLogin !== next.startAtLogin;
}
