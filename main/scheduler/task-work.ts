import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';

export interface TaskWorkDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
}

/** After the database refused a write, before the next try. */
const WRITE_RETRY_MS = 1_000;

/**
 * The writes of one scheduled task: one at a time, and after a failure not again for a moment. What is
 * due stays due in the database, so nothing has to be remembered here.
 */
export class TaskWork {
  readonly #deps: TaskWorkDeps;
  #busy = false;
  #notBefore = 0;

  constructor(deps: TaskWorkDeps) {
    this.#deps = deps;
  }

  /** While a write is under way the task is not to be asked when it is due. */
  get busy(): boolean {
    return this.#busy;
  }

  /** When to run for what is due at `dueAt`, ms UTC. */
  turnFor(dueAt: number): number {
    return Math.max(dueAt, this.#notBefore);
  }

  /** Waits for a write; `failure` is what the log says when it fails. Then the scheduler looks again. */
  begin(work: Promise<unknown>, failure: string): void {
    const { clock, logger, wake } = this.#deps;
    this.#busy = true;
    work
      .catch((error: unknown) => {
        logger.log('error', failure, { error: errorText(error) });
        this.#notBefore = clock.now() + WRITE_RETRY_MS;
      })
      .finally(() => {
        this.#busy = false;
        wake();
      });
  }
}
