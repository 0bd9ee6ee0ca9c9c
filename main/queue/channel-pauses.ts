import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork } from '../scheduler/task-work.ts';
import type { Writer } from '../store/writer.ts';
import type { ChannelBook } from './channel-book.ts';

export interface ChannelPausesDeps {
  readonly channels: Pick<ChannelBook, 'nextPauseEnd' | 'endPauses' | 'shiftPauses'>;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
}

/** Resumes channels whose pause has run out. */
export class ChannelPauses implements Scheduled {
  readonly #deps: ChannelPausesDeps;
  readonly #work: TaskWork;
  /** How far the ends are still to be moved after the clock was set back, in ms; 0 or less. */
  #shiftMs = 0;

  constructor(deps: ChannelPausesDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
  }

  nextDueAt(): number | null {
    if (this.#work.busy) return null;
    if (this.#shiftMs < 0) return this.#work.turnFor(0);
    const end = this.#deps.channels.nextPauseEnd();
    return end === null ? null : this.#work.turnFor(end);
  }

  run(): void {
    const { channels, writer } = this.#deps;
    const shiftMs = this.#shiftMs;
    const work = writer.submit((unit) => {
      if (shiftMs < 0) channels.shiftPauses(unit, shiftMs);
      else channels.endPauses(unit);
    });
    this.#shiftMs = 0;
    const kept = work.catch((error: unknown) => {
      this.#shiftMs += shiftMs;
      throw error;
    });
    this.#work.begin(kept, 'Could not resume channels whose pause has run out');
  }

  /** A clock that was set back must not make an hour's pause into a day's. */
  clockChanged(deltaMs: number): void {
    if (deltaMs < 0) this.#shiftMs += deltaMs;
  }
}
