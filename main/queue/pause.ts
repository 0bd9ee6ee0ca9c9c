import type { AuditReason } from '../contract/reasons/audit-reasons.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork, type TaskDeps } from '../scheduler/task-work.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';

export interface PauseDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'settings' | 'audit'>;
  /** Makes due what the pause holds; it is asked about again when it is claimed. */
  readonly release: (unit: Unit, kind: 'pause', ref: null, now: number) => void;
}

/** Holds all deliveries until a stored moment; what is queued waits and nothing is lost. */
export class Pause implements Scheduled {
  readonly #deps: PauseDeps;
  readonly #work: TaskWork;
  #until: number | null;
  #resumedAt: number | null = null;
  /** How far the end is still to be moved after the clock was set back, in ms; 0 or less. */
  #shiftMs = 0;

  constructor(deps: PauseDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    this.#until = deps.tables.settings.marker('pausedUntil');
  }

  /** The end of the pause, ms UTC; null when deliveries run. */
  until(): number | null {
    return this.#until !== null && this.#until > this.#deps.clock.now() ? this.#until : null;
  }

  /** When deliveries last went on after a pause, ms UTC; null when this run has seen no pause end. */
  resumedAt(): number | null {
    const isOver = this.#until !== null && this.until() === null;
    return isOver ? this.#until : this.#resumedAt;
  }

  begin(durationMs: number, actor: string): Promise<void> {
    const until = this.#deps.clock.now() + durationMs;
    return this.#set(until, actor, 'deliveries.pause', {
      code: 'audit.paused',
      params: { until },
    });
  }

  end(actor: string): Promise<void> {
    return this.#set(null, actor, 'deliveries.resume', null);
  }

  nextDueAt(): number | null {
    if (this.#work.busy) return null;
    if (this.#until === null) return null;
    return this.#work.turnFor(this.#shiftMs < 0 ? 0 : this.#until);
  }

  run(): void {
    if (this.#shiftMs < 0) this.#work.begin(this.#shift(), 'A pause could not follow the clock');
    else this.#work.begin(this.#runOut(), 'Could not record the end of a pause');
  }

  clockChanged(deltaMs: number): void {
    // A clock that was set back must not make an hour's pause into a day's.
    if (deltaMs >= 0) return;
    if (this.#resumedAt !== null) this.#resumedAt += deltaMs;
    if (this.#until !== null) this.#shiftMs += deltaMs;
  }

  async #shift(): Promise<void> {
    const { writer, tables } = this.#deps;
    await writer.submit((unit) => {
      const until = this.#until === null ? null : this.#until + this.#shiftMs;
      this.#move(unit, until);
      tables.settings.setMarker('pausedUntil', until);
    });
  }

  /** Sets the end, by the clock as it is now; undone with the unit. */
  #move(unit: Unit, until: number | null): void {
    const [before, shiftMs] = [this.#until, this.#shiftMs];
    unit.onUndone(() => {
      this.#until = before;
      this.#shiftMs += shiftMs;
    });
    this.#until = until;
    this.#shiftMs = 0;
  }

  /** The pause has run out: windows and tray are to know. Deliveries go on whether or not that is stored yet. */
  #runOut(): Promise<void> {
    const reason = { code: 'audit.pause_ended', params: {} } as const;
    return this.#set(null, 'belfry', 'deliveries.resume', reason);
  }

  async #set(
    until: number | null,
    actor: string,
    action: string,
    reason: AuditReason | null,
  ): Promise<void> {
    const { writer, clock, wake, release } = this.#deps;
    const { settings, audit } = this.#deps.tables;
    await writer.submit((unit) => {
      const now = clock.now();
      const [before, resumedAt] = [this.#until, this.#resumedAt];
      unit.onUndone(() => (this.#resumedAt = resumedAt));
      if (before !== null && until === null) this.#resumedAt = Math.min(before, now);
      this.#move(unit, until);
      settings.setMarker('pausedUntil', until);
      audit.append({ at: now, actor, action, subject: 'deliveries', reason });
      // Shortened or ended: what waits for the old end is asked about again.
      if (before !== null && (until ?? 0) < before) release(unit, 'pause', null, now);
      // Every alert shows what keeps it quiet.
      unit.changed({ entity: 'everything' });
    });
    wake();
  }
}
