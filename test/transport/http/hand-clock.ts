import type { Clock } from '../../../main/base/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
}

/** A clock that a test moves by hand. Wall and monotonic time advance together. */
export class HandClock implements Clock {
  #elapsedMs = 0;
  readonly #timers = new Set<Timer>();
  readonly #startMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, task: () => void): Disposable {
    const timer = { dueMs: this.#elapsedMs + delayMs, task };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }

  get pending(): number {
    return this.#timers.size;
  }

  advance(byMs: number): void {
    this.#elapsedMs += byMs;
    for (const timer of [...this.#timers]) {
      if (timer.dueMs > this.#elapsedMs) continue;
      this.#timers.delete(timer);
      timer.task();
    }
  }
}
