import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadDataKey } from '../../main/store/files/data-key.ts';
import { tempDir } from '../support/temp-dir.ts';
import { isPosix } from '../support/posix.ts';

let dir: ReturnType<typeof tempDir>;
let path: string;
beforeEach(() => {
  dir = tempDir();
  path = join(dir.path, 'secret.key');
});
afterEach(() => dir[Symbol.dispose]());

const load = (isNewKeyWanted = false): Promise<Buffer> =>
  loadDataKey(dir.path, { protector: null, isNewKeyWanted });

const keyFile = (key: Buffer): string =>
  JSON.stringify({ version: 1, protection: 'file', key: key.toString('base64') });

describe('the key file', async () => {
  test('is made once, for its owner alone', async () => {
    const key = await load();
    expect(key).toHaveLength(32);
    expect((await load()).equals(key)).toBe(true);
    if (isPosix) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['is empty', ''],
    ['is no JSON', '{"version":1'],
    ['is another document', '[]'],
    ['is of another version', JSON.stringify({ version: 9, protection: 'file', key: '' })],
    ['is no base64', JSON.stringify({ version: 1, protection: 'file', key: '***' })],
    ['has a key that is too short', keyFile(Buffer.alloc(16))],
    ['has a key that is too long', keyFile(Buffer.alloc(33))],
    ['has no key', keyFile(Buffer.alloc(0))],
  ])('that %s stops the start with its name and the fix, in one line', async (_what, content) => {
    writeFileSync(path, content);
    await expect(load()).rejects.toThrow(
      /^\S+secret\.key cannot be used: [^\n]+\. Restore it from a backup; or [^\n]*--new-key[^\n]*$/,
    );
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('that is a directory or a link to nothing stops the start', async () => {
    mkdirSync(path);
    await expect(load()).rejects.toThrow(/secret\.key cannot be used: EISDIR/);
    rmSync(path, { recursive: true });
    symlinkSync(join(dir.path, 'gone'), path);
    await expect(load()).rejects.toThrow(/secret\.key cannot be used: ENOENT/);
  });

  test.each([
    ['a database', 'belfry.db'],
    ['a backup', 'backups/belfry-20260101T000000Z.db'],
  ])('that is missing beside %s is not replaced unless that is wanted', async (_what, name) => {
    mkdirSync(join(dir.path, 'backups'));
    writeFileSync(join(dir.path, name), 'data');
    await expect(load()).rejects.toThrow(
      /secret\.key is missing.*Restore it from a backup.*--new-key/,
    );
    expect(await load(true)).toHaveLength(32);
    await expect(load(true)).rejects.toThrow(/secret\.key exists.*without --new-key/);
    expect(await load()).toHaveLength(32);
  });
});
