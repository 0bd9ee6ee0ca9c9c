import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../../main/contract/client.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import { ok } from '../../main/contract/result.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../main/contract/settings.ts';
import { DesktopSettings } from '../../main/shell/desktop-settings.ts';
import { wasStartedAtLogin } from '../../main/shell/login-item.ts';
import { app } from '../support/electron/app.ts';
import { record } from '../support/electron/stage.ts';
import { tempDir } from '../support/temp-dir.ts';
import { keptLog } from './kept-log.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

let temp: ReturnType<typeof tempDir>;
const entry = (): string => join(temp.path, 'autostart', 'org.belfry.Belfry.desktop');
const { platform } = process;

beforeEach(() => {
  temp = tempDir();
  app.isPackaged = true;
  record.loginItems.length = 0;
});
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  app.dock = undefined;
  app.isPackaged = false;
  temp[Symbol.dispose]();
});

/** The desktop's settings on a core that has these; `change` is a person in the window. */
async function setup(
  of: NodeJS.Platform,
  initial: Partial<Settings['desktop']> = {},
  { env = {}, args = [] as string[] } = {},
) {
  Object.defineProperty(process, 'platform', { value: of });
  let desktop = { ...DEFAULT_SETTINGS.desktop, ...initial };
  let push: (message: PushMessage) => void = () => undefined;
  const core = {
    call: () => Promise.resolve(ok({ ...DEFAULT_SETTINGS, desktop })),
    subscribe: (listener: typeof push) => {
      push = listener;
      return () => undefined;
    },
  } as unknown as Client;
  const log = keptLog();
  const settings = new DesktopSettings(
    { platform: of, env: { XDG_CONFIG_HOME: temp.path, ...env }, args },
    log,
  );
  settings.follow(core);
  push({ type: 'hello', epoch: 'e', seq: 0 });
  await vi.waitFor(() => expect(settings.onClose).toBe(desktop.onClose));
  await Promise.resolve();
  const change = (changed: Partial<Settings['desktop']>): void => {
    desktop = { ...desktop, ...changed };
    const value = { ...DEFAULT_SETTINGS, desktop };
    const changes = [{ entity: 'settings' as const, value }];
    push({ type: 'batch', epoch: 'e', after: 0, seq: 1, changes });
  };
  return { settings, change, log };
}

describe('the start at login on Linux', () => {
  const command = (): string | undefined => /^Exec=(.*)$/m.exec(readFileSync(entry(), 'utf8'))?.[1];

  it('is an entry that starts the AppImage by its file, hidden, and goes away again', async () => {
    const env = { APPIMAGE: '/home/me/Apps/Belfry 1.0 50%.AppImage' };
    const { change } = await setup('linux', {}, { env });
    expect(existsSync(entry())).toBe(false);
    change({ startAtLogin: true });
    // While it is written, it is there and empty.
    const exec = '"/home/me/Apps/Belfry 1.0 50%%.AppImage" "--hidden"';
    await vi.waitFor(() => expect(command()).toBe(exec));
    change({ startAtLogin: false });
    await vi.waitFor(() => expect(existsSync(entry())).toBe(false));
  });

  it('keeps the data directory, with everything quoted that the format gives a meaning', async () => {
    const args = ['--data-dir', '/data/a "b" $c \\d'];
    const { change } = await setup('linux', {}, { args });
    change({ startAtLogin: true });
    const exec = `"${process.execPath}" "--hidden" "--data-dir" "/data/a \\\\"b\\\\" \\\\$c \\\\\\\\d"`;
    await vi.waitFor(() => expect(command()).toBe(exec));
  });

  it('is written again at each start, since the program may have moved', async () => {
    await setup('linux', { startAtLogin: true, onClose: 'minimize' });
    await vi.waitFor(() => expect(existsSync(entry())).toBe(true));
  });

  it('that cannot be written is logged', async () => {
    const { change, log } = await setup('linux', {}, { env: { XDG_CONFIG_HOME: '/dev/null' } });
    change({ startAtLogin: true });
    await vi.waitFor(() =>
      expect(log.lines).toEqual(['error: the start at login could not be changed']),
    );
  });
});

describe('the start at login elsewhere', () => {
  it('is the system’s, and changed only when the setting is', async () => {
    const { change } = await setup('win32', { startAtLogin: true, onClose: 'quit' });
    expect(record.loginItems).toEqual([]);
    change({ startAtLogin: false });
    change({ startAtLogin: true });
    await vi.waitFor(() =>
      expect(record.loginItems).toEqual([
        { openAtLogin: false, args: ['--hidden'] },
        { openAtLogin: true, args: ['--hidden'] },
      ]),
    );
  });

  it('is hidden on macOS, where no argument says so', () => {
    expect(wasStartedAtLogin('darwin')).toBe(false);
    app.openedAtLogin = true;
    expect(wasStartedAtLogin('darwin')).toBe(true);
    expect(wasStartedAtLogin('win32')).toBe(false);
    app.openedAtLogin = false;
  });

  it('is never that of a development run', async () => {
    app.isPackaged = false;
    const { change, log } = await setup('win32');
    change({ startAtLogin: true });
    expect(record.loginItems).toEqual([]);
    expect(log.lines).toEqual(['info: a development run does not start at login']);
  });
});

describe('the other settings of the desktop', () => {
  it('show and hide the Dock icon', async () => {
    app.dock = { show: vi.fn(() => Promise.resolve()), hide: vi.fn() };
    const { change } = await setup('darwin', { onClose: 'minimize' });
    expect(app.dock.hide).not.toHaveBeenCalled();
    change({ dockIcon: false });
    expect(app.dock.hide).toHaveBeenCalledOnce();
  });

  it('keep the app running while the system saves power', async () => {
    const { change } = await setup('darwin', { onClose: 'minimize' });
    expect(record.blockers).toHaveLength(0);
    change({ keepRunning: true });
    change({ onClose: 'quit' });
    expect(record.blockers).toHaveLength(1);
    change({ keepRunning: false });
    expect(record.blockers).toHaveLength(0);
  });
});
