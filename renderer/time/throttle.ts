import type { WindowClock } from './clock.ts';

/**
 * Runs `task` at once, then at most every `intervalMs`. Requests made in between run it once when
 * the interval ends, so that the last change is never the one that was missed.
 */
export class Throttle {
  readonly #clock: WindowClock;
  readonly #intervalMs: number;
  readonly #task: () => void;
  #cancel: (() => void) | null = null;
  #asked = false;

  constructor(clock: WindowClock, intervalMs: number, task: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#task = task;
  }

  request(): void {
    if (this.#cancel) {
      this.#asked = true;
      return;
    }
    this.#cancel = this.#clock.after(this.#intervalMs, () => this.#elapsed());
    this.#task();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#asked = false;
  }

  #elapsed(): void {
    this.#cancel = null;
    if (!this.#asked) return;
    this.#asked = false;
    this.request();
  }
}
