import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { messagesFor } from '../../main/messages/messages.ts';
import { MainWindow } from '../../main/shell/main-window.ts';
import type { StateFile } from '../../main/shell/state-file.ts';
import { windowStateFile, type WindowState } from '../../main/shell/window-state.ts';
import { app } from '../support/electron/app.ts';
import { record, stage } from '../support/electron/stage.ts';
import { preventable } from '../support/electron/strict.ts';
import { popupMenu } from '../support/electron/menu.ts';
import { displays, nativeTheme } from '../support/electron/system.ts';
import { windows } from '../support/electron/window.ts';
import { tempDir } from '../support/temp-dir.ts';
import { keptLog } from './kept-log.ts';
import { ManualClock } from './manual-clock.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const log = keptLog();
const opened: MainWindow[] = [];
let temp: ReturnType<typeof tempDir>;
let clock: ManualClock;
let stateFile: StateFile<WindowState>;
const isGone = vi.fn();
const isLost = vi.fn();
const cannotHide = vi.fn();
const isEnding = vi.fn();
let isBusy = false;
let onClose: 'hide' | 'minimize' | 'quit' = 'hide';

function make({ canHide = true } = {}): MainWindow {
  const window = new MainWindow({
    preload: '/preload.cjs',
    icon: '/icon.png',
    clock,
    logger: log,
    messages: () => messagesFor('en'),
    stateFile,
    onClose: () => onClose,
    canHide: () => Promise.resolve(canHide),
    onCannotHide: cannotHide,
    onSessionEnding: () => isBusy,
    onSessionEnd: isEnding,
    onPageGone: isGone,
    onPageLost: isLost,
  });
  opened.push(window);
  return window;
}

function open(options: { canHide?: boolean } = {}) {
  const window = make(options);
  window.show();
  const shown = windows().at(-1);
  if (!shown) throw new Error('No window was opened');
  return { window, shown };
}

/** A window that has painted its page and is shown. */
async function setup(options: { canHide?: boolean } = {}) {
  const both = open(options);
  await vi.waitFor(() => expect(both.shown.isVisible()).toBe(true));
  return both;
}

/** Closes every window, as quitting does. */
async function quit(): Promise<void> {
  for (const window of opened.splice(0)) await window.letGo();
  for (const window of windows()) window.close();
}

beforeAll(async () => {
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
});

const { platform } = process;

beforeEach(() => {
  temp = tempDir();
  clock = new ManualClock();
  cannotHide.mockClear();
  stateFile = windowStateFile(temp.path, log);
  vi.stubEnv('XDG_SESSION_TYPE', 'x11');
});

afterEach(async () => {
  await quit();
  displays.splice(1);
  Object.defineProperty(process, 'platform', { value: platform });
  nativeTheme.shouldUseDarkColors = false;
  isBusy = false;
  onClose = 'hide';
  vi.unstubAllEnvs();
  vi.clearAllMocks();
  temp[Symbol.dispose]();
});

