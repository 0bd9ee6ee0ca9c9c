/** Time as an argument, as in the core: only this file reads the clock and sets timers. */
export interface WindowClock {
  /** Wall time, integer milliseconds since 1970 UTC. */
  now(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

export const browserClock: WindowClock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
