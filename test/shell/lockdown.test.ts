import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { lockDownPages } from '../../main/shell/lockdown.ts';
import { app } from '../support/electron/app.ts';
import { record } from '../support/electron/stage.ts';
import { preventable } from '../support/electron/strict.ts';
import { permissions } from '../support/electron/system.ts';
import { BrowserWindow, windows } from '../support/electron/window.ts';
import { keptLog } from './kept-log.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const openWindow = (): BrowserWindow => new BrowserWindow({ show: false });

beforeAll(async () => {
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
  lockDownPages(keptLog());
});

afterEach(() => {
  for (const window of windows()) window.close();
});

describe('a page', () => {
  it('goes nowhere but to itself', () => {
    const shown = openWindow();
    const prevented = (name: string, url: string): boolean => {
      const event = preventable({ url });
      shown.webContents.emit(name, event);
      return event.defaultPrevented;
    };
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      for (const url of [
        'https://nas.lan/',
        'belfry-window://application/',
        'file:///etc/passwd',
        'data:,',
      ]) {
        expect(prevented(name, url), `${name} ${url}`).toBe(true);
      }
      expect(prevented(name, 'belfry-window://app/#/alerts'), name).toBe(false);
    }
    expect(prevented('will-attach-webview', 'belfry-window://app/')).toBe(true);
  });

  it('has http and https links opened by the system’s browser, and no others', () => {
    const shown = openWindow();
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
    openWindow();
    const ask = (permission: string, requestingUrl: string) => {
      const answer = vi.fn();
      permissions.request?.(null as never, permission as never, answer, { requestingUrl } as never);
      return answer.mock.calls[0]?.[0] as boolean;
    };
    const check = (permission: string, origin: string) =>
      permissions.check?.(null, permission as never, origin, {} as never);
    for (const [permission, origin, expected] of [
      ['clipboard-sanitized-write', 'belfry-window://app/', true],
      ['clipboard-sanitized-write', 'https://evil.example/', false],
      ['clipboard-read', 'belfry-window://app/', false],
      ['notifications', 'belfry-window://app/', false],
      ['media', 'belfry-window://app/', false],
    ] as const) {
      expect(check(permission, origin), permission).toBe(expected);
      expect(ask(permission, origin), permission).toBe(expected);
    }
    expect(permissions.device?.({} as never)).toBe(false);
  });
});
