import { join } from 'node:path';
import {
  Menu,
  nativeImage,
  Tray,
  type MenuItemConstructorOptions,
  type NativeImage,
} from 'electron';
import { trayView, type TrayIcon, type TrayView } from './tray-view.ts';
import type { Status } from '../contract/system.ts';

export interface TrayActions {
  readonly open: () => void;
  readonly openDeadLetters: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly test: () => void;
  readonly quit: () => void;
}

/** The icon in the tray, or menu bar, with what stands open and the few things one does from there. */
export class AppTray {
  readonly #iconDir: string;
  readonly #actions: TrayActions;
  readonly #tray: Tray;
  #shown: TrayView | null = null;

  constructor(iconDir: string, actions: TrayActions) {
    this.#iconDir = iconDir;
    this.#actions = actions;
    this.#tray = new Tray(this.#image('down'));
    // On macOS a click opens the menu, as every menu bar item does there.
    if (process.platform !== 'darwin') this.#tray.on('click', () => actions.open());
    this.update(null);
  }

  /** Draws a status; null while there is no core to ask. */
  update(status: Status | null): void {
    const view = trayView(status);
    if (JSON.stringify(view) === JSON.stringify(this.#shown)) return;
    if (view.icon !== this.#shown?.icon) this.#tray.setImage(this.#image(view.icon));
    this.#shown = view;
    this.#tray.setToolTip(view.tooltip);
    // Linux shows a changed menu only when it is set anew.
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#template(view)));
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #template(view: TrayView): MenuItemConstructorOptions[] {
    const { open, openDeadLetters, pause, resume, test, quit } = this.#actions;
    const enabled = view.running;
    return [
      { label: view.summary, enabled: false },
      ...view.notes.map((label) => ({ label, enabled: false })),
      { type: 'separator' },
      { label: 'Open Belfry', click: () => open() },
      { label: view.deadLetters, enabled, click: () => openDeadLetters() },
      { type: 'separator' },
      view.paused
        ? { label: 'Resume deliveries', enabled, click: () => resume() }
        : { label: 'Pause for 1 hour', enabled, click: () => pause() },
      { label: 'Send test notification', enabled, click: () => test() },
      { type: 'separator' },
      { label: 'Quit Belfry', click: () => quit() },
    ];
  }

  #image(icon: TrayIcon): NativeImage {
    const file =
      process.platform === 'darwin'
        ? `${icon}Template.png`
        : `${icon}.${process.platform === 'win32' ? 'ico' : 'png'}`;
    const image = nativeImage.createFromPath(join(this.#iconDir, file));
    if (process.platform === 'darwin') image.setTemplateImage(true);
    return image;
  }
}
