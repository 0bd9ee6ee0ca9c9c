import { StoredTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { Tables } from '../store/tables.ts';

export interface TouchWriterDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'touches'>;
}

/**
 * Writes the reports that only repeat an alert, once they have been in memory for long enough. At a stop
 * AutoExpire writes them, with the moment until which Belfry was listening.
 */
export class TouchWriter extends StoredTask<TouchWriterDeps> {
  protected readonly entities = ['alert'] as const;

  run(): void {
    const { touches } = this.deps.tables;
    this.begin((unit) => touches.writeAll(unit), 'Repeated reports could not be written');
  }

  /** By the new time they might be due much later. */
  override clockChanged(): void {
    this.run();
  }

  protected findNext(): number | null {
    return this.deps.tables.touches.dueAt;
  }
}
