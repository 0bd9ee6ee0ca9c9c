import { join } from 'node:path';
import {
  Menu,
  nativeImage,
  Tray,
  type MenuItemConstructorOptions,
  type NativeImage,
} from 'electron';
import type { Messages } from '../messages/messages.ts';
import { trayView, type TrayIcon, type TrayView } from './tray-view.ts';
import type { Channel } from '../contract/channel.ts';
import type { Status } from '../contract/system.ts';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errorText, type Logger } from '../base/logger.ts';

export interface TrayActions {
  readonly open: () => void;
  readonly openDeadLetters: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly test: () => void;
  readonly quit: () => void;
  /** Ends without waiting for deliveries in flight. */
  readonly quitNow: () => void;
}

/** macOS recognises a template image by its name. */
const ICON_ENDINGS = new Map<string, string>([
  ['darwin', 'Template.png'],
  ['win32', '.ico'],
]);

/** The icon in the tray or menu bar, with the open alerts and a few actions. */
export class AppTray {
  readonly #iconDir: string;
  readonly #actions: TrayActions;
  readonly #messages: () => Messages;
  readonly #tray: Tray;
  #icon: TrayIcon = 'down';
  #drawn = '';

  constructor(iconDir: string, actions: TrayActions, messages: () => Messages) {
    this.#iconDir = iconDir;
    this.#messages = messages;
    this.#actions = actions;
    this.#tray = new Tray(this.#image(this.#icon));
    // On macOS a click opens the menu, as every menu bar item does there.
    if (process.platform !== 'darwin') this.#tray.on('click', () => actions.open());
    this.update(null);
  }

  /** Draws a status and the channels that need attention; null while there is no core to ask. */
  update(status: Status | null, attention: readonly Channel[] = []): void {
    const messages = this.#messages();
    const view = trayView(messages, status, attention);
    const drawn = JSON.stringify([messages.locale, view]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    if (view.icon !== this.#icon) this.#tray.setImage(this.#image(view.icon));
    this.#icon = view.icon;
    this.#tray.setToolTip(view.tooltip);
    // Linux shows a changed menu only when it is set again.
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#template(messages, view)));
  }

  /** Shows that the app quits once its deliveries in flight are done. */
  finish(count: number): void {
    const messages = this.#messages();
    const label = messages.text('shell.finishing', { count });
    this.#tray.setToolTip(label);
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label, enabled: false },
        { type: 'separator' },
        { label: messages.text('shell.quitNow'), click: () => this.#actions.quitNow() },
      ]),
    );
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #template(messages: Messages, view: TrayView): MenuItemConstructorOptions[] {
    const { open, openDeadLetters, pause, resume, test, quit } = this.#actions;
    const enabled = view.running;
    return [
      { label: view.summary, enabled: false },
      ...view.notes.map((label) => ({ label, enabled: false })),
      { type: 'separator' },
      { label: messages.text('tray.open'), click: () => open() },
      { label: view.deadLetters, enabled, click: () => openDeadLetters() },
      { type: 'separator' },
      view.paused
        ? { label: messages.text('tray.resume'), enabled, click: () => resume() }
        : { label: messages.text('tray.pause'), enabled, click: () => pause() },
      { label: messages.text('tray.test'), enabled, click: () => test() },
      { type: 'separator' },
      { label: messages.text('menu.role.quit'), click: () => quit() },
    ];
  }

  #image(icon: TrayIcon): NativeImage {
    const file = icon + (ICON_ENDINGS.get(process.platform) ?? '.png');
    const image = nativeImage.createFromPath(join(this.#iconDir, file));
    if (process.platform === 'darwin') image.setTemplateImage(true);
    return image;
  }
}

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
