import { HourlyTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { DeadLetters } from './dead-letters.ts';

export interface DeadLetterCapDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'notifications' | 'audit'>;
  readonly deadLetters: Pick<DeadLetters, 'discard'>;
  /** How many dead letters there may be. */
  readonly max: () => number;
}

/** Rows of one transaction; small, so that ingest never waits long behind one. */
const BATCH = 200;

/**
 * Keeps dead letters below their cap: the oldest are discarded, in small batches, and said so in the
 * log and the audit log. Without it a channel that is broken for months would fill the disk.
 */
export class DeadLetterCap extends HourlyTask<DeadLetterCapDeps> {
  protected readonly failure = 'Could not discard dead letters above the cap';
  /** How many went since the number was last below the cap. */
  #discarded = 0;

  protected async batch(): Promise<boolean> {
    const { writer, max } = this.deps;
    const { notifications } = this.deps.tables;
    if (notifications.deadLetters.count() <= max()) {
      this.#report();
      return false;
    }
    this.#discarded += await writer.submit((unit) => this.#discardBatch(unit));
    return true;
  }

  /** Counts once more: by now others may have requeued what was too much. */
  #discardBatch(unit: Unit): number {
    const { deadLetters, clock, max } = this.deps;
    const { notifications, audit } = this.deps.tables;
    const excess = notifications.deadLetters.count() - max();
    if (excess <= 0) return 0;
    const now = clock.now();
    if (this.#discarded === 0) {
      const params = { count: excess, max: max() };
      const reason = { code: 'audit.dead_letters_capped', params } as const;
      const action = 'dead_letters.cap';
      audit.append({ at: now, actor: 'belfry', action, subject: 'dead letters', reason });
    }
    // The last batch tells windows to look again; until then counts are enough.
    unit.changed({ entity: excess > BATCH ? 'status' : 'everything' });
    const seqs = notifications.deadLetters.oldest(Math.min(excess, BATCH));
    return deadLetters.discard(unit, seqs, { discardId: null, waiting: false }, now).length;
  }

  #report(): void {
    if (this.#discarded === 0) return;
    const fields = { discarded: this.#discarded, max: this.deps.max() };
    this.#discarded = 0;
    const message = 'Dead letters above the cap were discarded, the oldest first';
    this.deps.logger.log('warn', message, fields);
  }
}
