import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingTests, ROOT } from './citations.ts';

const GUIDE = readFileSync(join(ROOT, 'docs/guarantees.md'), 'utf8');
const SIMULATOR = join(ROOT, 'test/simulator');

/** The sentences that promise something: the points of all sections but the one that says what is not protected. */
const promises = GUIDE.split(/^#{2,3} /m)
  .filter((section) => /^- /m.test(section) && !section.startsWith('What Belfry does not'))
  .flatMap((section) => section.split('\n').filter((line) => line.startsWith('- ')));

const invariants = promises.flatMap((line) =>
  [...(/Simulator: ((?:`\w+`(?:, )?)+)/.exec(line)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(
    ([, name = '']) => name,
  ),
);

describe('the guarantees', () => {
  test('are many, and each names a test', () => {
    expect(promises.length).toBeGreaterThan(30);
    expect(promises.filter((line) => !/`test\/|Simulator: `/.test(line))).toEqual([]);
  });

  test('name tests that exist', () => {
    expect(missingTests(promises.join('\n'))).toEqual([]);
  });

  test('name invariants that the simulator checks', () => {
    const sources = readdirSync(SIMULATOR)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(SIMULATOR, name), 'utf8'))
      .join('\n');
    expect(invariants.length).toBeGreaterThan(10);
    expect(invariants.filter((name) => !sources.includes(`export function* ${name}(`))).toEqual([]);
  });
});
