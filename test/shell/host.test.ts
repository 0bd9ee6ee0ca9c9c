import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { desktopOptionsOf } from '../../main/base/desktop-options.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { dataDirOf, forcedHttpOf } from '../../main/shell/environment.ts';

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
