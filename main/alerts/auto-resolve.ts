import { StoredTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { Tables } from '../store/tables.ts';
import type { AlertEngine } from './engine.ts';

export interface AutoResolveDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'alerts'>;
  readonly engine: AlertEngine;
  readonly resolveTimeoutMs: () => number;
}

/** Small, so that ingest gets its turn between batches. */
const BATCH = 200;

/**
 * Resolves alerts whose own end has passed without another report. After a start, a sleep or a clock
 * change every stored end is postponed by a full resolve timeout, since Belfry was not there to receive
 * the repeats: a false "resolved" would be worse than a late one.
 */
export class AutoResolve extends StoredTask<AutoResolveDeps> {
  protected readonly entities = ['alert'] as const;
  /** Nothing is resolved before this is written. */
  #shouldPostpone = true;

  override async start(): Promise<void> {
    if (this.started) return;
    await this.#postpone();
    await super.start();
  }

  run(): void {
    const { tables, engine, clock } = this.deps;
    if (this.#shouldPostpone) return this.clockChanged();
    this.begin((unit) => {
      const now = clock.now();
      for (const id of tables.alerts.ended(now, BATCH)) engine.resolveEnded(unit, id, now);
    }, 'Could not resolve alerts whose end has passed');
  }

  override clockChanged(): void {
    this.work.begin(this.#postpone(), 'Could not postpone the ends of alerts');
  }

  protected findNext(): number | null {
    return this.#shouldPostpone ? 0 : this.deps.tables.alerts.nextEnd();
  }

  /** Gives every stored end a full resolve timeout from now. */
  async #postpone(): Promise<void> {
    const { tables, writer, clock, resolveTimeoutMs } = this.deps;
    this.#shouldPostpone = true;
    await writer.submit((unit) => {
      const moved = tables.alerts.putOffEnds(clock.now() + resolveTimeoutMs());
      for (const id of moved) unit.changed({ entity: 'alert', id });
    });
    this.#shouldPostpone = false;
    this.lookAgain();
  }
}
