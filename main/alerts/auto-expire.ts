import type { Settings } from '../contract/settings.ts';
import { StoredTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { AgeCutoffs } from '../store/alerts/alert-ages-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { AlertEngine } from './engine.ts';

export interface AutoExpireDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'ages' | 'conditions' | 'timeline' | 'settings'>;
  readonly engine: Pick<AlertEngine, 'autoAcknowledge' | 'expire'>;
  readonly settings: { current(): Settings };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Ages are counted in hours and days, so a look every ten minutes is exact enough. */
const EVERY_MS = 600_000;
/** Of each sort in one transaction; small, so that ingest never waits long behind one. */
const BATCH = 200;

/**
 * Expires alerts that nobody reports and acknowledges those that nobody looks at. Only time in which
 * Belfry could have received a report counts, for flapping too: time switched off, asleep or on a wrong
 * clock ages nothing, and a condition that still reports never expires.
 */
export class AutoExpire extends StoredTask<AutoExpireDeps> {
  protected readonly entities = ['settings'] as const;
  #dueAt = 0;
  /** Time that passed without us and is not yet taken off every alert's age, in ms. */
  #pendingShiftMs = 0;

  override async start(): Promise<void> {
    if (this.started) return;
    const { tables, clock, writer } = this.deps;
    // The mark is minutes old after a crash; what was written since then was heard, too.
    const mark = tables.settings.marker('listeningAt') ?? 0;
    const heardAt = Math.max(mark, tables.timeline.newestAt() ?? 0);
    if (heardAt > 0) this.#pendingShiftMs += clock.now() - heardAt;
    await writer.submit((unit) => this.#catchUp(unit));
    this.#dueAt = clock.now() + EVERY_MS;
    await super.start();
  }

  override async stop(): Promise<void> {
    if (!this.started) return;
    await super.stop();
    // While the disk takes nothing, the mark stays minutes old, as after a crash.
    if (this.deps.writer.refusal) return;
    await this.deps.writer.submit((unit) => this.#catchUp(unit));
  }

  run(now: number): void {
    const { tables, engine, settings } = this.deps;
    const rule = settings.current();
    const cutoffs = cutoffsOf(rule, now);
    this.#look((unit) => {
      const expired = tables.ages.expired(cutoffs, BATCH);
      for (const id of expired) engine.expire(unit, id, now);
      const unattended = tables.ages.unattended(cutoffs, BATCH);
      const openMs = rule.autoAcknowledgeAfterHours * HOUR_MS;
      for (const id of unattended) engine.autoAcknowledge(unit, id, openMs, now);
      return Math.max(expired.length, unattended.length) === BATCH;
    });
  }

  override clockChanged(deltaMs: number): void {
    this.#pendingShiftMs += deltaMs;
    if (!this.started) return;
    // Due until it is written.
    this.#dueAt = 0;
    this.#look(() => false);
  }

  protected findNext(): number {
    return this.#dueAt;
  }

  protected override heard(): void {
    this.#dueAt = 0;
    this.lookAgain();
  }

  /** Catches up, then does `job`, which returns true if there is more to do. */
  #look(job: (unit: Unit) => boolean): void {
    this.begin(
      (unit) => {
        this.#catchUp(unit);
        return job(unit);
      },
      'Could not look at the age of alerts',
      (more) => {
        this.#dueAt = more ? 0 : this.deps.clock.now() + EVERY_MS;
      },
    );
  }

  /** Takes the time that passed without us off every age, and notes that we were listening until now. */
  #catchUp(unit: Unit): void {
    const { tables, clock } = this.deps;
    const now = clock.now();
    const pendingMs = this.#pendingShiftMs;
    if (pendingMs !== 0) {
      tables.ages.shift(pendingMs, now);
      tables.conditions.shiftFlapping(pendingMs, now);
    }
    tables.settings.setMarker('listeningAt', now);
    this.#pendingShiftMs = 0;
    unit.onUndone(() => (this.#pendingShiftMs += pendingMs));
  }
}

const cutoffsOf = (rule: Settings, now: number): AgeCutoffs => ({
  unseen: before(now, rule.maxAlertAgeDays * DAY_MS),
  acknowledged: before(now, rule.maxAcknowledgedAgeDays * DAY_MS),
  open: before(now, rule.autoAcknowledgeAfterHours * HOUR_MS),
});

const before = (now: number, ageMs: number): number | null => (ageMs === 0 ? null : now - ageMs);
