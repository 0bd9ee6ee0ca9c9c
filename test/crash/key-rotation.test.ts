/** @module-tag slow */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { rotateStoppedKey } from '../../main/cli/rotate-key.ts';
import { fillSecrets, KeyLab, openedSecrets, SECRETS } from '../support/key-lab.ts';
import { isPosix } from '../support/posix.ts';
import { buildWithPoints, CLI } from './points.ts';
import { tempDir } from '../support/temp-dir.ts';

const temp = tempDir();
const full = join(temp.path, 'full');

beforeAll(async () => {
  buildWithPoints();
  mkdirSync(full);
  await fillSecrets(full);
});
afterAll(() => temp[Symbol.dispose]());

/** Rotates with the command, which is killed at a point; returns the data directory that it leaves. */
function killedAt(point: string, mode: string): string {
  const dataDir = join(temp.path, `${mode}-${point.replace(':', '-')}`);
  cpSync(full, dataDir, { recursive: true });
  const forgets = mode === 'forget' ? ['--forget-earlier', '--yes'] : [];
  const args = [CLI, 'rotate-key', '--data-dir', dataDir, ...forgets];
  const env = { ...process.env, BELFRY_CRASH_AT: point };
  const { signal, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  expect(signal, stderr).toBe('SIGKILL');
  return dataDir;
}

test.runIf(isPosix).each([
  ['key.written:1', 'keep'],
  ['rotate.key:1', 'keep'],
  ['rotate:1', 'keep'],
  ['rotate.committed:1', 'keep'],
  ['rotate.done:1', 'keep'],
  ['key.written:1', 'forget'],
  ['rotate.key:1', 'forget'],
  ['rotate.committed:1', 'forget'],
  ['key.written:2', 'forget'],
  ['rotate.done:1', 'forget'],
])('a kill at %s of a rotation that is to %s earlier keys loses no secret', async (point, mode) => {
  const dataDir = killedAt(point, mode);
  expect(await openedSecrets(dataDir)).toEqual(SECRETS);
  {
    await using lab = await KeyLab.start(dataDir);
    expect((await lab.call('settings.get', {})).outboundHeartbeat.target).not.toBeNull();
  }
  // The start has sealed with the current key what the kill left.
  expect(await openedSecrets(dataDir, 'current')).toEqual(SECRETS);
  const host = { clock: systemClock, logger: { log: () => undefined } };
  expect(await rotateStoppedKey({ dataDir, forgetEarlier: true, ...host })).toMatchObject({
    ok: true,
    value: { resealed: SECRETS.length, unreadable: 0, earlierKeys: 0 },
  });
  expect(await openedSecrets(dataDir, 'current')).toEqual(SECRETS);
});
