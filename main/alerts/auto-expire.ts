import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Settings } from '../contract/settings.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork } from '../scheduler/task-work.ts';
import type { AgeCutoffs, AlertAgesTable } from '../store/alerts/alert-ages-table.ts';
import type { AlertEventTable } from '../store/alerts/alert-event-table.ts';
import type { ConditionTable } from '../store/alerts/condition-table.ts';
import type { SettingsTable } from '../store/settings-table.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { AlertEngine } from './engine.ts';

export interface AutoExpireDeps {
  readonly ages: AlertAgesTable;
  readonly conditions: Pick<ConditionTable, 'shiftFlapping'>;
  readonly timeline: Pick<AlertEventTable, 'newestAt'>;
  readonly engine: Pick<AlertEngine, 'autoAcknowledge' | 'expire'>;
  readonly markers: Pick<SettingsTable, 'marker' | 'setMarker'>;
  readonly settings: { current(): Settings };
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Ages are counted in hours and days, so a look every ten minutes is exact enough. */
const EVERY_MS = 600_000;
/** Of each sort in one transaction; small, so that ingest never waits long behind one. */
const BATCH = 200;

/**
 * Lets alerts that nobody reports expire and acknowledges what nobody looks at. Only time in which we
 * could have heard or been looked at counts, for the calming of what flaps as well: being switched off,
 * asleep or on a wrong clock ages nothing, and a condition that still reports never expires.
 */
export class AutoExpire implements Service, Scheduled {
  readonly #deps: AutoExpireDeps;
  readonly #work: TaskWork;
  #started = false;
  #dueAt = 0;
  /** Time that passed without us and is not yet taken off every alert's age, in ms. */
  #pendingShiftMs = 0;

  constructor(deps: AutoExpireDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    deps.writer.onCommitted(({ changes }) => {
      if (!changes.some(({ entity }) => entity === 'settings')) return;
      this.#dueAt = 0;
      deps.wake();
    });
  }

  async start(): Promise<void> {
    if (this.#started) return;
    const { markers, timeline, clock, writer } = this.#deps;
    // The mark is minutes old after a crash; what was written since then was heard, too.
    const heardAt = Math.max(markers.marker('listeningAt') ?? 0, timeline.newestAt() ?? 0);
    if (heardAt > 0) this.#pendingShiftMs += clock.now() - heardAt;
    await writer.submit((unit) => this.#catchUp(unit));
    this.#started = true;
    this.#dueAt = clock.now() + EVERY_MS;
  }

  async stop(): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    // While the disk takes nothing, the mark stays minutes old, as after a crash.
    if (this.#deps.writer.refusal) return;
    await this.#deps.writer.submit((unit) => this.#catchUp(unit));
  }

  nextDueAt(): number | null {
    return this.#started && !this.#work.busy ? this.#work.turnFor(this.#dueAt) : null;
  }

  run(now: number): void {
    const { ages, engine, settings, writer } = this.#deps;
    const rule = settings.current();
    const cutoffs = cutoffsOf(rule, now);
    this.#begin(
      writer.submit((unit) => {
        this.#catchUp(unit);
        const expired = ages.expired(cutoffs, BATCH);
        for (const id of expired) engine.expire(unit, id, now);
        const unattended = ages.unattended(cutoffs, BATCH);
        const openMs = rule.autoAcknowledgeAfterHours * HOUR_MS;
        for (const id of unattended) engine.autoAcknowledge(unit, id, openMs, now);
        return Math.max(expired.length, unattended.length) === BATCH;
      }),
    );
  }

  clockChanged(deltaMs: number): void {
    this.#pendingShiftMs += deltaMs;
    if (!this.#started) return;
    // Due until it is written.
    this.#dueAt = 0;
    this.#begin(
      this.#deps.writer.submit((unit) => {
        this.#catchUp(unit);
        return false;
      }),
    );
  }

  /** Takes off what nobody lived through, and notes that we were listening until now. */
  #catchUp(unit: Unit): void {
    const { ages, conditions, markers, clock } = this.#deps;
    const now = clock.now();
    const pendingMs = this.#pendingShiftMs;
    if (pendingMs !== 0) {
      ages.shift(pendingMs, now);
      conditions.shiftFlapping(pendingMs, now);
    }
    markers.setMarker('listeningAt', now);
    this.#pendingShiftMs = 0;
    unit.onUndone(() => (this.#pendingShiftMs += pendingMs));
  }

  #begin(work: Promise<boolean>): void {
    const done = work.then((more) => {
      this.#dueAt = more ? 0 : this.#deps.clock.now() + EVERY_MS;
    });
    this.#work.begin(done, 'Could not look at the age of alerts');
  }
}

const cutoffsOf = (rule: Settings, now: number): AgeCutoffs => ({
  unseen: before(now, rule.maxAlertAgeDays * DAY_MS),
  acknowledged: before(now, rule.maxAcknowledgedAgeDays * DAY_MS),
  open: before(now, rule.autoAcknowledgeAfterHours * HOUR_MS),
});

const before = (now: number, ageMs: number): number | null => (ageMs === 0 ? null : now - ageMs);
