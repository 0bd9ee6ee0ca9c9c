import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { guardDataDirectory } from '../../main/store/files/guarded-directory.ts';
import { tempDir } from '../support/temp-dir.ts';

let temp: ReturnType<typeof tempDir>;
let dir: string;
let warned: string[];
beforeEach(() => {
  temp = tempDir();
  dir = join(temp.path, 'data');
  warned = [];
});
afterEach(() => temp[Symbol.dispose]());

const logger = {
  log: (_level: string, message: string, fields?: object) =>
    void warned.push(`${message} ${JSON.stringify(fields)}`),
};
const modeOf = (path: string): number => statSync(path).mode & 0o7777;
const make = (mode: number): void => {
  mkdirSync(dir);
  chmodSync(dir, mode);
};
const file = (name: string, mode: number): string => {
  const path = join(dir, name);
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
};

describe.skipIf(process.platform === 'win32')('a data directory', () => {
  test('that is new is for its owner alone', () => {
    guardDataDirectory(dir, logger);
    expect(modeOf(dir)).toBe(0o700);
    expect(warned).toEqual([]);
  });

  test.each([
    [0o777, 0o755],
    [0o775, 0o755],
    [0o2770, 0o2750],
    [0o1777, 0o1755],
  ])('of mode %o that others may write to is tightened to %o, and the log says so', (from, to) => {
    make(from);
    guardDataDirectory(dir, logger);
    expect(modeOf(dir)).toBe(to);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toContain(dir);
  });

  test('that others may only read stays as it is', () => {
    make(0o755);
    guardDataDirectory(dir, logger);
    expect(modeOf(dir)).toBe(0o755);
    expect(warned).toEqual([]);
  });

  test('has its files tightened, secrets most', () => {
    make(0o755);
    const key = file('secret.key', 0o644);
    const token = file('admin-token', 0o640);
    const database = file('belfry.db', 0o666);
    const log = file('belfry.db-wal', 0o664);
    guardDataDirectory(dir, logger);
    expect([key, token, database, log].map(modeOf)).toEqual([0o600, 0o600, 0o644, 0o644]);
    expect(warned).toHaveLength(4);
  });

  test('below one that everybody may write to is refused, also behind a link', () => {
    const open = join(temp.path, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(() => guardDataDirectory(join(open, 'data'), logger)).toThrow(
      /Everybody can write to \S+open, .*chmod o-w/,
    );
    symlinkSync(join(open, 'data'), dir);
    expect(() => guardDataDirectory(dir, logger)).toThrow(/Everybody can write to \S+open/);
    // As in /tmp, nobody can rename what belongs to others.
    chmodSync(open, 0o1777);
    guardDataDirectory(dir, logger);
  });

  test.skipIf(process.getuid?.() !== 0)('of another user is refused', () => {
    make(0o777);
    chownSync(dir, 4_242, 4_242);
    expect(() => guardDataDirectory(dir, logger, 4_343)).toThrow(
      /belongs to another user \(4242\).*chown 4343/,
    );
    guardDataDirectory(dir, logger, 0);
    expect(warned.join()).toMatch(/belongs to another user/);
    expect(modeOf(dir)).toBe(0o755);
  });

  test.skipIf(process.getuid?.() !== 0)('that cannot be tightened is refused', () => {
    make(0o777);
    expect(() => guardDataDirectory(dir, logger, 4_343)).toThrow(
      /Others have access to \S+data \(mode 0777\).*chmod go-rwx/,
    );
    // A volume that a container's runtime gave to root and the group of the process.
    chmodSync(dir, 0o2770);
    guardDataDirectory(dir, logger, 4_343);
    expect(warned.join()).toContain('A group may write');
  });
});
