import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { messagesFor } from '../../main/messages/messages.ts';
import { keyProtector, unlockKeyFile } from '../../main/shell/key-store.ts';
import { KeyFile } from '../../main/store/files/data-key.ts';
import { app } from '../support/electron/app.ts';
import { record } from '../support/electron/stage.ts';
import { keyStore, openBoxes } from '../support/electron/system.ts';
import { tempDir } from '../support/temp-dir.ts';
import { keptLog } from './kept-log.ts';
import { isPosix } from '../support/posix.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const messages = messagesFor('en');
let temp: ReturnType<typeof tempDir>;
let log: ReturnType<typeof keptLog>;
const keyFile = (): string => join(temp.path, 'secret.key');
const stored = () => JSON.parse(readFileSync(keyFile(), 'utf8')) as Record<string, string>;

const open = (platform: NodeJS.Platform = 'linux') =>
  unlockKeyFile((protector) => KeyFile.open(temp.path, { protector, isNewKeyWanted: false }), {
    platform,
    logger: log,
    messages,
  });

/** The current key; null if the person gave up. */
const load = async (platform?: NodeJS.Platform): Promise<Buffer | null> =>
  (await open(platform))?.keys[0] ?? null;

/** Answers the next box, and returns what it says. */
async function answerBox(response: number): Promise<string> {
  await vi.waitFor(() => expect(openBoxes).toHaveLength(1));
  openBoxes.shift()?.(response);
  return record.messageBoxes.at(-1)?.detail ?? '';
}
const TRY_AGAIN = 0;
const QUIT = 1;

beforeAll(() => app.whenReady());
beforeEach(() => {
  temp = tempDir();
  log = keptLog();
  Object.assign(keyStore, {
    available: true,
    backend: 'gnome_libsecret',
    locked: false,
    rotated: false,
  });
});
afterEach(() => {
  temp[Symbol.dispose]();
});

describe('the data key', () => {
  it('is sealed by the system’s key store, and opened by it again', async () => {
    const key = await load();
    expect(stored()['protection']).toBe('safe-storage');
    expect(readFileSync(keyFile(), 'utf8')).not.toContain(key?.toString('base64'));
    expect(await load()).toEqual(key);
  });

  it('that the key store gives back in another length stops the start', async () => {
    const protector = await keyProtector({ platform: 'linux', logger: log, messages });
    const sealed = (await protector?.protect?.(Buffer.alloc(31)))?.toString('base64');
    const content = { version: 1, protection: 'safe-storage', key: sealed };
    writeFileSync(keyFile(), JSON.stringify(content));
    await expect(load()).rejects.toMatchObject({ reason: { code: 'start.key_length' } });
  });

  it.each([
    ['linux', { backend: 'basic_text' }],
    ['win32', { available: false }],
  ] as const)('is kept in a file where %s has no key store', async (platform, state) => {
    Object.assign(keyStore, state);
    await load(platform);
    expect(stored()['protection']).toBe('file');
    expect(log.lines).toEqual([expect.stringMatching(/^warn: no key store/)]);
  });

  it('is kept in a file on macOS, and one that the keychain sealed before is still opened', async () => {
    await load('darwin');
    expect(stored()['protection']).toBe('file');
    const sealedBefore = await keyProtector({ platform: 'win32', logger: log, messages });
    const key = Buffer.alloc(32, 7);
    const sealed = (await sealedBefore?.protect?.(key))?.toString('base64');
    const content = { version: 1, protection: 'safe-storage', key: sealed };
    writeFileSync(keyFile(), JSON.stringify(content));
    expect(await load('darwin')).toEqual(key);
  });

  it('is sealed again when the key store has a newer key', async () => {
    const key = await load();
    const before = statSync(keyFile());
    expect(await load()).toEqual(key);
    expect(statSync(keyFile()).ino).toBe(before.ino);
    keyStore.rotated = true;
    expect(await load()).toEqual(key);
    expect(statSync(keyFile()).ino).not.toBe(before.ino);
    if (isPosix) expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(await load()).toEqual(key);
  });
});

describe('keys after a rotation', () => {
  it('are each sealed by the key store, and the earlier ones are kept until they are dropped', async () => {
    const first = await load();
    const file = await open();
    const [second] = (await file?.change('add')) ?? [];
    const text = readFileSync(keyFile(), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      version: 2,
      keys: [{ protection: 'safe-storage' }, { protection: 'safe-storage' }],
    });
    for (const key of [first, second]) expect(text).not.toContain(key?.toString('base64'));
    expect((await open())?.keys).toEqual([second, first]);
    keyStore.rotated = true;
    expect((await open())?.keys).toEqual([second, first]);
    await file?.change('forget');
    expect((await open())?.keys).toEqual([second]);
    expect(stored()['version']).toBe(1);
  });
});

describe('a key store that does not open the key', () => {
  it('is asked again as often as the person wants', async () => {
    const key = await load();
    keyStore.locked = true;
    const again = load();
    expect(await answerBox(TRY_AGAIN)).toContain('Unlock the key store and try again');
    await vi.waitFor(() => expect(openBoxes).toHaveLength(1));
    keyStore.locked = false;
    await answerBox(TRY_AGAIN);
    expect(await again).toEqual(key);
    expect(log.lines).toEqual(Array(2).fill('error: the key store does not open the key'));
  });

  it('ends the start when the person gives up, and leaves the key as it is', async () => {
    await load();
    const before = readFileSync(keyFile(), 'utf8');
    keyStore.locked = true;
    const again = load();
    await answerBox(QUIT);
    expect(await again).toBeNull();
    expect(readFileSync(keyFile(), 'utf8')).toBe(before);
  });

  it('may be one that cannot be reached at all', async () => {
    const key = await load();
    keyStore.available = false;
    const again = load();
    await vi.waitFor(() => expect(openBoxes).toHaveLength(1));
    keyStore.available = true;
    expect(await answerBox(TRY_AGAIN)).toContain('desktop’s key store');
    expect(await again).toEqual(key);
  });
});
