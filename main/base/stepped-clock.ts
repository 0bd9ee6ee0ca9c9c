import type { Clock } from './clock.ts';

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

/** Time that stands still until it is moved, for tests and for the history of the demo. */
export class SteppedClock implements Clock {
  #wallMs: number;
  #monotonicMs = 1_000;
  readonly #timers = new Set<Timer>();

  /** Starts at a moment (ms UTC). */
  constructor(wallMs: number) {
    this.#wallMs = wallMs;
  }

  now(): number {
    return Math.floor(this.#wallMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, task: () => void): Disposable {
    const timer = { at: this.#monotonicMs + delayMs, task };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }

  /** Returns how long (ms) until the next timer; null when none is set. */
  nextTimerMs(): number | null {
    const next = Math.min(...[...this.#timers].map(({ at }) => at));
    return Number.isFinite(next) ? next - this.#monotonicMs : null;
  }

  /** Lets `ms` pass, running what comes due at its own moment and in order. */
  advance(ms: number): void {
    const end = this.#monotonicMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#move(Math.max(0, due.at - this.#monotonicMs));
      this.#timers.delete(due);
      due.task();
    }
    this.#move(end - this.#monotonicMs);
  }

  /** Lets `ms` pass as in a sleep: what came due meanwhile runs once, at its end. */
  leap(ms: number): void {
    this.#move(ms);
    const due = [...this.#timers]
      .filter(({ at }) => at <= this.#monotonicMs)
      .sort((a, b) => a.at - b.at);
    for (const timer of due) if (this.#timers.delete(timer)) timer.task();
  }

  #move(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }
}
