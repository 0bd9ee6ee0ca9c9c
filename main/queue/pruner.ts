import { crashPoint } from '../base/crash-point.ts';
import type { Settings } from '../contract/settings.ts';
import { HourlyTask, type TaskDeps } from '../scheduler/task-work.ts';
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
/** The longest retention there is. */
const SKIP_REMEMBERED_MS = 3_650 * DAY_MS;
/** Rows of each sort a transaction; small, so that ingest never waits long behind one. */
const BATCH = 200;

/** Deletes what is past its retention: hourly, in small batches, nothing of an alert that is not closed. */
export class Pruner extends HourlyTask<PrunerDeps> {
  protected readonly failure = 'Could not prune';
  /** Wall time that passed in one step, and when; see `clockChanged`. */
  #skipped = {
    at: this.deps.tables.settings.marker('skippedAt') ?? 0,
    ms: this.deps.tables.settings.marker('skippedMs') ?? 0,
  };
  #isNoted = true;

  override nextDueAt(): number | null {
    return this.#isNoted || this.work.busy ? super.nextDueAt() : this.work.turnFor(0);
  }

  override run(now: number): void {
    if (this.#isNoted) super.run(now);
    else this.work.begin(this.#note(), 'Skipped time was not noted');
  }

  /**
   * Time that nobody lived through does not count: a clock that was wrong and is set right, or a month
   * in a drawer, must not delete dead letters that nobody has had a chance to see.
   */
  override clockChanged(deltaMs: number): void {
    super.clockChanged(deltaMs);
    if (deltaMs <= 0) return;
    const now = this.deps.clock.now();
    const { at, ms } = this.#skipped;
    const still = now - at < SKIP_REMEMBERED_MS ? ms : 0;
    this.#skipped = { at: now, ms: still + deltaMs };
    this.#isNoted = false;
  }

  protected batch(now: number): Promise<boolean> {
    const { retention, silences, usedLinks, rejected, keptCounts } = this.deps.tables;
    return this.deps.writer.submit((unit) => {
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
    });
  }

  #note(): Promise<void> {
    const { writer, tables } = this.deps;
    return writer.submit((unit) => {
      unit.onUndone(() => (this.#isNoted = false));
      this.#isNoted = true;
      tables.settings.setMarker('skippedAt', this.#skipped.at);
      tables.settings.setMarker('skippedMs', this.#skipped.ms);
    });
  }

  #cutoffs(now: number): Cutoffs {
    const { deliveredDays, deadDays, attemptsDays, auditDays, closedAlertsDays } = this.deps.keep();
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
