import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take half a minute or more on a quiet machine, the longest first. */
const LONGEST = [
  'test/peers/flapping.test.ts',
  'test/simulator/simulator.test.ts',
  'test/queue/bulk-many.test.ts',
  'test/peers/storage.test.ts',
  'test/peers/mosquitto.test.ts',
];

const isMarkedSlow = (path: string): boolean =>
  readFileSync(path, 'utf8').startsWith('/** @module-tag slow */');

/** 0 is first. */
function rank({ moduleId }: TestSpecification): number {
  const index = LONGEST.indexOf(relative(process.cwd(), moduleId).replaceAll('\\', '/'));
  if (index >= 0) return index;
  return LONGEST.length + (isMarkedSlow(moduleId) ? 0 : 1);
}

/**
 * Starts what takes longest first, since a long file that starts last has one core to itself and leaves
 * the others idle. Vitest alone knows durations only from an earlier run, and goes by size without one.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files))
      .map((file) => ({ file, rank: rank(file) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ file }) => file);
  }
}
