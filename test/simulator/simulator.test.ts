/** @module-tag slow */
import { expect, test } from 'vitest';
import { shrink } from './shrink.ts';
import { live, stepsOfSeed } from './simulation.ts';

const SEEDS = 200;

test(`${SEEDS} lives of a lab break no promise`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const life = await live(seed, stepsOfSeed(seed));
    if (!life.violation) continue;
    const { steps, violation } = await shrink(life);
    expect.fail(
      [
        `npm run simulate -- --seed ${seed} shows that ${violation?.invariant ?? ''} does not hold:`,
        violation?.problem,
        ...steps.map((step) => JSON.stringify(step)),
      ].join('\n'),
    );
  }
}, 600_000);

test('a seed has one life', async () => {
  const [once, again] = [await live(7, stepsOfSeed(7)), await live(7, stepsOfSeed(7))];

  expect(again).toEqual(once);
});
