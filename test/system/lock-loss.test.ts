import { cpSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataDirectoryInUse, lockDataDirectory } from '../../main/store/files/directory-lock.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { call, inDir, keys, lab, post, ready, status, useLab } from './file-loss-lab.ts';

useLab();

describe('a small file that vanishes', () => {
  test.each(['secret.key', 'belfry.db-mark'])('%s is written again', async (name) => {
    expect(await post('before')).toBe(200);
    const before = readFileSync(inDir(name));
    rmSync(inDir(name));
    lab.clock.advance(1_000);
    expect(readFileSync(inDir(name)).equals(before)).toBe(true);
    expect(await post('after')).toBe(200);
    expect(lab.log.join()).toMatch(/written again/);
  });
});

describe('a lock file that is removed', () => {
  test('is made and held again within a second', () => {
    rmSync(inDir('lock.db'));
    lab.clock.advance(1_000);
    expect(existsSync(inDir('lock.db'))).toBe(true);
    expect(() => lockDataDirectory(lab.dataDir)).toThrow(DataDirectoryInUse);
  });

  test('lets no second instance start before that', async () => {
    expect(await post('before')).toBe(200);
    rmSync(inDir('lock.db'));
    const second = lab.newApp();
    await expect(second.start()).rejects.toThrow(
      /Another Belfry is already running on .* its lock file was removed/,
    );
    expect(await post('after')).toBe(200);
  });

  test('and taken by another process stops whoever held it, and what it sends', async () => {
    await using receiver = await HttpReceiver.start();
    const config = { url: receiver.url };
    await call('channels.create', { kind: 'webhook', name: 'hook', config });
    rmSync(inDir('lock.db'));
    // A second lock on another directory is what a program without the second look would hold.
    const elsewhere = join(lab.temp, 'elsewhere');
    mkdirSync(elsewhere);
    using _lock = lockDataDirectory(elsewhere);
    linkSync(join(elsewhere, 'lock.db'), inDir('lock.db'));
    lab.clock.advance(1_000);
    expect(await ready()).toBe(503);
    expect(await post('refused')).toBe(503);
    expect((await status()).storage.problem).toMatch(/Another Belfry runs on .*Stop it/);
    lab.clock.advance(60_000);
    expect(receiver.received).toEqual([]);
  });
});

test('a start after a crash needs no clean end of the process before', async () => {
  expect(await post('before')).toBe(200);
  const crashed = join(lab.temp, 'crashed');
  cpSync(lab.dataDir, crashed, { recursive: true });
  await lab.app.stop();
  lab.dataDir = crashed;
  lab.app = lab.newApp();
  await lab.app.start();
  expect(await keys()).toEqual(['before']);
});
