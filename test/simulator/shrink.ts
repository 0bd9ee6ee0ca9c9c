import { live, type Life } from './simulation.ts';

/** Lives that are tried at most; each takes a fraction of a second. */
const TRIES_MAX = 400;

/** Drops steps of a life that went wrong for as long as it still goes wrong in the same way. */
export async function shrink(life: Life): Promise<Life> {
  if (!life.violation) return life;
  let smallest = { ...life, steps: life.steps.slice(0, life.violation.after) };
  let tries = 0;
  for (let size = Math.ceil(smallest.steps.length / 2); size >= 1;) {
    let dropped = false;
    for (let from = 0; from < smallest.steps.length && tries < TRIES_MAX; tries++) {
      const steps = smallest.steps.toSpliced(from, size);
      const shorter = await live(life.seed, steps);
      if (shorter.violation?.invariant === life.violation.invariant) {
        smallest = { ...shorter, steps: steps.slice(0, shorter.violation.after) };
        dropped = true;
      } else {
        from += size;
      }
    }
    if (!dropped || size > 1) size = size === 1 ? 0 : Math.floor(size / 2);
  }
  return smallest;
}
