import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const OUT = join(import.meta.dirname, '../../out/main');

test('the build that is shipped has no crash points', () => {
  const files = globSync('**/*.js', { cwd: OUT });
  expect(files).toContain('cli.js');
  const withPoints = files.filter((file) =>
    readFileSync(join(OUT, file), 'utf8').includes('BELFRY_CRASH'),
  );
  expect(withPoints).toEqual([]);
});
