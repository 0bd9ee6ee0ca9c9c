import type { WindowClock } from './clock.ts';

const SECOND_MS = 1_000;
const COARSE_MS = 10_000;

/**
 * The moment that ages and countdowns are drawn from. One timer serves the window and stops while it is
 * hidden; ages follow a coarse step, so that a list of thousands is not redrawn every second.
 */
export class Now {
  readonly #clock: WindowClock;
  readonly #page: Document;
  #ms = $state(0);
  #coarseMs = $state(0);
  #cancel: (() => void) | null = null;

  constructor(clock: WindowClock, page: Document) {
    this.#clock = clock;
    this.#page = page;
    this.#read();
  }

  /** Wall time in milliseconds, a second old at most. */
  get ms(): number {
    return this.#ms;
  }

  /** Wall time in milliseconds, ten seconds old at most. */
  get coarseMs(): number {
    return this.#coarseMs;
  }

  start(): void {
    this.stop();
    this.#page.addEventListener('visibilitychange', this.#tick);
    this.#tick();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#page.removeEventListener('visibilitychange', this.#tick);
  }

  readonly #tick = (): void => {
    this.#cancel?.();
    this.#cancel = null;
    this.#read();
    if (this.#page.visibilityState === 'hidden') return;
    this.#cancel = this.#clock.after(SECOND_MS, this.#tick);
  };

  #read(): void {
    const now = this.#clock.now();
    this.#ms = now;
    if (Math.abs(now - this.#coarseMs) >= COARSE_MS) this.#coarseMs = now;
  }
}
