import { setImmediate } from 'node:timers/promises';

const LIMIT_MS = 10_000;

/** Resolves once `happened` holds, looking at each turn of the event loop; rejects after ten seconds. */
export async function until(happened: () => boolean, what: string): Promise<void> {
  const started = performance.now();
  while (!happened()) {
    if (performance.now() - started > LIMIT_MS) throw new Error(`Did not happen: ${what}`);
    await setImmediate();
  }
}
