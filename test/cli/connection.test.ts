import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectionOf, type ConnectionOptions } from '../../main/cli/connection.ts';
import { writeServerFile } from '../../main/cli/data-dir.ts';
import { ensureAdminToken } from '../../main/system/access/admin-token.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { tempDir } from '../support/temp-dir.ts';

const messages = messagesFor('en');
const LOCAL = 'http://127.0.0.1:8377';

let temp: ReturnType<typeof tempDir>;
let nothing: ConnectionOptions;
beforeEach(() => {
  temp = tempDir();
  const dataDir = join(temp.path, 'data');
  mkdirSync(dataDir);
  nothing = { dataDir, url: null, token: null, tokenFile: null, adminToken: null };
});
afterEach(() => temp[Symbol.dispose]());

/** An instance that runs on the data directory; its token. */
function running(): string {
  writeServerFile(nothing.dataDir, LOCAL);
  return ensureAdminToken(nothing.dataDir);
}

const codeOf = (options: Partial<ConnectionOptions>): string => {
  const result = connectionOf(messages, { ...nothing, ...options });
  return result.ok ? 'ok' : result.error.code;
};

describe('the instance of the data directory', () => {
  test('needs nothing but its files', () => {
    const token = running();
    expect(connectionOf(messages, nothing)).toEqual({ ok: true, value: { url: LOCAL, token } });
  });

  test('that does not run is unavailable, in words that name ways out', () => {
    expect(connectionOf(messages, nothing)).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        message: expect.stringMatching(/belfry serve.*--data-dir.*--url/) as string,
      },
    });
  });

  test('that was started with its own token takes that from the environment', () => {
    writeServerFile(nothing.dataDir, LOCAL);
    expect(codeOf({})).toBe('unauthenticated');
    expect(connectionOf(messages, { ...nothing, adminToken: 'chosen' })).toMatchObject({
      value: { token: 'chosen' },
    });
  });
});

describe('another address', () => {
  test('never gets the token of the data directory or of the server beside it', () => {
    running();
    expect(codeOf({ url: 'http://elsewhere:8377' })).toBe('unauthenticated');
    expect(codeOf({ url: 'http://127.0.0.1:8378', adminToken: 'chosen' })).toBe('unauthenticated');
    expect(codeOf({ url: `${LOCAL}/` })).toBe('ok');
  });

  test.for(['ftp://nas', 'nas:8377', 'nas', 'file:///etc/passwd'])('%s is none', (url) => {
    expect(codeOf({ url, token: 'x' })).toBe('invalid_input');
  });

  test('loses its trailing slash, query and credentials, and keeps its path', () => {
    expect(
      connectionOf(messages, {
        ...nothing,
        url: 'https://me:pw@lab.example/belfry/?a=b',
        token: 'x',
      }),
    ).toEqual({ ok: true, value: { url: 'https://lab.example/belfry', token: 'x' } });
  });
});

describe('the token', () => {
  test('comes from a file, without its line break', () => {
    const tokenFile = join(temp.path, 'token');
    writeFileSync(tokenFile, 'bf_from_file\n');
    expect(connectionOf(messages, { ...nothing, url: LOCAL, tokenFile })).toMatchObject({
      value: { token: 'bf_from_file' },
    });
  });

  test('is missed in a file that is empty or not there', () => {
    const tokenFile = join(temp.path, 'token');
    expect(codeOf({ url: LOCAL, tokenFile })).toBe('invalid_input');
    writeFileSync(tokenFile, '\n');
    expect(codeOf({ url: LOCAL, tokenFile })).toBe('invalid_input');
  });

  test('can be no second header', () => {
    expect(codeOf({ url: LOCAL, token: 'a\r\nx: y' })).toBe('invalid_input');
  });
});
