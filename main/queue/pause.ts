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
  /** Whether the end was moved with the clock and that is not stored yet. */
  #mustStore = false;

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
    const dueAt = this.#mustStore ? 0 : this.#until;
    return dueAt === null ? null : this.#work.turnFor(dueAt);
  }

  run(): void {
    if (this.#mustStore) this.#work.begin(this.#store(), 'A pause could not follow the clock');
    else this.#work.begin(this.#runOut(), 'Could not record the end of a pause');
  }

  clockChanged(deltaMs: number): void {
    // A clock that was set back must not make an hour's pause into a day's.
    if (deltaMs >= 0) return;
    if (this.#resumedAt !== null) this.#resumedAt += deltaMs;
    if (this.#until === null) return;
    this.#until += deltaMs;
    this.#mustStore = true;
    this.#deps.wake();
  }

  async #store(): Promise<void> {
    const { writer, tables } = this.#deps;
    this.#mustStore = false;
    try {
      await writer.submit(() => tables.settings.setMarker('pausedUntil', this.#until));
    } catch (error) {
      this.#mustStore = true;
      throw error;
    }
  }

  /** The pause has run out: windows and tray are to know. */
  async #runOut(): Promise<void> {
    const reason = { code: 'audit.pause_ended', params: {} } as const;
    try {
      await this.#set(null, 'belfry', 'deliveries.resume', reason);
    } catch (error) {
      // Deliveries go on all the same, since `until` compares with the clock.
      this.#resumedAt = this.#until;
      this.#until = null;
      throw error;
    }
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
      unit.onUndone(() => {
        this.#until = before;
        this.#resumedAt = resumedAt;
      });
      if (before !== null && until === null) this.#resumedAt = Math.min(before, now);
      this.#until = until;
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
