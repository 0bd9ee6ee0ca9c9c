import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Settings } from '../contract/system.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import type { Retention } from '../store/retention.ts';
import type { Writer } from '../store/writer.ts';

export interface PrunerDeps {
  readonly retention: Retention;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
  readonly settings: () => Settings;
}

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;
const FIRST_AFTER_MS = 60_000;
/** Rows of each sort a transaction; small, so that ingest never waits long behind one. */
const BATCH = 200;
/** Between batches the loop belongs to everybody else. */
const BETWEEN_BATCHES_MS = 50;

/** Deletes what is past its retention: hourly, in small batches, nothing of an alert that is not closed. */
export class Pruner implements Scheduled {
  readonly #deps: PrunerDeps;
  #dueAt: number;
  #busy = false;

  constructor(deps: PrunerDeps) {
    this.#deps = deps;
    // Not during start-up, when everything else wants the disk.
    this.#dueAt = deps.clock.now() + FIRST_AFTER_MS;
  }

  nextDueAt(): number | null {
    return this.#busy ? null : this.#dueAt;
  }

  run(now: number): void {
    const { retention, writer, clock, logger, wake, settings } = this.#deps;
    const { retention: keep } = settings();
    const cutoffs = {
      delivered: now - keep.deliveredDays * DAY_MS,
      dead: now - keep.deadDays * DAY_MS,
      attempts: now - keep.attemptsDays * DAY_MS,
      audit: now - keep.auditDays * DAY_MS,
      closedAlerts: now - keep.closedAlertsDays * DAY_MS,
    };
    this.#busy = true;
    void writer
      .submit((unit) => {
        const more = retention.prune(cutoffs, BATCH);
        unit.changed({ entity: 'status' });
        return more;
      })
      .then((more) => {
        this.#dueAt = clock.now() + (more ? BETWEEN_BATCHES_MS : EVERY_MS);
      })
      .catch((error: unknown) => {
        logger.log('error', 'Could not prune', { error: errorText(error) });
        this.#dueAt = clock.now() + EVERY_MS;
      })
      .finally(() => {
        this.#busy = false;
        wake();
      });
  }

  /** A clock that was set back must not put the next run off by as much. */
  clockChanged(): void {
    this.#dueAt = Math.min(this.#dueAt, this.#deps.clock.now() + EVERY_MS);
  }
}
