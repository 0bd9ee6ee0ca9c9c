import { BrowserWindow, type WebContents } from 'electron';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { APP_URL } from './app-protocol.ts';
import { crashBudget } from './crash-budget.ts';

/** A page that crashes at every load is not reloaded for ever. */
const RELOADS = { count: 3, windowMs: 60_000 };

export interface MainWindowOptions {
  readonly preload: string;
  readonly icon: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Resolves to true if something outside the window (tray, dock) can bring it back; called at each close. */
  readonly canHide: () => Promise<boolean>;
  /** The page's contents are gone: it reloads, crashed or was closed. */
  readonly onPageGone: (contents: WebContents) => void;
  /** The page crashed too often to be reloaded again. */
  readonly onPageLost: () => void;
}

/** The one window. Closing it hides it: the app lives in the tray until it is quit. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  readonly #reloads: () => boolean;
  #window: BrowserWindow | null = null;
  #mayClose = false;

  constructor(options: MainWindowOptions) {
    this.#options = options;
    this.#reloads = crashBudget(options.clock, RELOADS.count, RELOADS.windowMs);
  }

  /** Shows the window, in front of the others; opens it when there is none. */
  show(): void {
    const window = (this.#window ??= this.#open());
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  owns(contents: WebContents): boolean {
    return this.#window !== null && this.#window.webContents === contents;
  }

  /** From now on closing closes: the app is about to quit. */
  letGo(): void {
    this.#mayClose = true;
  }

  #open(): BrowserWindow {
    const window = new BrowserWindow({
      width: 1_100,
      height: 760,
      minWidth: 480,
      minHeight: 400,
      show: false,
      title: 'Belfry',
      icon: this.#options.icon,
      webPreferences: {
        preload: this.#options.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        navigateOnDragDrop: false,
      },
    });
    window.on('close', (event) => {
      if (this.#mayClose) return;
      event.preventDefault();
      void this.#hide(window);
    });
    const contents = window.webContents;
    window.on('closed', () => {
      this.#window = null;
      this.#options.onPageGone(contents);
    });
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.#options.onPageGone(contents);
    });
    contents.on('render-process-gone', (_event, { reason }) => this.#pageCrashed(window, reason));
    window.loadURL(APP_URL).catch((error: unknown) => {
      this.#options.logger.log('error', 'the window could not load', { error: errorText(error) });
    });
    return window;
  }

  async #hide(window: BrowserWindow): Promise<void> {
    const canHide = await this.#options.canHide();
    if (window.isDestroyed()) return;
    if (canHide) window.hide();
    else window.minimize();
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
