import { setTimeout } from 'node:timers/promises';

export interface Patience {
  readonly timeout: number;
  readonly interval: number;
}

/** Returns what `look` returns, once it throws no more; rejects with what it threw last when that takes too long. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { timeout, interval }: Patience,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await setTimeout(interval);
  }
}
