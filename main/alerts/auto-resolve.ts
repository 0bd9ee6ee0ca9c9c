import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork } from '../scheduler/task-work.ts';
import type { AlertTable } from '../store/alerts/alert-table.ts';
import type { Writer } from '../store/writer.ts';
import type { AlertEngine } from './engine.ts';

export interface AutoResolveDeps {
  readonly alerts: AlertTable;
  readonly engine: AlertEngine;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
  readonly resolveTimeoutMs: () => number;
}

/** Small, so that ingest gets its turn between batches. */
const BATCH = 200;

/**
 * Resolves alerts whose own end has passed without another report. After a start, a sleep or a clock
 * change every stored end is put off by a full resolve timeout, since it was us who were not there to
 * hear the repeats: a false "resolved" would be worse than a late one.
 */
export class AutoResolve implements Service, Scheduled {
  readonly #deps: AutoResolveDeps;
  readonly #work: TaskWork;
  #started = false;
  /** Until this is written nothing may resolve by itself. */
  #shouldPostpone = true;
  #nextEnd: number | null = null;
  #known = false;

  constructor(deps: AutoResolveDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    deps.writer.onCommitted(({ changes }) => {
      if (!changes.some((change) => change.entity === 'alert')) return;
      this.#known = false;
      deps.wake();
    });
  }

  async start(): Promise<void> {
    if (this.#started) return;
    await this.#putOff();
    this.#started = true;
  }

  stop(): Promise<void> {
    this.#started = false;
    return Promise.resolve();
  }

  /** Gives every stored end a full resolve timeout from now. */
  async #putOff(): Promise<void> {
    const { alerts, writer, clock, resolveTimeoutMs } = this.#deps;
    this.#shouldPostpone = true;
    await writer.submit((unit) => {
      const moved = alerts.putOffEnds(clock.now() + resolveTimeoutMs());
      for (const id of moved) unit.changed({ entity: 'alert', id });
    });
    this.#shouldPostpone = false;
    this.#known = false;
  }

  nextDueAt(): number | null {
    if (!this.#started || this.#work.busy) return null;
    if (this.#shouldPostpone) return this.#work.turnFor(0);
    if (!this.#known) {
      this.#nextEnd = this.#deps.alerts.nextEnd();
      this.#known = true;
    }
    return this.#nextEnd === null ? null : this.#work.turnFor(this.#nextEnd);
  }

  run(): void {
    const { alerts, engine, writer, clock } = this.#deps;
    if (this.#shouldPostpone) {
      this.clockChanged();
      return;
    }
    this.#known = false;
    this.#work.begin(
      writer.submit((unit) => {
        const now = clock.now();
        for (const id of alerts.ended(now, BATCH)) engine.resolveEnded(unit, id, now);
      }),
      'Could not resolve alerts whose end has passed',
    );
  }

  clockChanged(): void {
    this.#work.begin(this.#putOff(), 'Could not put off the ends of alerts');
  }
}
