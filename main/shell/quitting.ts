import { spawn } from 'node:child_process';
import { app } from 'electron';
import { errorText, type Logger } from '../base/logger.ts';

/** What is for one start only: a restart shows its window and finds its key. */
const FOR_ONE_START: ReadonlySet<string> = new Set(['--hidden', '--new-key']);

export interface QuittingOptions {
  /** Drains what is in flight; called once. */
  readonly drain: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * The end of the process, with an optional start of the next one.
 *
 *   running ─quit─▶ draining ─drained─▶ ended (Electron quits for good, and `restart` starts another)
 */
export class Quitting {
  readonly #options: QuittingOptions;
  #state: 'running' | 'draining' | 'ended' = 'running';
  #restarts = false;

  constructor(options: QuittingOptions) {
    this.#options = options;
  }

  /** Makes quitting wait for the drain: Electron quits for good at the second try. */
  watch(): void {
    app.on('before-quit', (event) => {
      if (this.#state === 'ended') return;
      event.preventDefault();
      if (this.#state === 'running') void this.#drain();
    });
    app.on('will-quit', () => {
      if (this.#restarts) startAgain(this.#options.logger);
    });
  }

  /** Returns true from the first request to quit on. */
  get underWay(): boolean {
    return this.#state !== 'running';
  }

  /** Quits, and starts again once everything has ended. During a drain, only the second is left to do. */
  restart(): void {
    this.#restarts = true;
    app.quit();
  }

  async #drain(): Promise<void> {
    this.#state = 'draining';
    try {
      await this.#options.drain();
    } catch (error) {
      this.#options.logger.log('error', 'quitting', { error: errorText(error) });
    }
    this.#state = 'ended';
    app.quit();
  }
}

/**
 * Starts the next process. An AppImage is started by its file, since `relaunch` would run a path in the
 * mount that disappears with this process; the lock is released first, or the next one would hand over to
 * this one.
 */
function startAgain(logger: Logger): void {
  const args = process.argv.slice(1).filter((argument) => !FOR_ONE_START.has(argument));
  const { APPIMAGE: appImage } = process.env;
  if (!appImage) {
    app.relaunch({ args });
    return;
  }
  app.releaseSingleInstanceLock();
  const child = spawn(appImage, args, { detached: true, stdio: 'ignore' });
  child.on('error', (error) => {
    logger.log('error', 'the AppImage could not be started again', { error: errorText(error) });
  });
  child.unref();
}
