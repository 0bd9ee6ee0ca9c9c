import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultDataDir, prepareDataDir } from '../../main/cli/data-dir.ts';
import { tempDir } from '../support/temp-dir.ts';
import { isPosix } from '../support/posix.ts';

test.for([
  ['linux', {}, '/home/ann/.local/share/belfry'],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/belfry'],
  ['linux', { XDG_DATA_HOME: '' }, '/home/ann/.local/share/belfry'],
  ['darwin', {}, '/home/ann/Library/Application Support/Belfry'],
  ['win32', { LOCALAPPDATA: 'L' }, join('L', 'Belfry')],
] as const)('on %s with %o data is kept in %s', ([platform, env, expected]) => {
  expect(defaultDataDir(platform, env, '/home/ann')).toBe(expected);
});

test.runIf(isPosix)('a new data directory is for its owner alone', () => {
  using temp = tempDir();
  const path = prepareDataDir(join(temp.path, 'a', 'b'), { log: () => undefined });
  expect(statSync(path).mode & 0o777).toBe(0o700);
});
