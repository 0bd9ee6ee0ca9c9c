import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterOf } from '../../main/cli/cluster-options.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { tempDir } from '../support/temp-dir.ts';

let dir: ReturnType<typeof tempDir>;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => dir[Symbol.dispose]());

function file(name: string, text: string): string {
  const path = join(dir.path, name);
  writeFileSync(path, text);
  return path;
}

type Given = Partial<Parameters<typeof clusterOf>[1]>;
const read = (flags: Given, listen = { host: '10.0.0.1', port: 8_377 }) =>
  clusterOf(
    messagesFor('en'),
    {
      ...{ cluster: 'nats://a:4222', clusterName: 'home', clusterCore: undefined },
      ...{ clusterUrl: undefined, clusterInit: undefined, clusterCredentials: undefined },
      clusterCa: undefined,
      ...flags,
    },
    listen,
    'worker.js',
  );
const refusal = (flags: Given, listen?: { host: string; port: number }): string => {
  const result = read(flags, listen);
  if (result.ok) throw new Error('It was accepted');
  expect(result.error.code).toBe('invalid_input');
  return result.error.message;
};

describe('the options of a cluster', () => {
  test('name no cluster without its servers', () => {
    expect(read({ cluster: '', clusterName: 'not a name' })).toEqual({ ok: true, value: null });
    expect(read({ cluster: undefined })).toEqual({ ok: true, value: null });
  });

  test('are read with their files', () => {
    const ca = rootCertificates[0] ?? '';
    const result = read({
      ...{ cluster: 'nats://a, tls://b:4333,nats://[fd00::1]:4222', clusterName: 'lab_1' },
      ...{ clusterCore: 'a-1', clusterUrl: 'http://a.lan:8377', clusterInit: true },
      clusterCredentials: file('creds', 'user:password\n'),
      clusterCa: file('ca.pem', ca),
    });
    expect(result).toEqual({
      ok: true,
      value: {
        servers: ['nats://a', 'tls://b:4333', 'nats://[fd00::1]:4222'],
        ...{ name: 'lab_1', core: 'a-1', url: 'http://a.lan:8377', mayBegin: true },
        ...{ credentials: 'user:password\n', authorities: ca, script: 'worker.js' },
      },
    });
  });

  test('have a valid name for the core on every machine', () => {
    expect(read({})).toMatchObject({
      value: { core: expect.stringMatching(/^[\w-]{1,40}$/) as string, url: null },
    });
  });

  test.each([
    'a:4222',
    'ws://a:4222',
    'http://a:4222',
    'nats://',
    'nats://a,',
    'nats://user:secret@a:4222',
    'nats://a/path',
    'nats://a?x=1',
  ])('refuse the server %s', (cluster) => {
    expect(refusal({ cluster })).toMatch(/^--cluster: .*Use nats:\/\/host:4222/);
  });

  test.each(['', 'two words', 'a.b', 'ä', 'a'.repeat(41), '*', '>'])(
    'refuse the name %j',
    (name) => {
      expect(refusal({ clusterName: name })).toMatch(/^--cluster-name: /);
      if (name !== '') expect(refusal({ clusterCore: name })).toMatch(/^--cluster-core: /);
    },
  );

  test.each([
    'a:8377',
    'ftp://a',
    'https://a',
    'http://a/belfry',
    'http://user@a',
    'http://a?x',
    'nothing',
  ])('refuse the URL %s', (clusterUrl) => {
    expect(refusal({ clusterUrl })).toMatch(/^--cluster-url: /);
  });

  test('demand a URL where nobody could reach what the core listens on', () => {
    for (const host of ['0.0.0.0', '::']) {
      expect(refusal({}, { host, port: 8_377 })).toMatch(/^--cluster-url is missing/);
    }
    expect(refusal({}, { host: '10.0.0.1', port: 0 })).toMatch(/^--cluster-url is missing/);
  });

  test('name the option of a file that cannot be used, and nothing of its content', () => {
    const secret = file('secret', 'a secret that is none');
    expect(refusal({ clusterCredentials: secret })).toBe(
      `--cluster-credentials: ${secret} contains no credentials for NATS. Use a .creds file, an nkey seed (SU…), or one line user:password.`,
    );
    expect(refusal({ clusterCa: secret })).toBe(
      `--cluster-ca: ${secret} contains no certificate in PEM format.`,
    );
    const missing = join(dir.path, 'missing');
    expect(refusal({ clusterCredentials: missing })).toMatch(/^--cluster-credentials: .*missing/);
    expect(refusal({ clusterCa: missing })).toMatch(/^--cluster-ca: .*missing/);
    expect(refusal({ clusterCa: file('large', 'x'.repeat(1_100_000)) })).toMatch(
      /^--cluster-ca: .*larger than/,
    );
  });
});
