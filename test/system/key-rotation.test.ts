import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { restore } from '../../main/cli/restore.ts';
import { rotateStoppedKey } from '../../main/cli/rotate-key.ts';
import { systemClock } from '../../main/base/clock.ts';
import { ok } from '../../main/contract/result.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { fillSecrets, KeyLab, openedSecrets, SECRETS } from '../support/key-lab.ts';
import { KeptLog } from '../support/kept-log.ts';
import { tempDir } from '../support/temp-dir.ts';
import { send } from '../transport/http/fixture.ts';

const full = tempDir();
let temp: ReturnType<typeof tempDir>;
let dataDir: string;
beforeAll(() => fillSecrets(full.path));
beforeEach(() => {
  temp = tempDir();
  dataDir = join(temp.path, 'data');
  cpSync(full.path, dataDir, { recursive: true });
});
afterEach(() => temp[Symbol.dispose]());
afterAll(() => full[Symbol.dispose]());

const host = { clock: systemClock, logger: { log: () => undefined } };
const keyText = (): string => readFileSync(join(dataDir, 'secret.key'), 'utf8');

/** Restores the newest backup, as `belfry restore latest` does. */
async function restoreLatest(): Promise<void> {
  const confirm = () => Promise.resolve(ok(null));
  const messages = messagesFor('en');
  const request = { dataDir, wanted: 'latest', clock: systemClock, messages, confirm };
  expect((await restore(request)).ok).toBe(true);
}

describe('a rotation', () => {
  test('is refused in a cluster, whose other cores would not hear of the key', async () => {
    const before = keyText();
    await using lab = await KeyLab.start(dataDir, { sharedLog: new KeptLog() });
    expect(await lab.result('keys.rotate', {})).toMatchObject({
      ok: false,
      error: { code: 'wrong_state', message: expect.stringContaining('cluster') as string },
    });
    expect(keyText()).toBe(before);
  });

  test('seals every secret with a new key, says so in the audit log, and shows no key', async () => {
    const before = keyText();
    {
      await using lab = await KeyLab.start(dataDir);
      expect(await lab.call('keys.rotate', {})).toEqual({
        resealed: SECRETS.length,
        unreadable: 0,
        earlierKeys: 1,
      });
      const { items } = await lab.call('audit.list', {});
      expect(items[0]).toMatchObject({
        actor: 'ann',
        action: 'key.rotate',
        subject: 'secret.key',
        detail: '3 secrets encrypted again',
      });
      expect(await lab.call('keys.rotate', { forgetEarlier: true })).toMatchObject({
        resealed: SECRETS.length,
        earlierKeys: 0,
      });
      const shown = JSON.stringify(await lab.call('audit.list', {}));
      for (const key of lab.keyFile.keys) expect(shown).not.toContain(key.toString('base64'));
    }
    expect(keyText()).not.toBe(before);
    expect(await openedSecrets(dataDir, 'current')).toEqual(SECRETS);
  });

  test('of a stopped Belfry does the same, and leaves a running one alone', async () => {
    const rotated = await rotateStoppedKey({ dataDir, forgetEarlier: false, ...host });
    expect(rotated).toMatchObject({ ok: true, value: { resealed: 3, earlierKeys: 1 } });
    expect(await openedSecrets(dataDir, 'current')).toEqual(SECRETS);
    await using lab = await KeyLab.start(dataDir);
    expect(await rotateStoppedKey({ dataDir, forgetEarlier: false, ...host })).toBe('running');
    const { items } = await lab.call('audit.list', {});
    expect(items.map(({ actor, action }) => `${actor} ${action}`)).toContain('terminal key.rotate');
    const elsewhere = join(temp.path, 'none');
    expect(await rotateStoppedKey({ dataDir: elsewhere, forgetEarlier: false, ...host })).toBe(
      'empty',
    );
    expect(existsSync(elsewhere)).toBe(false);
  });

  test('signs no browser out, also after a restart', async () => {
    const signedIn = async (lab: KeyLab, cookie: string): Promise<number> =>
      (await send(lab.app.url ?? '', '/api/v1/alerts', { headers: { cookie } })).status;
    let cookie: string;
    {
      await using lab = await KeyLab.start(dataDir);
      const { url } = await lab.call('session.link', {});
      const answer = await send(lab.app.url ?? '', '/api/v1/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code: url.split('/#/sign-in/')[1] }),
      });
      cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      await lab.call('keys.rotate', { forgetEarlier: true });
      expect(await signedIn(lab, cookie)).toBe(200);
    }
    await rotateStoppedKey({ dataDir, forgetEarlier: false, ...host });
    await using lab = await KeyLab.start(dataDir);
    expect(await signedIn(lab, cookie)).toBe(200);
  });

  test('runs once at a time', async () => {
    await using lab = await KeyLab.start(dataDir);
    const [first, second] = await Promise.all([
      lab.result('keys.rotate', {}),
      lab.result('keys.rotate', {}),
    ]);
    expect(first.ok).toBe(true);
    expect(second).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  test('whose key file cannot be written changes nothing and says why', async () => {
    const before = keyText();
    mkdirSync(join(dataDir, 'secret.key.partial'));
    {
      await using lab = await KeyLab.start(dataDir);
      expect(await lab.result('keys.rotate', {})).toMatchObject({
        ok: false,
        error: { code: 'unavailable', reason: { code: 'error.key_not_rotated' } },
      });
    }
    expect(keyText()).toBe(before);
    expect(await openedSecrets(dataDir)).toEqual(SECRETS);
  });

  test('is what the key file is written again with when somebody removes it', async () => {
    const clock = new FakeClock();
    await using lab = await KeyLab.start(dataDir, { clock });
    await lab.call('keys.rotate', {});
    const rotated = keyText();
    rmSync(join(dataDir, 'secret.key'));
    clock.advance(2_000);
    expect(keyText()).toBe(rotated);
  });
});

describe('a backup from before a rotation', () => {
  const backUp = async (): Promise<void> => {
    await using lab = await KeyLab.start(dataDir);
    await lab.call('backups.create', {});
  };

  test('still opens, and its secrets get the current key at the next start', async () => {
    await backUp();
    await rotateStoppedKey({ dataDir, forgetEarlier: false, ...host });
    await restoreLatest();
    expect(await openedSecrets(dataDir, 'current')).toEqual([]);
    expect(await openedSecrets(dataDir)).toEqual(SECRETS);
    {
      await using lab = await KeyLab.start(dataDir);
      const { items } = await lab.call('audit.list', {});
      expect(items[0]).toMatchObject({ actor: 'belfry', action: 'key.reseal' });
    }
    expect(await openedSecrets(dataDir, 'current')).toEqual(SECRETS);
  });

  test('keeps secrets that nothing opens once the earlier keys are dropped', async () => {
    await backUp();
    await rotateStoppedKey({ dataDir, forgetEarlier: true, ...host });
    await restoreLatest();
    expect(await openedSecrets(dataDir)).toEqual([]);
    await using lab = await KeyLab.start(dataDir);
    expect(await lab.call('keys.rotate', {})).toMatchObject({ resealed: 0, unreadable: 3 });
  });
});
