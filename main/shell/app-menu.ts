import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Messages } from '../messages/messages.ts';

const APP = ['about', 'services', 'hide', 'hideOthers', 'unhide', 'quit'] as const;
const EDIT = ['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'selectAll'] as const;
const VIEW = ['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'] as const;
const FOR_DEVELOPMENT = ['reload', 'toggleDevTools'] as const;
const FILE = ['close'] as const;

type Role =
  | (typeof APP | typeof FILE | typeof EDIT | typeof VIEW | typeof FOR_DEVELOPMENT)[number]
  | 'minimize';

export interface MenuHost {
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
  readonly quit: () => void;
  readonly openNotices: () => void;
  readonly openLogs: () => void;
  readonly saveDiagnostics: () => void;
}

/**
 * Sets the application menu: without its edit roles, copy and paste have no keys on macOS. Every label is
 * ours, since Electron's own are English everywhere.
 */
export function setAppMenu(messages: Messages, host: MenuHost): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(messages, host)));
}

function appMenu(messages: Messages, host: MenuHost): MenuItemConstructorOptions[] {
  const { platform, isPackaged, quit } = host;
  const isMac = platform === 'darwin';
  const items = (roles: readonly Role[]): MenuItemConstructorOptions[] =>
    roles.map((role) => ({ role, label: messages.text(`menu.role.${role}`) }));
  const quitItem: MenuItemConstructorOptions = {
    label: messages.text('menu.role.quit'),
    accelerator: 'Ctrl+Q',
    click: () => quit(),
  };
  return [
    ...(isMac ? [{ label: 'Belfry', submenu: items(APP) }] : []),
    {
      label: messages.text('menu.file'),
      submenu: isMac ? items(FILE) : [...items(FILE), quitItem],
    },
    { label: messages.text('menu.edit'), submenu: items(EDIT) },
    {
      label: messages.text('menu.view'),
      submenu: items(isPackaged ? VIEW : [...VIEW, ...FOR_DEVELOPMENT]),
    },
    {
      label: messages.text('menu.window'),
      // macOS adds its own items to it, and knows no closing there.
      ...(isMac && { role: 'window' as const }),
      submenu: items(isMac ? ['minimize'] : ['minimize', 'close']),
    },
    {
      label: messages.text('menu.help'),
      ...(isMac && { role: 'help' as const }),
      submenu: [
        { label: messages.text('menu.openLogs'), click: () => host.openLogs() },
        { label: messages.text('menu.saveDiagnostics'), click: () => host.saveDiagnostics() },
        { type: 'separator' },
        { label: messages.text('menu.notices'), click: () => host.openNotices() },
        ...items(isMac ? [] : ['about']),
      ],
    },
  ];
}

/** Sets what the system's "About" shows: the versions that a report of a fault needs. */
export function setAboutPanel(messages: Messages, iconPath: string): void {
  const { chrome = '', electron = '', node } = process.versions;
  app.setAboutPanelOptions({
    applicationName: 'Belfry',
    applicationVersion: app.getVersion(),
    copyright: messages.text('menu.aboutVersions', { electron, chrome, node }),
    iconPath,
  });
}
