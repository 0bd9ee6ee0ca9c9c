/** Time as an argument: this file alone reads the clock and sets timers, so tests can advance a fake one. */
export interface Clock {
  /** Wall time, integer milliseconds since 1970 UTC. Jumps when somebody sets the clock. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back, and may stand still while the machine sleeps. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs` (0 to 2^31-1); dispose the answer to call it off. */
  after(delayMs: number, task: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** Resolves once some time (ms) has passed. */
export const passed = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve));

/** Uniform in [0, 1), for spreading retries; nothing secret may come of it. */
export const systemRandom = (): number => Math.random();
