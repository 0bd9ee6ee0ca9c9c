/**
 * A stand-in for the `electron` module, for tests on machines where its runtime cannot be had. It is
 * typed against electron.d.ts, has exactly what the app uses, and throws on everything else.
 */
export { app } from './app.ts';
export { ipcMain } from './ipc-main.ts';
export { StandInMenu as Menu, nativeImage, Tray } from './menu.ts';
export { Notification } from './notification.ts';
export {
  clipboard,
  dialog,
  nativeTheme,
  net,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
} from './system.ts';
export { BrowserWindow } from './window.ts';
