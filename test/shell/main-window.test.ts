import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MainWindow } from '../../main/shell/main-window.ts';
import { lockDownPages } from '../../main/shell/lockdown.ts';
import { app } from '../support/electron/app.ts';
import { record, stage } from '../support/electron/stage.ts';
import { preventable } from '../support/electron/strict.ts';
import { permissions } from '../support/electron/system.ts';
import { windows } from '../support/electron/window.ts';
import { keptLog } from './kept-log.ts';
import { ManualClock } from './manual-clock.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const log = keptLog();
const opened: MainWindow[] = [];

function setup({ canHide = true } = {}) {
  const clock = new ManualClock();
  const gone: unknown[] = [];
  const lost = vi.fn();
  const window = new MainWindow({
    preload: '/preload.cjs',
    icon: '/icon.png',
    clock,
    logger: log,
    canHide: () => Promise.resolve(canHide),
    onPageGone: (contents) => gone.push(contents),
    onPageLost: lost,
  });
  opened.push(window);
  window.show();
  const [shown] = windows();
  if (!shown) throw new Error('No window was opened');
  return { window, shown, clock, gone, lost };
}

beforeAll(async () => {
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
  lockDownPages(log);
});

afterEach(() => {
  for (const window of opened.splice(0)) window.letGo();
  for (const window of windows()) window.close();
});

describe('the window', () => {
  it('opens sandboxed, at the app’s own address', () => {
    const loads: string[] = [];
    stage.once('load', ({ url }) => loads.push(url));
    const { shown } = setup();
    expect(loads).toEqual(['belfry://app/']);
    expect(shown.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });

  it('hides when it is closed, and comes back as it was', async () => {
    const { window, shown } = setup();
    shown.close();
    await vi.waitFor(() => expect(shown.isVisible()).toBe(false));
    expect(shown.isDestroyed()).toBe(false);
    window.show();
    expect(shown.isVisible()).toBe(true);
    expect(windows()).toHaveLength(1);
  });

  it('is put aside instead where no tray could bring it back', async () => {
    const { window, shown } = setup({ canHide: false });
    shown.close();
    await vi.waitFor(() => expect(shown.isMinimized()).toBe(true));
    expect(shown.visible).toBe(true);
    window.show();
    expect(shown.isMinimized()).toBe(false);
  });

  it('closes for good once the app lets it go', () => {
    const { window, shown, gone } = setup();
    window.letGo();
    shown.close();
    expect(shown.isDestroyed()).toBe(true);
    expect(gone.at(-1)).toBe(shown.webContents);
    expect(window.owns(shown.webContents as never)).toBe(false);
  });

  it('reloads a page that crashed, three times a minute at most', () => {
    const { shown, clock, lost, gone } = setup();
    const reload = vi.spyOn(shown.webContents, 'reload');
    const crash = (reason: string) =>
      shown.webContents.emit('render-process-gone', preventable({}), { reason, exitCode: 1 });
    crash('clean-exit');
    expect(reload).not.toHaveBeenCalled();
    for (let count = 0; count < 3; count += 1) crash('crashed');
    expect(reload).toHaveBeenCalledTimes(3);
    expect(gone.length).toBeGreaterThan(3);
    crash('oom');
    expect(lost).toHaveBeenCalledOnce();
    clock.advance(60_000);
    crash('crashed');
    expect(reload).toHaveBeenCalledTimes(4);
  });
});

describe('a page', () => {
  it('goes nowhere but to itself', () => {
    const { shown } = setup();
    const prevented = (name: string, url: string): boolean => {
      const event = preventable({ url });
      shown.webContents.emit(name, event);
      return event.defaultPrevented;
    };
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      for (const url of [
        'https://nas.lan/',
        'belfry://application/',
        'file:///etc/passwd',
        'data:,',
      ]) {
        expect(prevented(name, url), `${name} ${url}`).toBe(true);
      }
      expect(prevented(name, 'belfry://app/#/alerts'), name).toBe(false);
    }
    expect(prevented('will-attach-webview', 'belfry://app/')).toBe(true);
  });

  it('has http and https links opened by the system’s browser, and no others', () => {
    const { shown } = setup();
    record.openedLinks.length = 0;
    const links = [
      'https://nas.lan/x',
      'http://nas.lan',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'ms-settings:',
      'smb://nas/x',
      'not a link',
    ];
    for (const url of links) {
      expect(shown.webContents.openHandler({ url } as never)).toEqual({ action: 'deny' });
    }
    expect(record.openedLinks).toEqual(['https://nas.lan/x', 'http://nas.lan']);
  });

  it('may write to the clipboard on a click, and nothing else', () => {
    setup();
    const ask = (permission: string, requestingUrl: string) => {
      const answer = vi.fn();
      permissions.request?.(null as never, permission as never, answer, { requestingUrl } as never);
      return answer.mock.calls[0]?.[0] as boolean;
    };
    const check = (permission: string, origin: string) =>
      permissions.check?.(null, permission as never, origin, {} as never);
    for (const [permission, origin, expected] of [
      ['clipboard-sanitized-write', 'belfry://app/', true],
      ['clipboard-sanitized-write', 'https://evil.example/', false],
      ['clipboard-read', 'belfry://app/', false],
      ['notifications', 'belfry://app/', false],
      ['media', 'belfry://app/', false],
    ] as const) {
      expect(check(permission, origin), permission).toBe(expected);
      expect(ask(permission, origin), permission).toBe(expected);
    }
    expect(permissions.device?.({} as never)).toBe(false);
  });
});
