import { spawn } from 'node:child_process';
import { app } from 'electron';
import { errorText, type Logger } from '../base/logger.ts';
import { isLink } from './deep-link.ts';

/** The arguments for one start only: a restart shows its window and finds its key. */
const FOR_ONE_START: ReadonlySet<string> = new Set(['--hidden', '--new-key', '--smoke']);

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
  #isForced = false;
  #link: string | null = null;

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
      if (this.#restarts) startAgain(this.#link, this.#options.logger);
    });
  }

  /** Returns true from the first request to quit on. */
  get underWay(): boolean {
    return this.#state !== 'running';
  }

  /**
   * Quits, and starts again once everything has ended, with the last link that was to be opened. During a
   * drain, only the second is left to do.
   */
  restart(link: string | null = null): void {
    this.#restarts = true;
    this.#link = link ?? this.#link;
    app.quit();
  }

  /** Leaves the end of the process to the caller, who does not wait for the drain. */
  force(): void {
    this.#isForced = true;
  }

  async #drain(): Promise<void> {
    this.#state = 'draining';
    try {
      await this.#options.drain();
    } catch (error) {
      this.#options.logger.log('error', 'quitting', { error: errorText(error) });
    }
    if (this.#isForced) return;
    this.#state = 'ended';
    app.quit();
  }
}

/**
 * Starts the next process. An AppImage is started by its file, since `relaunch` would run a path in the
 * mount that disappears with this process; the lock is released first, or the next one would hand over to
 * this one.
 */
function startAgain(link: string | null, logger: Logger): void {
  const kept = process.argv
    .slice(1)
    .filter((argument) => !FOR_ONE_START.has(argument) && !isLink(argument));
  const args = link === null ? kept : [...kept, link];
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
