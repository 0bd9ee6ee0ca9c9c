import { app } from 'electron';
import { APP_ID } from '../base/app-id.ts';

/** Returns the app's id, which on Linux is also the name of its desktop entry. */
export const appId = (): string => (app.isPackaged ? APP_ID : `${APP_ID}.Dev`);

/**
 * Names the app for the operating system, before it is ready. A development run has its own name and id:
 * it would take over the installed app's notifications, shortcut and entry in the key store.
 */
export function setupIdentity(platform: NodeJS.Platform): void {
  const id = appId();
  app.setName(app.isPackaged ? 'Belfry' : 'Belfry-dev');
  if (platform === 'win32') app.setAppUserModelId(id);
  // Portals refuse an app whose entry has no reverse-DNS name.
  if (platform === 'linux') app.setDesktopName(`${id}.desktop`);
}
