import type { Clock } from '../base/clock.ts';

/** Limits the restarts of something that crashes: `count` times in any `windowMs`, then no more. */
export class CrashBudget {
  readonly #clock: Clock;
  readonly #count: number;
  readonly #windowMs: number;
  #spentAt: number[] = [];

  constructor(clock: Clock, count: number, windowMs: number) {
    this.#clock = clock;
    this.#count = count;
    this.#windowMs = windowMs;
  }

  /** True when one more return is affordable, which is then spent. */
  spend(): boolean {
    const now = this.#clock.monotonicMs();
    this.#spentAt = this.#spentAt.filter((at) => now - at < this.#windowMs);
    if (this.#spentAt.length >= this.#count) return false;
    this.#spentAt.push(now);
    return true;
  }
}
