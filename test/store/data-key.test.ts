import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EARLIER_KEYS_MAX, KeyFile } from '../../main/store/files/data-key.ts';
import { tempDir } from '../support/temp-dir.ts';
import { isPosix } from '../support/posix.ts';

let dir: ReturnType<typeof tempDir>;
let path: string;
beforeEach(() => {
  dir = tempDir();
  path = join(dir.path, 'secret.key');
});
afterEach(() => dir[Symbol.dispose]());

const open = (isNewKeyWanted = false): Promise<KeyFile> =>
  KeyFile.open(dir.path, { protector: null, isNewKeyWanted });

/** The current key. */
const load = async (isNewKeyWanted?: boolean): Promise<Buffer> =>
  (await open(isNewKeyWanted)).keys[0] ?? Buffer.alloc(0);

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
    ['has an empty list of keys', JSON.stringify({ version: 2, keys: [] })],
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

describe('a rotated key file', () => {
  test('has the new key first, then as many earlier ones as are kept', async () => {
    const file = await open();
    const seen = [...file.keys];
    for (let n = 0; n < EARLIER_KEYS_MAX + 2; n += 1) {
      const [made = Buffer.alloc(0)] = await file.change('add');
      seen.unshift(made);
    }
    const kept = seen.slice(0, EARLIER_KEYS_MAX + 1);
    expect(file.keys).toEqual(kept);
    expect((await open()).keys).toEqual(kept);
    if (isPosix) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is one that earlier versions read once the earlier keys are dropped', async () => {
    const file = await open();
    await file.change('add');
    expect(readFileSync(path, 'utf8')).toContain('"version":2');
    const [current = Buffer.alloc(0)] = await file.change('forget');
    expect(readFileSync(path, 'utf8')).toBe(`${keyFile(current)}\n`);
    expect((await open()).keys).toEqual([current]);
  });

  test('that cannot be written stays as it was, and so do the keys', async () => {
    const file = await open();
    const before = readFileSync(path, 'utf8');
    const [key] = file.keys;
    mkdirSync(`${path}.partial`);
    await expect(file.change('add')).rejects.toThrow();
    expect(file.keys).toEqual([key]);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});