describe('the window', () => {
  it('opens sandboxed, at the app’s own address', async () => {
    const loads: string[] = [];
    stage.once('load', ({ url }) => loads.push(url));
    const { shown } = await setup();
    expect(loads).toEqual(['belfry-window://app/#/alerts']);
    expect(shown.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });

  it('hides when it is closed, and comes back as it was', async () => {
    const { window, shown } = await setup();
    shown.close();
    await vi.waitFor(() => expect(shown.isVisible()).toBe(false));
    expect(shown.isDestroyed()).toBe(false);
    window.show();
    await vi.waitFor(() => expect(shown.isVisible()).toBe(true));
    expect(windows()).toHaveLength(1);
  });

  it('is put aside instead where no tray could bring it back', async () => {
    const { window, shown } = await setup({ canHide: false });
    shown.close();
    await vi.waitFor(() => expect(shown.isMinimized()).toBe(true));
    expect(shown.visible).toBe(true);
    expect(cannotHide).toHaveBeenCalledOnce();
    window.show();
    await vi.waitFor(() => expect(shown.isMinimized()).toBe(false));
  });

  it('is minimised, or quits the app, if the settings say so', async () => {
    const { window, shown } = await setup();
    onClose = 'minimize';
    shown.close();
    await vi.waitFor(() => expect(shown.isMinimized()).toBe(true));
    window.show();
    onClose = 'quit';
    const quits = vi.spyOn(app, 'quit').mockReturnValue();
    shown.close();
    expect(quits).toHaveBeenCalledOnce();
    expect(shown.isDestroyed()).toBe(false);
    quits.mockRestore();
  });

  it('is hidden by a click on the tray if it is in front, and else brought there', async () => {
    const { window, shown } = await setup();
    // The click itself takes the focus away.
    shown.blur();
    clock.advance(100);
    window.toggle();
    await vi.waitFor(() => expect(shown.isVisible()).toBe(false));
    window.toggle();
    await vi.waitFor(() => expect(shown.isVisible()).toBe(true));
    shown.blur();
    clock.advance(1_000);
    window.toggle();
    await vi.waitFor(() => expect(shown.isFocused()).toBe(true));
    expect(shown.isVisible()).toBe(true);
  });

  it('carries the icon of the tray in the taskbar of Windows, also when it opens later', async () => {
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const { window, shown } = await setup();
    const overlay = vi.spyOn(shown, 'setOverlayIcon');
    const icon = {} as never;
    window.setOverlay({ icon, summary: '2 open alerts' });
    window.setOverlay(null);
    expect(overlay.mock.calls).toEqual([
      [icon, '2 open alerts'],
      [null, ''],
    ]);
  });

  it('closes for good once the app lets it go', async () => {
    const { window, shown } = await setup();
    await window.letGo();
    shown.close();
    expect(shown.isDestroyed()).toBe(true);
    expect(isGone).toHaveBeenLastCalledWith(shown.webContents);
    expect(window.owns(shown.webContents as never)).toBe(false);
  });

  it('reloads a page that crashed, three times a minute at most', async () => {
    const { shown } = await setup();
    const reload = vi.spyOn(shown.webContents, 'reload');
    const crash = (reason: string) =>
      shown.webContents.emit('render-process-gone', preventable({}), { reason, exitCode: 1 });
    crash('clean-exit');
    expect(reload).not.toHaveBeenCalled();
    for (let count = 0; count < 3; count += 1) crash('crashed');
    expect(reload).toHaveBeenCalledTimes(3);
    expect(isGone.mock.calls.length).toBeGreaterThan(3);
    crash('oom');
    expect(isLost).toHaveBeenCalledOnce();
    clock.advance(60_000);
    crash('crashed');
    expect(reload).toHaveBeenCalledTimes(4);
  });
});

describe('a window that opens', () => {
  it('shows nothing before its page has painted', async () => {
    const { shown } = open();
    await Promise.resolve();
    expect(shown.visible).toBe(false);
    await vi.waitFor(() => expect(shown.visible).toBe(true));
    expect(clock.waiting).toBe(0);
  });

  it('is shown as it is when nothing is painted for two seconds', async () => {
    const { shown } = open();
    shown.webContents.removeAllListeners('first-paint');
    clock.advance(2_000);
    await vi.waitFor(() => expect(shown.visible).toBe(true));
  });

  it.each([
    [true, 'dark'],
    [false, 'light'],
  ])('has the colour of its page behind it (dark: %s)', async (isDark, theme) => {
    nativeTheme.shouldUseDarkColors = isDark;
    const { shown } = await setup();
    const css = readFileSync(join(import.meta.dirname, '../../renderer/styles/tokens.css'), 'utf8');
    const [, light, dark] = /--page: light-dark\((#\w+), (#\w+)\);/.exec(css) ?? [];
    expect(shown.options.backgroundColor).toBe({ light, dark }[theme]);
    expect(light).not.toBe(dark);
  });

  it('has no menu bar until Alt is pressed', async () => {
    const { shown } = await setup();
    expect(shown.options.autoHideMenuBar).toBe(true);
  });
});

describe('a window that opens again', () => {
  it('is where and as it was', async () => {
    displays.push({ id: 2, workArea: { x: 1_920, y: 0, width: 1_280, height: 1_024 } } as never);
    const { shown } = await setup();
    shown.bounds = { x: 2_000, y: 40, width: 900, height: 700 };
    shown.maximize();
    shown.webContents.setZoomLevel(1.5);
    const alert = 'belfry-window://app/#/dead-letters/0199a0f0-0000-7000-8000-000000000000';
    shown.webContents.emit('did-navigate-in-page', preventable({}), alert, true);
    await quit();
    const loads: string[] = [];
    stage.once('load', ({ url }) => loads.push(url));
    const { shown: again } = await setup();
    expect(loads).toEqual(['belfry-window://app/#/dead-letters']);
    expect(again.options).toMatchObject({ x: 2_000, y: 40, width: 900, height: 700 });
    expect(again.maximized).toBe(true);
    again.webContents.loaded();
    await vi.waitFor(() => expect(again.webContents.getZoomLevel()).toBe(1.5));
  });

  it('is remembered when it is closed to the tray, too', async () => {
    const { shown } = await setup();
    shown.bounds = { x: 5, y: 6, width: 700, height: 500 };
    shown.close();
    await stateFile.saved();
    expect(stateFile.read()).toMatchObject({ size: { width: 700, height: 500 } });
  });

  it('opens elsewhere when its screen is gone', async () => {
    const { shown } = await setup();
    shown.bounds = { x: 2_000, y: 40, width: 3_000, height: 700 };
    await quit();
    const { options } = (await setup()).shown;
    expect(options).toMatchObject({ width: 1_920, height: 700 });
    expect(options).not.toHaveProperty('x');
  });

  it('takes a damaged file for none, and logs it', async () => {
    writeFileSync(join(temp.path, 'window.json'), '{"size":{"width":-1}}');
    const { shown } = await setup();
    expect(shown.options).toMatchObject({ width: 1_100, height: 760 });
    expect(log.lines.at(-1)).toBe('warn: a state file is damaged');
  });
});

describe('on Wayland', () => {
  beforeEach(() => {
    Object.defineProperty(process, 'platform', { value: 'linux' });
    vi.stubEnv('XDG_SESSION_TYPE', 'wayland');
  });

  it('only the size is remembered', async () => {
    const { shown } = await setup();
    shown.bounds = { x: 0, y: 0, width: 700, height: 500 };
    await quit();
    expect(stateFile.read()).toMatchObject({ size: { width: 700, height: 500 }, place: null });
  });

  it('a minimised window comes back, though it does not say that it is', async () => {
    const { window, shown } = await setup({ canHide: false });
    vi.spyOn(shown, 'isMinimized').mockReturnValue(false);
    const restore = vi.spyOn(shown, 'restore');
    shown.close();
    await vi.waitFor(() => expect(shown.minimized).toBe(true));
    window.show();
    await vi.waitFor(() => expect(restore).toHaveBeenCalledOnce());
    window.show();
    shown.emit('focus');
    window.show();
    await Promise.resolve();
    expect(restore).toHaveBeenCalledOnce();
  });
});

describe('on macOS', () => {
  it('a window leaves full screen before it hides', async () => {
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    const { shown } = await setup();
    shown.fullScreen = true;
    const hide = vi.spyOn(shown, 'hide').mockImplementation(() => {
      expect(shown.fullScreen).toBe(false);
      shown.visible = false;
    });
    shown.close();
    await vi.waitFor(() => expect(shown.visible).toBe(false));
    expect(hide).toHaveBeenCalledOnce();
    expect(clock.waiting).toBe(0);
  });
});

describe('on Windows', () => {
  beforeEach(() => Object.defineProperty(process, 'platform', { value: 'win32' }));

  it('the session ends at once, unless something is in flight', () => {
    const { shown } = open();
    const ask = () => {
      const event = preventable({ reasons: ['shutdown'] });
      shown.emit('query-session-end', event);
      return event.defaultPrevented;
    };
    expect(ask()).toBe(false);
    isBusy = true;
    expect(ask()).toBe(true);
    expect(isEnding).not.toHaveBeenCalled();
    shown.emit('session-end', preventable({ reasons: ['shutdown'] }));
    expect(isEnding).toHaveBeenCalledOnce();
  });
});

describe('a window that is only prepared', () => {
  it('is not shown, even if it was maximised', async () => {
    stateFile.save({ ...stateFile.read(), maximized: true });
    await stateFile.saved();
    const prepared = make();
    prepared.prepare();
    const [shown] = windows();
    await vi.waitFor(() => expect(clock.waiting).toBe(0));
    expect(shown?.visible).toBe(false);
    prepared.show();
    await vi.waitFor(() => expect(shown?.visible).toBe(true));
    expect(shown?.maximized).toBe(true);
    expect(windows()).toHaveLength(1);
  });
});

describe('the context menu', () => {
  const NOTHING = { canCopy: false, canCut: false, canPaste: true, canSelectAll: true };
  const openMenu = (shown: Awaited<ReturnType<typeof setup>>['shown'], params: object) => {
    shown.webContents.emit('context-menu', preventable({}), {
      isEditable: false,
      linkURL: '',
      selectionText: '',
      editFlags: NOTHING,
      ...params,
    });
    return popupMenu();
  };

  it('offers what can be done under the pointer', async () => {
    const { shown } = await setup();
    expect(openMenu(shown, {})?.labels()).toEqual(['Select All']);
    expect(openMenu(shown, { selectionText: 'nas' })?.labels()).toEqual(['Copy', 'Select All']);
    expect(openMenu(shown, { isEditable: true })?.labels()).toEqual([
      'Cut',
      'Copy',
      'Paste',
      'Select All',
    ]);
  });

  it('copies a link to the web, and no other', async () => {
    const { shown } = await setup();
    openMenu(shown, { linkURL: 'https://nas.lan/status' })?.click('Copy Link');
    expect(record.clipboard).toBe('https://nas.lan/status');
    expect(openMenu(shown, { linkURL: 'file:///etc/passwd' })?.labels()).toEqual(['Select All']);
  });
});
