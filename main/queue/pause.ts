import type { AuditReason } from '../contract/reasons/audit-reasons.ts';
import type { DeliveryPause } from '../contract/system.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork, type TaskDeps } from '../scheduler/task-work.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';

export interface PauseDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'settings' | 'audit'>;
  /** Makes due what the pause holds; it is asked about again when it is claimed. */
  readonly release: (unit: Unit, kind: 'pause', ref: null, now: number) => void;
}

/** Returns the end, ms UTC: Infinity without one, 0 without a pause. */
const endOf = (pause: DeliveryPause | null): number => (pause ? (pause.until ?? Infinity) : 0);

/** Holds all deliveries until a stored moment or until somebody resumes them; nothing is lost. */
export class Pause implements Scheduled {
  readonly #deps: PauseDeps;
  readonly #work: TaskWork;
  #pause: DeliveryPause | null;
  #resumedAt: number | null = null;
  /** How far the end is still to be moved after the clock was set back, in ms; 0 or less. */
  #shiftMs = 0;

  constructor(deps: PauseDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    const { settings } = deps.tables;
    const until = settings.marker('pausedUntil');
    const isPaused = until !== null || settings.marker('pausedSince') !== null;
    this.#pause = isPaused ? { until } : null;
  }

  /** Returns the pause in force; null when deliveries run. */
  current(): DeliveryPause | null {
    return this.#isOver() ? null : this.#pause;
  }

  /** Returns when deliveries last went on after a pause, ms UTC; null when this run has seen no pause end. */
  resumedAt(): number | null {
    return this.#isOver() ? this.#end : this.#resumedAt;
  }

  /** Begins a pause, or gives it another end. Without a duration (ms) it lasts until it is ended. */
  begin(durationMs: number | null, actor: string): Promise<void> {
    const until = durationMs === null ? null : this.#deps.clock.now() + durationMs;
    const reason: AuditReason =
      until === null
        ? { code: 'audit.paused_open', params: {} }
        : { code: 'audit.paused', params: { until } };
    return this.#set({ until }, actor, 'deliveries.pause', reason);
  }

  end(actor: string): Promise<void> {
    return this.#set(null, actor, 'deliveries.resume', null);
  }

  nextDueAt(): number | null {
    if (this.#work.busy) return null;
    const end = this.#end;
    if (end === null) return null;
    return this.#work.turnFor(this.#shiftMs < 0 ? 0 : end);
  }

  run(): void {
    if (this.#shiftMs < 0) this.#work.begin(this.#shift(), 'A pause could not follow the clock');
    else this.#work.begin(this.#runOut(), 'Could not record the end of a pause');
  }

  clockChanged(deltaMs: number): void {
    // A clock that was set back must not make an hour's pause into a day's.
    if (deltaMs >= 0) return;
    if (this.#resumedAt !== null) this.#resumedAt += deltaMs;
    if (this.#end !== null) this.#shiftMs += deltaMs;
  }

  get #end(): number | null {
    return this.#pause?.until ?? null;
  }

  /** Returns true once the stored end has passed, recorded or not. */
  #isOver(): boolean {
    return this.#end !== null && this.#end <= this.#deps.clock.now();
  }

  async #shift(): Promise<void> {
    const { writer, tables } = this.#deps;
    await writer.submit((unit) => {
      const until = this.#end === null ? null : this.#end + this.#shiftMs;
      this.#move(unit, this.#pause && { until });
      tables.settings.setMarker('pausedUntil', until);
    });
  }

  /** Sets the pause, its end by the clock as it is now; undone with the unit. */
  #move(unit: Unit, pause: DeliveryPause | null): void {
    const [before, shiftMs] = [this.#pause, this.#shiftMs];
    unit.onUndone(() => {
      this.#pause = before;
      this.#shiftMs += shiftMs;
    });
    this.#pause = pause;
    this.#shiftMs = 0;
  }

  /** The pause has run out: windows and tray are to know. Deliveries go on whether or not that is stored yet. */
  #runOut(): Promise<void> {
    const reason = { code: 'audit.pause_ended', params: {} } as const;
    return this.#set(null, 'belfry', 'deliveries.resume', reason);
  }

  async #set(
    pause: DeliveryPause | null,
    actor: string,
    action: string,
    reason: AuditReason | null,
  ): Promise<void> {
    const { writer, clock, wake, release } = this.#deps;
    const { settings, audit } = this.#deps.tables;
    await writer.submit((unit) => {
      const now = clock.now();
      const [before, resumedAt] = [this.#pause, this.#resumedAt];
      unit.onUndone(() => (this.#resumedAt = resumedAt));
      if (before && !pause) this.#resumedAt = Math.min(before.until ?? now, now);
      this.#move(unit, pause);
      settings.setMarker('pausedUntil', pause?.until ?? null);
      settings.setMarker('pausedSince', pause && pause.until === null ? now : null);
      audit.append({ at: now, actor, action, subject: 'deliveries', reason });
      // Shortened or ended: what waits for the old end is asked about again.
      if (before && endOf(pause) < endOf(before)) release(unit, 'pause', null, now);
      // Every alert shows what keeps it quiet.
      unit.changed({ entity: 'everything' });
    });
    wake();
  }
}
