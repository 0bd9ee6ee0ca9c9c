import './migrations-text.ts';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const { live, stepsOfSeed } = await import('./simulation.ts');
const { shrink } = await import('./shrink.ts');

/**
 * Lives through seeds and prints each that went wrong, with the fewest steps that still show it.
 * `--seeds N` lives through N seeds, from `--seed S` on; `--seed S` alone replays that one.
 */

const DAY_MS = 86_400_000;

const options = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' } },
}).values;
const whole = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31);
const first = whole.parse(options.seed ?? 1);
const count = whole.parse(options.seeds ?? (options.seed === undefined ? 200 : 1));

const startedMs = performance.now();
let livedMs = 0;
let failures = 0;
for (let seed = first; seed < first + count; seed++) {
  const life = await live(seed, stepsOfSeed(seed));
  livedMs += life.livedMs;
  if (!life.violation) continue;
  failures++;
  const { violation, steps } = await shrink(life);
  process.stdout.write(`seed ${seed}: ${life.violation.invariant}: ${life.violation.problem}\n`);
  process.stdout.write(
    `  shrunk to ${steps.length} of ${life.steps.length} steps: ${violation?.problem ?? ''}\n`,
  );
  for (const step of steps) process.stdout.write(`    ${JSON.stringify(step)}\n`);
  process.stdout.write(`  again: npm run simulate -- --seed ${seed}\n`);
}
const lived = `${Math.round(livedMs / DAY_MS)} days of lab life`;
const took = `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;
process.stdout.write(`${count} seeds from ${first}, ${lived} in ${took}: ${failures} went wrong\n`);
if (failures > 0) process.exitCode = 1;
