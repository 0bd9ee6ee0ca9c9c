import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePrivateDirectory } from '../../main/store/files/guarded-directory.ts';
import { tempDir } from '../support/temp-dir.ts';
import { isPosix } from '../support/posix.ts';

test.runIf(isPosix)('makes what is missing for its owner alone, and leaves what is there', () => {
  using dir = tempDir();
  chmodSync(dir.path, 0o755);
  const path = join(dir.path, 'a', 'b');
  makePrivateDirectory(path);
  makePrivateDirectory(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(dir.path).mode & 0o777).toBe(0o755);
});

test('says what is in the way', () => {
  using dir = tempDir();
  const file = join(dir.path, 'file');
  writeFileSync(file, '');
  expect(() => makePrivateDirectory(file)).toThrow(/is a file, not a directory/);
  expect(() => makePrivateDirectory(join(file, 'below'))).toThrow(/ENOTDIR|is a file/);
});

test.runIf(process.platform === 'linux')('comes back where Node would not', () => {
  expect(() => makePrivateDirectory('/proc/belfry')).toThrow(/\/proc\/belfry cannot be created/);
});
