import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'docs/guarantees.md'), 'utf8');
const SIMULATOR = join(ROOT, 'test/simulator');

/** The sentences that promise something: the points of all sections but the one that says what is not protected. */
const promises = GUIDE.split(/^#{2,3} /m)
  .filter((section) => /^- /m.test(section) && !section.startsWith('What Belfry does not'))
  .flatMap((section) => section.split('\n').filter((line) => line.startsWith('- ')));

/** Each file that is cited, with the names of tests that are cited of it. */
const citations = promises.flatMap((line) =>
  [...line.matchAll(/`(test\/[^`]+\.ts)`(?:: ((?:"[^"]+"(?:, )?)+))?/g)].map(
    ([, path = '', names = '']) => ({
      path,
      names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
    }),
  ),
);
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
    const missing = citations.flatMap(({ path, names }) => {
      if (!existsSync(join(ROOT, path))) return [path];
      // Quotation marks are escaped in the source as its own marks ask for.
      const source = readFileSync(join(ROOT, path), 'utf8').replaceAll("\\'", "'");
      return names.filter((name) => !source.includes(name)).map((name) => `${path}: ${name}`);
    });
    expect(missing).toEqual([]);
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
