/** @module-tag slow */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULTS } from './faults/faults.ts';
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

test('a row that is sent now supersedes an earlier one that came to be held', async () => {
  const life = await live(1_220, [
    { do: 'add channel', fallback: false, limited: false, attempts: 5, strict: false },
    { do: 'fire', condition: 0, severity: 'info' },
    { do: 'resolve', condition: 0 },
    { do: 'fire', condition: 2, severity: 'critical' },
    { do: 'silence', kind: 2, startsInMs: 0, forMs: 10_000 },
    { do: 'acknowledge', pick: 548 },
    { do: 'report', conditions: [1, 2, 2], firing: true },
    { do: 'retry', pick: 387 },
  ]);

  expect(life.violation).toBeNull();
});

test('every fault that the simulator is tried with still fits into main/', () => {
  const edits = FAULTS.flatMap((fault) => fault.edits);
  const misfits = edits.filter(({ file, find }) => {
    const text = readFileSync(join('main', file), 'utf8');
    return text.split(find).length !== 2;
  });

  expect(misfits).toEqual([]);
});

test('a seed has one life', async () => {
  const [once, again] = [await live(7, stepsOfSeed(7)), await live(7, stepsOfSeed(7))];

  expect(again).toEqual(once);
});
