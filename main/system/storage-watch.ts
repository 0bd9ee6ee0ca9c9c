import type { Clock } from '../base/clock.ts';
import type { Status } from '../contract/system.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { Gate } from '../scheduler/scheduler.ts';
import type { Writer } from '../store/writer.ts';

export interface StorageWatchDeps {
  readonly writer: Pick<Writer, 'refusal' | 'onRefusal' | 'tryAgain'>;
  readonly render: RenderReason;
  readonly clock: Clock;
  readonly wake: () => void;
}

/** Soon enough that nobody waits for it, and seldom enough to leave a sick disk alone. */
const TRY_EVERY_MS = 1_000;

/**
 * While the disk refuses to write, tries it at a fixed pace. The scheduler holds every other task
 * meanwhile: none could keep what it does, and each would say so once a second.
 */
export class StorageWatch implements Gate {
  readonly #deps: StorageWatchDeps;
  #dueAt = 0;

  constructor(deps: StorageWatchDeps) {
    this.#deps = deps;
    deps.writer.onRefusal(() => {
      this.#dueAt = deps.clock.now() + TRY_EVERY_MS;
      deps.wake();
    });
  }

  get closed(): boolean {
    return this.#deps.writer.refusal !== null;
  }

  nextDueAt(): number | null {
    const { refusal } = this.#deps.writer;
    // A damaged file, for one, does not heal: that takes a start.
    return refusal?.mayEnd ? this.#dueAt : null;
  }

  run(now: number): void {
    this.#dueAt = now + TRY_EVERY_MS;
    this.#deps.writer.tryAgain();
  }

  clockChanged(): void {
    this.#dueAt = 0;
  }

  status(): Status['storage'] {
    const { refusal } = this.#deps.writer;
    return {
      writable: refusal === null,
      since: refusal?.since ?? null,
      problem: refusal && this.#deps.render(refusal.reason),
      reason: refusal?.reason ?? null,
    };
  }
}
