import type { Clock } from '../base/clock.ts';

/**
 * Limits the restarts of something that crashes: `count` times in any `windowMs`, then no more. What it
 * returns is true if one more restart is left, which is then spent.
 */
export function crashBudget(clock: Clock, count: number, windowMs: number): () => boolean {
  let spentAt: number[] = [];
  return () => {
    const now = clock.monotonicMs();
    spentAt = spentAt.filter((at) => now - at < windowMs);
    if (spentAt.length >= count) return false;
    spentAt.push(now);
    return true;
  };
}
