import type { ChangeRef } from '../store/unit.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork, type TaskDeps } from '../scheduler/task-work.ts';
import type { SearchIndex } from '../store/search-index.ts';
import type { Tables } from '../store/tables.ts';

export interface SearchIndexerDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'searchIndexes'>;
}

/** Rows that a step indexes at most, in a few milliseconds. */
const ROWS_PER_STEP = 64;
/** Fewer are read by each search sooner than they are worth a write. */
const BEHIND_MIN = 5_000;
/** More are indexed although others are writing. */
const BEHIND_MAX = 20_000;
/** For how long nobody else is to have written before a step, and how long it waits for that. */
const QUIET_MS = 250;
const PATIENCE_MS = 10_000;
/** Between steps the loop belongs to everybody else. */
const BETWEEN_STEPS_MS = 20;
/** After something has changed. */
const LOOK_AFTER_MS = 1_000;
/** Not during start-up, when everything else wants the disk. */
const FIRST_AFTER_MS = 60_000;
/** Rows that will not come to rest are not asked about it again sooner. */
const GAPS_AGAIN_MS = 600_000;

const INDEXED: ReadonlySet<ChangeRef['entity']> = new Set([
  'alert',
  'notification',
  'bulk',
  'everything',
]);

/**
 * Fills the indexes of the searches behind the writer, in small steps: a commit each, and none while others
 * write, unless too much has come together. A search is complete without it, only slower.
 */
export class SearchIndexer implements Scheduled {
  readonly #deps: SearchIndexerDeps;
  readonly #work: TaskWork;
  #dueAt: number | null;
  #changedAt = 0;
  #gapsAt = 0;
  #steps: Iterator<() => void> | null = null;
  #isFarBehind = false;

  constructor(deps: SearchIndexerDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    this.#dueAt = deps.clock.now() + FIRST_AFTER_MS;
    // It is in no hurry, and wakes nobody.
    deps.writer.onCommitted(({ changes }) => {
      if (!changes.some(({ entity }) => INDEXED.has(entity))) return;
      this.#changedAt = deps.clock.now();
      this.#dueAt ??= this.#changedAt + LOOK_AFTER_MS;
    });
  }

  nextDueAt(): number | null {
    if (this.#dueAt === null || this.#work.busy) return null;
    const quietAt = Math.min(this.#changedAt + QUIET_MS, this.#dueAt + PATIENCE_MS);
    const dueAt = this.#isFarBehind ? this.#dueAt : Math.max(this.#dueAt, quietAt);
    return this.#work.turnFor(dueAt);
  }

  run(now: number): void {
    this.#dueAt = null;
    this.#steps ??= this.#stepsFrom(now);
    const step = this.#steps.next();
    if (step.done) {
      this.#steps = null;
      return;
    }
    const { writer, clock } = this.#deps;
    this.#dueAt = now + BETWEEN_STEPS_MS;
    const written = writer.submit(step.value).then(() => {
      this.#dueAt = clock.now() + BETWEEN_STEPS_MS;
    });
    this.#work.begin(written, 'The index of a search could not be written');
  }

  clockChanged(_deltaMs: number): void {
    const now = this.#deps.clock.now();
    this.#changedAt = Math.min(this.#changedAt, now);
    this.#gapsAt = Math.min(this.#gapsAt, now);
    if (this.#dueAt !== null) this.#dueAt = Math.min(this.#dueAt, now + FIRST_AFTER_MS);
  }

  /** Everything that is worth it now, each step for a transaction. */
  *#stepsFrom(now: number): Generator<() => void> {
    for (const index of this.#deps.tables.searchIndexes) {
      const hasGaps = now >= this.#gapsAt && index.gaps() >= BEHIND_MIN;
      if (!hasGaps && index.behind() < BEHIND_MIN) continue;
      this.#gapsAt = now + GAPS_AGAIN_MS;
      yield* this.#stepsOf(index);
    }
  }

  *#stepsOf(index: SearchIndex): Generator<() => void> {
    for (;;) {
      const behind = index.behind();
      this.#isFarBehind = behind > BEHIND_MAX;
      if (behind < ROWS_PER_STEP) break;
      yield () => {
        index.indexNext(ROWS_PER_STEP);
        index.merge();
      };
    }
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      yield () => {
        after = index.closeGaps(from, ROWS_PER_STEP);
        index.merge();
      };
    }
  }
}
