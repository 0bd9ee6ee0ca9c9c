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

export interface TrayActions {
  readonly open: () => void;
  readonly openDeadLetters: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly test: () => void;
  readonly quit: () => void;
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
  #tray: Tray;
  #icon: TrayIcon = 'down';
  #drawn = '';
  #shown: readonly [Status | null, readonly Channel[]] = [null, []];

  constructor(iconDir: string, actions: TrayActions, messages: () => Messages) {
    this.#iconDir = iconDir;
    this.#messages = messages;
    this.#actions = actions;
    this.#tray = this.#create();
    this.update(null);
  }

  /** Makes the icon again, for a panel that came after it. */
  renew(): void {
    this.#tray.destroy();
    this.#tray = this.#create();
    this.#drawn = '';
    this.update(...this.#shown);
  }

  /** Draws a status and the channels that need attention; null while there is no core to ask. */
  update(status: Status | null, attention: readonly Channel[] = []): void {
    this.#shown = [status, attention];
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

  destroy(): void {
    this.#tray.destroy();
  }

  #create(): Tray {
    const tray = new Tray(this.#image(this.#icon));
    // On macOS a click opens the menu, as every menu bar item does there.
    if (process.platform !== 'darwin') tray.on('click', () => this.#actions.open());
    return tray;
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
