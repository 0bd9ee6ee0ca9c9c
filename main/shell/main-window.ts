import {
  app,
  BrowserWindow,
  nativeTheme,
  screen,
  type NativeImage,
  type Rectangle,
  type WebContents,
} from 'electron';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Settings } from '../contract/settings.ts';
import type { Messages } from '../messages/messages.ts';
import { APP_URL } from './app-protocol.ts';
import { offerContextMenu } from './context-menu.ts';
import { crashBudget } from './crash-budget.ts';
import type { StateFile } from './state-file.ts';
import { boundsOn, isWayland, viewIn, type WindowState } from './window-state.ts';

/** A page that crashes at every load is not reloaded for ever. */
const RELOADS = { count: 3, windowMs: 60_000 };
/** A page that has painted nothing by then is shown as it is. */
const FIRST_PAINT_TIMEOUT_MS = 2_000;
/** macOS animates it for about a second. */
const FULL_SCREEN_TIMEOUT_MS = 3_000;
/** A click on the tray icon takes the focus from the window, by this time before it is heard of. */
const CLICK_MS = 300;
/** The pages of renderer/styles/tokens.css, so that nothing flashes before the first paint. */
const PAGE_COLOURS = { light: '#f6f5f2', dark: '#131619' };

export interface MainWindowOptions {
  readonly preload: string;
  readonly icon: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly messages: () => Messages;
  readonly stateFile: StateFile<WindowState>;
  /** Returns the effect of closing the window. */
  readonly onClose: () => Settings['desktop']['onClose'];
  /** Resolves to true if something outside the window (tray, dock) can bring it back; called at each close. */
  readonly canHide: () => Promise<boolean>;
  /** Called when the window is minimised in place of hiding. */
  readonly onCannotHide: () => void;
  /** Windows wants to end the session; returns true if it shall wait until the app has quit. */
  readonly onSessionEnding: () => boolean;
  /** Windows ends the session now. */
  readonly onSessionEnd: () => void;
  /** The page's contents are gone: it reloads, crashed or was closed. */
  readonly onPageGone: (contents: WebContents) => void;
  /** The page crashed too often to be reloaded again. */
  readonly onPageLost: () => void;
}

/** A small icon over that of the window in the taskbar of Windows, and what it says. */
export interface Overlay {
  readonly icon: NativeImage;
  readonly summary: string;
}

