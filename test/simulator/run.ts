import './without-build.ts';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runFaults } from './faults/run-faults.ts';

const { live, stepsOfSeed } = await import('./simulation.ts');
const { shrink } = await import('./shrink.ts');

/**
 * Lives through seeds and prints each that went wrong, with the fewest steps that still show it.
 *
 * `--seeds N` lives through N seeds, from `--seed S` on; `--seed S` alone replays that one. `--first` ends
 * with the first that goes wrong, unshrunk. `--faults` puts each known fault into a copy of main/ and says
 * how many seeds it took to find it.
 */

const DAY_MS = 86_400_000;

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    first: { type: 'boolean', default: false },
    faults: { type: 'boolean', default: false },
  },
});
const whole = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31);
const first = whole.parse(options.seed ?? 1);
const count = whole.parse(options.seeds ?? (options.seed === undefined ? 200 : 1));

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Returns true if nothing went wrong. */
async function simulate(): Promise<boolean> {
  const startedMs = performance.now();
  let livedMs = 0;
  let failures = 0;
  let seed = first;
  for (; seed < first + count && !(options.first && failures > 0); seed++) {
    const life = await live(seed, stepsOfSeed(seed));
    livedMs += life.livedMs;
    if (!life.violation) continue;
    failures++;
    say(`seed ${seed}: ${life.violation.invariant}: ${life.violation.problem}`);
    if (options.first) continue;
    const { violation, steps } = await shrink(life);
    say(`  ${steps.length} of ${life.steps.length} steps suffice: ${violation?.problem ?? ''}`);
    for (const step of steps) say(`    ${JSON.stringify(step)}`);
    say(`  again: npm run simulate -- --seed ${seed}`);
  }
  const lived = `${Math.round(livedMs / DAY_MS)} days of lab life`;
  const took = `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;
  say(`${seed - first} seeds from ${first}, ${lived} in ${took}: ${failures} went wrong`);
  return failures === 0;
}

const isWell = options.faults ? runFaults(count) : await simulate();
if (!isWell) process.exitCode = 1;
