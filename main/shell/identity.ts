import { app } from 'electron';
import { APP_ID } from '../base/app-id.ts';

/** By it Windows starts the installed app for a click on a notification, in every version. */
const TOAST_ACTIVATOR = '{5C7F6A5B-2D0E-4B7D-9E43-0C6B8F2D1A57}';

/** Returns the app's id, which on Linux is also the name of its desktop entry. */
export const appId = (): string => (app.isPackaged ? APP_ID : `${APP_ID}.Dev`);

/**
 * Names the app for the operating system, before it is ready. A development run has its own name and id:
 * it would take over the installed app's notifications, shortcut and entry in the key store.
 */
export function setupIdentity(platform: NodeJS.Platform): void {
  const id = appId();
  app.setName(app.isPackaged ? 'Belfry' : 'Belfry-dev');
  if (platform === 'win32') {
    app.setAppUserModelId(id);
    if (app.isPackaged) app.setToastActivatorCLSID(TOAST_ACTIVATOR);
  }
  // Portals refuse an app whose entry has no reverse-DNS name.
  if (platform === 'linux') app.setDesktopName(`${id}.desktop`);
}
