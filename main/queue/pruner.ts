import { crashPoint } from '../base/crash-point.ts';
import { errorText } from '../base/logger.ts';
import type { Settings } from '../contract/settings.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import type { TaskDeps } from '../scheduler/task-work.ts';
import type { Cutoffs } from '../store/retention.ts';
import type { Tables } from '../store/tables.ts';

export interface PrunerDeps extends TaskDeps {
  readonly tables: Pick<
    Tables,
    'retention' | 'silences' | 'usedLinks' | 'rejected' | 'settings' | 'keptCounts'
  >;
  /** How long to keep what, as the settings say now. */
  readonly keep: () => Settings['retention'];
}

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;
/** The longest retention there is. */
const SKIP_REMEMBERED_MS = 3_650 * DAY_MS;
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
  /** Wall time that passed in one step, and when; see `clockChanged`. */
  #skipped: { readonly at: number; readonly ms: number };

  constructor(deps: PrunerDeps) {
    this.#deps = deps;
    this.#skipped = {
      at: deps.tables.settings.marker('skippedAt') ?? 0,
      ms: deps.tables.settings.marker('skippedMs') ?? 0,
    };
    // Not during start-up, when everything else wants the disk.
    this.#dueAt = deps.clock.now() + FIRST_AFTER_MS;
  }

  nextDueAt(): number | null {
    return this.#busy ? null : this.#dueAt;
  }

  run(now: number): void {
    const { writer, clock, logger, wake } = this.#deps;
    const { retention, silences, usedLinks, rejected, keptCounts } = this.#deps.tables;
    this.#busy = true;
    void writer
      .submit((unit) => {
        const cutoffs = this.#cutoffs(now);
        const removed = Math.max(
          retention.prune(cutoffs, BATCH),
          silences.prune(cutoffs.audit, BATCH),
          usedLinks.prune(now, BATCH),
          rejected.prune(cutoffs.audit, BATCH),
        );
        keptCounts.prune();
        if (removed > 0) {
          unit.changed({ entity: 'everything' });
          crashPoint('prune');
        }
        return removed === BATCH;
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

  /**
   * Time that nobody lived through does not count: a clock that was wrong and is set right, or a month
   * in a drawer, must not delete dead letters that nobody has had a chance to see.
   */
  clockChanged(deltaMs: number): void {
    const { clock, writer, logger } = this.#deps;
    const { settings } = this.#deps.tables;
    const now = clock.now();
    // A clock that was set back must not put the next run off by as much.
    this.#dueAt = Math.min(this.#dueAt, now + EVERY_MS);
    if (deltaMs <= 0) return;
    const { at, ms } = this.#skipped;
    const still = now - at < SKIP_REMEMBERED_MS ? ms : 0;
    this.#skipped = { at: now, ms: still + deltaMs };
    writer
      .submit(() => {
        settings.setMarker('skippedAt', this.#skipped.at);
        settings.setMarker('skippedMs', this.#skipped.ms);
      })
      .catch((error: unknown) => {
        logger.log('warn', 'Skipped time was not noted', { error: errorText(error) });
      });
  }

  #cutoffs(now: number): Cutoffs {
    const { deliveredDays, deadDays, attemptsDays, auditDays, closedAlertsDays } =
      this.#deps.keep();
    const cutoff = (days: number): number => {
      const keepMs = days * DAY_MS;
      const { at, ms } = this.#skipped;
      return now - keepMs - (now - at < keepMs ? ms : 0);
    };
    return {
      delivered: cutoff(deliveredDays),
      dead: cutoff(deadDays),
      attempts: cutoff(attemptsDays),
      audit: cutoff(auditDays),
      closedAlerts: cutoff(closedAlertsDays),
    };
  }
}
