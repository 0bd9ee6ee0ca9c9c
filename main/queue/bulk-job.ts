import type { BulkJob } from '../contract/notification.ts';
import type { ChangedRow } from '../store/dead-letters.ts';
import type { Unit } from '../store/unit.ts';

/** What is done to one batch of rows, inside the writer's transaction. Answers those that changed. */
export type Deed = (unit: Unit, seqs: readonly number[], now: number) => ChangedRow[];

export interface NewBulkJob {
  readonly id: string;
  readonly action: BulkJob['action'];
  readonly actor: string;
  readonly seqs: readonly number[];
  /** How many of those asked for do not even exist. */
  readonly unknown: number;
  readonly deed: Deed;
  readonly startedAt: number;
}

/** More rows than these are not worth naming one by one to windows that see a page of them. */
const NAMED_MAX = 200;

/** One piece of bulk work: how far it is, and how it ended. Counts follow commits, also when one fails. */
export class BulkJobRun {
  readonly id: string;
  readonly action: BulkJob['action'];
  readonly actor: string;
  readonly namesRows: boolean;
  /** Who asked for its end; null while nobody has. */
  cancelledBy: string | null = null;
  /** Until when a discard can be undone, ms UTC. */
  undoUntil: number | null = null;
  readonly #ended = Promise.withResolvers<void>();
  /** Let go of at the end, since ended jobs are remembered for long. */
  #seqs: readonly number[];
  readonly #deed: Deed;
  readonly #total: number;
  readonly #startedAt: number;
  #state: BulkJob['state'] = 'running';
  #next = 0;
  #changed = 0;
  #unchanged: number;
  #problem: string | null = null;
  #endedAt: number | null = null;

  constructor(given: NewBulkJob) {
    this.id = given.id;
    this.action = given.action;
    this.actor = given.actor;
    this.#seqs = given.seqs;
    this.#deed = given.deed;
    this.#total = given.seqs.length + given.unknown;
    this.#unchanged = given.unknown;
    this.#startedAt = given.startedAt;
    this.namesRows = given.seqs.length <= NAMED_MAX;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isDone(): boolean {
    return this.#next >= this.#seqs.length;
  }

  get changed(): number {
    return this.#changed;
  }

  get endedAt(): number | null {
    return this.#endedAt;
  }

  /** Resolves when it has ended and that was recorded, or could not be for now. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Does the next rows, inside the writer's transaction. */
  doBatch(unit: Unit, rowsMax: number, now: number): void {
    const from = this.#next;
    const batch = this.#seqs.slice(from, from + rowsMax);
    const rows = this.#deed(unit, batch, now);
    unit.onUndone(() => {
      this.#next = from;
      this.#changed -= rows.length;
      this.#unchanged -= batch.length - rows.length;
    });
    this.#next = from + batch.length;
    this.#changed += rows.length;
    this.#unchanged += batch.length - rows.length;
    if (this.namesRows) for (const { id } of rows) unit.changed({ entity: 'notification', id });
    unit.changed({ entity: 'bulk', id: this.id });
  }

  end(state: Exclude<BulkJob['state'], 'running'>, problem: string | null, now: number): void {
    this.#state = state;
    this.#problem = problem;
    this.#endedAt = now;
    this.#seqs = [];
  }

  recorded(): void {
    this.#ended.resolve();
  }

  /** How it ended, in a line for the audit log. */
  summary(): string {
    const counts = `${this.#changed} changed, ${this.#unchanged} unchanged, of ${this.#total}`;
    return `${this.#state}: ${counts}${this.#problem === null ? '' : `; ${this.#problem}`}`;
  }

  view(): BulkJob {
    return {
      id: this.id,
      action: this.action,
      state: this.#state,
      total: this.#total,
      changed: this.#changed,
      unchanged: this.#unchanged,
      problem: this.#problem,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      undoUntil: this.undoUntil,
    };
  }
}