/** The one window. Closing it hides it unless the settings say otherwise: the app lives in the tray until it is quit. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  readonly #reloads: () => boolean;
  #window: BrowserWindow | null = null;
  /** The first paint, or that nobody waits for it any longer. */
  #painted: Promise<void> = Promise.resolve();
  #view = '';
  /** Maximising shows a window, so that it waits until one is to be shown. */
  #opensMaximized = false;
  /** Wayland says of no window that it is minimised. */
  #isMinimized = false;
  #blurredAt = -Infinity;
  #overlay: Overlay | null = null;
  #mayClose = false;

  constructor(options: MainWindowOptions) {
    this.#options = options;
    this.#reloads = crashBudget(options.clock, RELOADS.count, RELOADS.windowMs);
  }

  /** Shows the window, in front of the others; opens it when there is none. */
  show(): void {
    const window = (this.#window ??= this.#open());
    void this.#painted.then(() => this.#bringUp(window));
  }

  /** Opens the window minimised, if there is none: for a start in the background where no tray shows. */
  openMinimized(): void {
    if (this.#window) return;
    const window = (this.#window = this.#open());
    void this.#painted.then(() => {
      this.#minimize(window);
      this.#options.onCannotHide();
    });
  }

  /** Hides the window if it is in front, else shows it. */
  toggle(): void {
    const window = this.#window;
    const { clock } = this.#options;
    const inFront =
      window?.isVisible() === true &&
      !this.#isMinimized &&
      (window.isFocused() || clock.monotonicMs() - this.#blurredAt < CLICK_MS);
    if (window && inFront) void this.#putAside(window, 'hide');
    else this.show();
  }

  /** Sets the icon over that of the window in the taskbar; null for none. For Windows. */
  setOverlay(overlay: Overlay | null): void {
    this.#overlay = overlay;
    if (this.#window) this.#drawOverlay(this.#window);
  }

  /** Opens the window without showing it: Windows tells only windows that the session ends. */
  prepare(): void {
    this.#window ??= this.#open();
  }

  owns(contents: WebContents): boolean {
    return this.#window !== null && this.#window.webContents === contents;
  }

  /** From now on closing closes: the app is about to quit. Resolves once the window's state is saved. */
  letGo(): Promise<void> {
    this.#mayClose = true;
    if (this.#window) this.#save(this.#window);
    return this.#options.stateFile.saved();
  }

  #open(): BrowserWindow {
    const { icon, preload, stateFile } = this.#options;
    const state = stateFile.read();
    const window = new BrowserWindow({
      ...boundsOn(state, workAreas()),
      minWidth: 480,
      minHeight: 400,
      show: false,
      autoHideMenuBar: true,
      backgroundColor: PAGE_COLOURS[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
      title: 'Belfry',
      icon,
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        navigateOnDragDrop: false,
      },
    });
    this.#painted = this.#happens(FIRST_PAINT_TIMEOUT_MS, (done) =>
      window.once('ready-to-show', done),
    );
    this.#opensMaximized = state.maximized;
    this.#watchWindow(window);
    this.#watchPage(window, state);
    return window;
  }

  #watchWindow(window: BrowserWindow): void {
    window.on('close', (event) => {
      if (this.#mayClose) return;
      event.preventDefault();
      this.#save(window);
      const action = this.#options.onClose();
      if (action === 'quit') app.quit();
      else void this.#putAside(window, action);
    });
    const { webContents } = window;
    window.on('closed', () => {
      this.#window = null;
      this.#options.onPageGone(webContents);
    });
    window.on('blur', () => {
      this.#blurredAt = this.#options.clock.monotonicMs();
    });
    if (process.platform === 'win32') {
      window.on('query-session-end', (event) => {
        if (this.#options.onSessionEnding()) event.preventDefault();
      });
      window.on('session-end', () => this.#options.onSessionEnd());
    }
    window.on('focus', () => {
      this.#isMinimized = false;
    });
  }

  #watchPage(window: BrowserWindow, { view, zoomLevel }: WindowState): void {
    const { logger, messages, onPageGone } = this.#options;
    const contents = window.webContents;
    this.#view = view;
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) onPageGone(contents);
    });
    contents.on('did-navigate-in-page', (_event, url) => {
      this.#view = viewIn(url) ?? this.#view;
    });
    contents.on('render-process-gone', (_event, { reason }) => this.#pageCrashed(window, reason));
    offerContextMenu(contents, messages);
    window.loadURL(APP_URL + view).then(
      () => contents.setZoomLevel(zoomLevel),
      (error: unknown) => {
        logger.log('error', 'the window could not load', { error: errorText(error) });
      },
    );
  }

  #bringUp(window: BrowserWindow): void {
    if (window.isDestroyed()) return;
    if (this.#isMinimized || window.isMinimized()) window.restore();
    this.#isMinimized = false;
    if (this.#opensMaximized) window.maximize();
    this.#opensMaximized = false;
    window.show();
    window.focus();
    this.#drawOverlay(window);
  }

  #drawOverlay(window: BrowserWindow): void {
    if (process.platform !== 'win32') return;
    window.setOverlayIcon(this.#overlay?.icon ?? null, this.#overlay?.summary ?? '');
  }

  async #putAside(window: BrowserWindow, action: 'hide' | 'minimize'): Promise<void> {
    const hides = action === 'hide' && (await this.#options.canHide());
    if (!window.isDestroyed() && process.platform === 'darwin' && window.isFullScreen()) {
      // A window that hides in full screen leaves a black screen behind (electron/electron#39572).
      const left = this.#happens(FULL_SCREEN_TIMEOUT_MS, (done) =>
        window.once('leave-full-screen', done),
      );
      window.setFullScreen(false);
      await left;
    }
    if (window.isDestroyed()) return;
    if (hides) window.hide();
    else this.#minimize(window);
    if (action === 'hide' && !hides) this.#options.onCannotHide();
  }

  #minimize(window: BrowserWindow): void {
    if (window.isDestroyed()) return;
    this.#isMinimized = true;
    window.minimize();
  }

  #save(window: BrowserWindow): void {
    const { x, y, width, height } = window.getNormalBounds();
    this.#options.stateFile.save({
      size: { width, height },
      place: isWayland(process.platform, process.env) ? null : { x, y },
      maximized: this.#opensMaximized || window.isMaximized(),
      zoomLevel: window.webContents.getZoomLevel(),
      view: this.#view,
    });
  }

  /** Resolves once something happened, or after its limit. */
  #happens(timeoutMs: number, listen: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const limit = this.#options.clock.after(timeoutMs, resolve);
      listen(() => {
        limit[Symbol.dispose]();
        resolve();
      });
    });
  }

  #pageCrashed(window: BrowserWindow, reason: string): void {
    this.#options.onPageGone(window.webContents);
    if (reason === 'clean-exit') return;
    const returns = this.#reloads();
    this.#options.logger.log('error', 'the window crashed', { reason, returns });
    if (returns) window.webContents.reload();
    else this.#options.onPageLost();
  }
}

/** The primary screen first. */
function workAreas(): Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}
