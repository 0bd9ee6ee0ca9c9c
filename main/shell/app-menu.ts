import { Menu, type MenuItemConstructorOptions } from 'electron';

/** The application menu: without its edit roles, copy and paste have no keys on macOS. */
export function setAppMenu(platform: NodeJS.Platform, isPackaged: boolean, quit: () => void): void {
  const appMenu: MenuItemConstructorOptions = { role: 'appMenu' };
  const fileMenu: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      { role: 'close' },
      { label: 'Quit Belfry', accelerator: 'Ctrl+Q', click: () => quit() },
    ],
  };
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  const forDevelopment: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      platform === 'darwin' ? appMenu : fileMenu,
      { role: 'editMenu' },
      { label: '&View', submenu: isPackaged ? view : [...view, ...forDevelopment] },
      { role: 'windowMenu' },
    ]),
  );
}
