import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { app } from '../support/electron/app.ts';
import { host } from '../support/electron/host.ts';
import { invokeFrom, ipcMain } from '../support/electron/ipc-main.ts';
import { StandInImage, Tray } from '../support/electron/menu.ts';
import { Notification, notificationService } from '../support/electron/notification.ts';
import { StandInProcess } from '../support/electron/stand-in-process.ts';
import type { preventable } from '../support/electron/strict.ts';
import { BrowserWindow } from '../support/electron/window.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());

beforeAll(() => app.whenReady());
afterEach(() => Object.assign(host, { platform: process.platform, wayland: false }));

/** The events of a notification that is shown and closed, and whether it was shown before `show` ended. */
async function lifeOn(platform: NodeJS.Platform) {
  host.platform = platform;
  const notification = new Notification({ title: 'Alert' });
  const events: string[] = [];
  notification.on('show', () => events.push('show'));
  notification.on('close', ({ reason }: { reason?: string }) => events.push(`close ${reason}`));
  notification.show();
  const atOnce = events.length > 0;
  await until(() => events.length > 0, 'it was shown');
  notification.close();
  return { atOnce, events };
}

describe('a notification of the stand-in', () => {
  it('is shown before show() ends on Linux, and reports its own closing on macOS alone', async () => {
    expect(await lifeOn('linux')).toEqual({ atOnce: true, events: ['show'] });
    expect(await lifeOn('win32')).toEqual({ atOnce: false, events: ['show'] });
    const events = ['show', 'close undefined'];
    expect(await lifeOn('darwin')).toEqual({ atOnce: false, events });
  });

  it('reports no failure on Linux', async () => {
    notificationService.failing = 'no daemon';
    const failedOn = async (platform: NodeJS.Platform): Promise<boolean> => {
      host.platform = platform;
      const notification = new Notification({ title: 'Alert' });
      let failed = false;
      notification.on('failed', () => (failed = true));
      notification.show();
      await new Promise((resolve) => setImmediate(resolve));
      return failed;
    };
    expect(await failedOn('win32')).toBe(true);
    expect(await failedOn('linux')).toBe(false);
    notificationService.failing = null;
  });
});

it('a window of the stand-in knows on Wayland neither that it is minimised nor its place', () => {
  const window = new BrowserWindow({ x: 30, y: 40, width: 500, height: 400 });
  window.minimize();
  expect(window.isMinimized()).toBe(true);
  expect(window.getNormalBounds()).toMatchObject({ x: 30, y: 40 });
  host.wayland = true;
  expect(window.isMinimized()).toBe(false);
  expect(window.getNormalBounds()).toMatchObject({ x: 0, y: 0, width: 500 });
});

it('a destroyed tray icon of the stand-in throws for whatever is asked of it', () => {
  const tray = new Tray(new StandInImage('icon.png'));
  tray.setToolTip('Belfry');
  tray.destroy();
  expect(() => tray.setToolTip('Belfry')).toThrow('Tray is destroyed');
  expect(() => tray.setContextMenu(null)).toThrow('Tray is destroyed');
});

it('an error of a handler reaches the page as its text, behind the words of Electron', async () => {
  const { webContents } = new BrowserWindow({});
  ipcMain.handle('test:fails', () => {
    throw new TypeError('no such alert');
  });
  await expect(invokeFrom(webContents, 'test:fails', [])).rejects.toThrow(
    "Error invoking remote method 'test:fails': TypeError: no such alert",
  );
  await expect(invokeFrom(webContents, 'test:none', [])).rejects.toThrow(
    "Error invoking remote method 'test:none': Error: No handler registered for 'test:none'",
  );
  ipcMain.removeHandler('test:fails');
});

it('quitting asks before quit() ends', () => {
  const order: string[] = [];
  app.once('before-quit', (event: ReturnType<typeof preventable>) => {
    order.push('before-quit');
    event.preventDefault();
  });
  app.quit();
  order.push('quit has ended');
  expect(order).toEqual(['before-quit', 'quit has ended']);
});

it('an entry that throws leaves the process alive, with a dialog', async () => {
  using temp = tempDir();
  mkdirSync(join(temp.path, 'out/main'), { recursive: true });
  writeFileSync(join(temp.path, 'package.json'), '{"type":"module"}');
  writeFileSync(join(temp.path, 'out/main/index.js'), "throw new Error('no disk');");
  const child = new StandInProcess({ appDir: temp.path, env: {} });
  await until(() => child.log.includes('[error box]'), 'the dialog was shown');
  expect(child.log).toContain('A JavaScript error occurred in the main process: Error: no disk');
  expect((await child.ask('record')).relaunches).toEqual([]);
  await child.kill();
});
