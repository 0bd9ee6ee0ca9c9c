import type { WindowClock } from './clock.ts';

/** Runs `task` at once, then at most every `intervalMs`. Requests in between run it once at its end. */
export class Throttle {
  readonly #clock: WindowClock;
  readonly #intervalMs: number;
  readonly #task: () => void;
  #cancel: (() => void) | null = null;
  #requested = false;

  constructor(clock: WindowClock, intervalMs: number, task: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#task = task;
  }

  request(): void {
    if (this.#cancel) {
      this.#requested = true;
      return;
    }
    this.#cancel = this.#clock.after(this.#intervalMs, () => this.#elapsed());
    this.#task();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#requested = false;
  }

  #elapsed(): void {
    this.#cancel = null;
    if (!this.#requested) return;
    this.#requested = false;
    this.request();
  }
}
