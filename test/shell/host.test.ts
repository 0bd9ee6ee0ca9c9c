import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { desktopOptionsOf } from '../../main/base/desktop-options.ts';
import { loadDataKey } from '../../main/store/files/data-key.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { dataDirOf, forcedHttpOf, keyProtector } from '../../main/shell/environment.ts';
import { app } from '../support/electron/app.ts';
import { keyStore } from '../support/electron/system.ts';
import { keptLog } from './kept-log.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const MESSAGES = messagesFor('en');

describe('the data directory', () => {
  it('is the one that was asked for, else the user’s, and another for development', () => {
    const dataDir = (args: string[], env = {}, isPackaged = true): string =>
      dataDirOf(desktopOptionsOf(args, env), 'data', isPackaged);
    expect(dataDir(['--data-dir', '/x/../y'], { BELFRY_DATA_DIR: '/z' })).toBe(resolve('/y'));
    expect(dataDir([], { BELFRY_DATA_DIR: '/z' })).toBe(resolve('/z'));
    expect(dataDir(['--data-dir='], { BELFRY_DATA_DIR: '' })).toBe(join('data', 'Belfry'));
    expect(dataDir([], {}, false)).toBe(join('data', 'Belfry-dev'));
  });
});

describe('the HTTP address', () => {
  it('is left to the settings unless a port is named', () => {
    const http = (args: string[], env = {}) => forcedHttpOf(desktopOptionsOf(args, env), MESSAGES);
    expect(http(['--host', '0.0.0.0'])).toBeNull();
    expect(http([], { BELFRY_PORT: '0' })).toEqual({ host: '127.0.0.1', port: 0 });
    expect(http(['--port=8377'], { BELFRY_PORT: '1', BELFRY_HOST: '::' })).toEqual({
      host: '::',
      port: 8_377,
    });
  });

  it.each(['x', '-1', '65536', '1.5', ' '])('is not taken from the port %j', (port) => {
    expect(() => forcedHttpOf(desktopOptionsOf([`--port=${port}`], {}), MESSAGES)).toThrow(
      `must be a number from 0 to 65535, not “${port}”`,
    );
  });
});

describe('the data key', () => {
  let dataDir: string;
  beforeAll(() => app.whenReady());
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'belfry-key-'));
    Object.assign(keyStore, { available: true, backend: 'gnome_libsecret' });
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const load = (): Buffer =>
    loadDataKey(dataDir, {
      protector: keyProtector('linux', keptLog(), MESSAGES),
      isNewKeyWanted: false,
    });

  it('is sealed by the system’s key store, and opened by it again', () => {
    const key = load();
    const file = readFileSync(join(dataDir, 'secret.key'), 'utf8');
    expect(file).toContain('safe-storage');
    expect(file).not.toContain(key.toString('base64'));
    expect(load().equals(key)).toBe(true);
  });

  it('that the key store gives back in another length stops the start', () => {
    load();
    const path = join(dataDir, 'secret.key');
    const sealed = keyProtector('linux', keptLog(), MESSAGES)
      ?.protect(Buffer.alloc(31))
      .toString('base64');
    writeFileSync(path, JSON.stringify({ version: 1, protection: 'safe-storage', key: sealed }));
    expect(load).toThrow(/secret\.key cannot be used: its key has 31 bytes instead of 32/);
  });

  it('is kept in a file where there is no key store worth the name, and the log says so', () => {
    const log = keptLog();
    keyStore.backend = 'basic_text';
    expect(keyProtector('linux', log, MESSAGES)).toBeNull();
    keyStore.available = false;
    expect(keyProtector('win32', log, MESSAGES)).toBeNull();
    expect(log.lines).toHaveLength(2);
    expect(log.lines[0]).toMatch(/^warn: no key store/);
  });

  it('says what happened when the key store is another one', () => {
    const protector = keyProtector('darwin', keptLog(), MESSAGES);
    expect(() => protector?.unprotect(Buffer.from('of another user'))).toThrow(
      'The key store of this computer does not open the key',
    );
  });
});
