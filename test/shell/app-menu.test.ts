import { beforeAll, describe, expect, it, vi } from 'vitest';
import { messagesFor } from '../../main/messages/messages.ts';
import { setAboutPanel, setAppMenu } from '../../main/shell/app-menu.ts';
import { setupIdentity } from '../../main/shell/identity.ts';
import { app } from '../support/electron/app.ts';
import { StandInMenu } from '../support/electron/menu.ts';
import { record } from '../support/electron/stage.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const MESSAGES = messagesFor('en');

function menus(platform: NodeJS.Platform, isPackaged = true) {
  setAppMenu(MESSAGES, {
    platform,
    isPackaged,
    quit: () => undefined,
    openNotices: () => undefined,
    openLogs: () => undefined,
    saveDiagnostics: () => undefined,
  });
  const template = StandInMenu.getApplicationMenu()?.template ?? [];
  return template.map(({ label, role, submenu }) => ({
    label,
    role,
    items: (submenu as Electron.MenuItemConstructorOptions[]).map(
      (item) => item.role ?? item.label,
    ),
  }));
}

describe('the identity', () => {
  beforeAll(() => setupIdentity('linux'));

  it('of a development run is not that of the installed app', () => {
    expect(app.name).toBe('Belfry-dev');
    expect(app.desktopName).toBe('org.belfry.Belfry.Dev.desktop');
    app.isPackaged = true;
    setupIdentity('linux');
    expect(app.name).toBe('Belfry');
    expect(app.desktopName).toBe('org.belfry.Belfry.desktop');
    const setId = vi.spyOn(app, 'setAppUserModelId').mockReturnValue();
    const setActivator = vi.spyOn(app, 'setToastActivatorCLSID').mockReturnValue();
    setupIdentity('win32');
    expect(setId).toHaveBeenCalledWith('org.belfry.Belfry');
    expect(setActivator).toHaveBeenCalledOnce();
  });
});

describe('the application menu', () => {
  it('closes the window from the file menu on macOS, where the window menu cannot', () => {
    const [, file, , , window, help] = menus('darwin');
    expect(file).toMatchObject({ label: '&File', items: ['close'] });
    expect(window).toMatchObject({ role: 'window', items: ['minimize'] });
    expect(help?.role).toBe('help');
    expect(help?.items).not.toContain('about');
  });

  it('quits from the file menu, and has About under Help, elsewhere', () => {
    const [file, , , window, help] = menus('linux');
    expect(file?.items).toEqual(['close', 'Quit Belfry']);
    expect(window?.items).toEqual(['minimize', 'close']);
    expect(help?.items.at(-1)).toBe('about');
  });

  it('reloads and inspects in development alone', () => {
    expect(menus('linux', true)[2]?.items).not.toContain('toggleDevTools');
    expect(menus('linux', false)[2]?.items).toContain('toggleDevTools');
  });
});

describe('the About panel', () => {
  it('names the versions that a report needs', () => {
    setAboutPanel(MESSAGES, '/icon.png');
    expect(record.aboutPanel).toMatchObject({ applicationName: 'Belfry', iconPath: '/icon.png' });
    expect(record.aboutPanel.copyright).toContain(`Node.js ${process.versions.node}`);
  });
});
