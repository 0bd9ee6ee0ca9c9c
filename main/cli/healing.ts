import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Service } from '../base/lifecycle.ts';

/** A disk that damages the database again within this time needs a person, not a third database. */
const AGAIN_AFTER_MS = 3_600_000;

/**
 * Stops and starts a headless server whose database was found damaged while it ran: the start puts it
 * aside and restores a backup. Once an hour at most; otherwise the server stays as it is, refuses what
 * it cannot keep, and says why.
 */
export class Healing {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #giveUp: (error: unknown) => void;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  /** `giveUp` is called when the restart fails; nothing runs then. */
  constructor(clock: Clock, logger: Logger, giveUp: (error: unknown) => void) {
    this.#giveUp = giveUp;
    this.#clock = clock;
    this.#logger = logger;
  }

  restart(server: Service): Promise<void> {
    const now = this.#clock.monotonicMs();
    if (now - this.#lastAtMs < AGAIN_AFTER_MS) {
      this.#logger.log('error', 'The database is damaged again; look at the disk before a restart');
      return this.#running;
    }
    this.#lastAtMs = now;
    this.#running = this.#restart(server);
    return this.#running;
  }

  /** Resolves when no restart is under way. */
  done(): Promise<void> {
    return this.#running;
  }

  async #restart(server: Service): Promise<void> {
    this.#logger.log('error', 'The database is damaged; restarting to heal it');
    try {
      await server.stop();
    } catch (error) {
      this.#logger.log('warn', 'Not everything could be stopped', { error: errorText(error) });
    }
    try {
      await server.start();
    } catch (error) {
      this.#logger.log('error', 'The restart failed', { error: errorText(error) });
      this.#giveUp(error);
    }
  }
}
