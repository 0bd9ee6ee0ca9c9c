import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Messages } from '../messages/messages.ts';

const APP = ['about', 'services', 'hide', 'hideOthers', 'unhide', 'quit'] as const;
const EDIT = ['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'selectAll'] as const;
const VIEW = ['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'] as const;
const FOR_DEVELOPMENT = ['reload', 'toggleDevTools'] as const;
const FILE = ['close'] as const;
const WINDOW = ['minimize', 'close'] as const;

type Role = (
  typeof APP | typeof EDIT | typeof VIEW | typeof FOR_DEVELOPMENT | typeof WINDOW
)[number];

export interface MenuHost {
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
  readonly quit: () => void;
}

/**
 * Sets the application menu: without its edit roles, copy and paste have no keys on macOS. Every label is
 * ours, since Electron's own are English everywhere.
 */
export function setAppMenu(messages: Messages, { platform, isPackaged, quit }: MenuHost): void {
  const items = (roles: readonly Role[]): MenuItemConstructorOptions[] =>
    roles.map((role) => ({ role, label: messages.text(`menu.role.${role}`) }));
  const quitItem: MenuItemConstructorOptions = {
    label: messages.text('menu.role.quit'),
    accelerator: 'Ctrl+Q',
    click: () => quit(),
  };
  const view = isPackaged ? items(VIEW) : [...items(VIEW), ...items(FOR_DEVELOPMENT)];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      platform === 'darwin'
        ? { label: 'Belfry', submenu: items(APP) }
        : { label: messages.text('menu.file'), submenu: [...items(FILE), quitItem] },
      { label: messages.text('menu.edit'), submenu: items(EDIT) },
      { label: messages.text('menu.view'), submenu: view },
      { label: messages.text('menu.window'), submenu: items(WINDOW) },
    ]),
  );
}
