import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { declareAppScheme, fileOf, serveAppScheme } from '../../main/shell/app-protocol.ts';
import { app } from '../support/electron/app.ts';
import { fetchScheme } from '../support/electron/system.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const parent = mkdtempSync(join(tmpdir(), 'belfry-protocol-'));
const rendererDir = join(parent, 'renderer');

afterAll(() => rmSync(parent, { recursive: true, force: true }));

beforeAll(async () => {
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<p>window</p>');
  writeFileSync(join(rendererDir, 'assets', 'a.js'), '1');
  writeFileSync(join(rendererDir, 'notes.txt'), 'no type of ours');
  writeFileSync(join(parent, 'secret.js'), 'secret');
  writeFileSync(join(parent, 'THIRD-PARTY-NOTICES.txt'), 'zod 4.0.0');
  mkdirSync(join(parent, 'renderer-other'));
  writeFileSync(join(parent, 'renderer-other', 'x.js'), 'secret');
  declareAppScheme();
  await app.whenReady();
  serveAppScheme(rendererDir);
});

const get = (url: string, method = 'GET') => fetchScheme(url, method);

describe('belfry-window://app/', () => {
  it('serves the window with a policy that allows nothing foreign', async () => {
    const response = await get('belfry-window://app/');
    expect(await response.text()).toBe('<p>window</p>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect((await get('belfry-window://app/assets/a.js?v=1#x')).headers.get('content-type')).toBe(
      'text/javascript; charset=utf-8',
    );
  });

  it('serves the third-party notices beside the window as plain text', async () => {
    const response = await get('belfry-window://app/THIRD-PARTY-NOTICES.txt');
    expect(await response.text()).toBe('zod 4.0.0');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it.each([
    'belfry-window://app/missing.js',
    'belfry-window://app/assets',
    'belfry-window://app/assets/',
    'belfry-window://app/notes.txt',
    'belfry-window://app/index.html/x.js',
    'belfry-window://other/index.html',
    'belfry-window://app/%2e%2e/secret.js',
    'belfry-window://app/..%2fsecret.js',
    'belfry-window://app/..%5csecret.js',
    'belfry-window://app/%2e%2e/renderer-other/x.js',
    'belfry-window://app/assets/..%2f..%2fsecret.js',
    'belfry-window://app//etc/passwd.json',
    'belfry-window://app/C:%5csecret.js',
    'belfry-window://app/a%00.js',
    'belfry-window://app/%E0%A4%A.js',
  ])('does not find %s', async (url) => {
    const response = await get(url);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('takes no other verb', async () => {
    expect((await get('belfry-window://app/', 'POST')).status).toBe(405);
  });

  it('never names a file outside its folder', () => {
    for (const path of ['/../a.js', '/%2e%2e%2fa.js', '/./../a.js', '/x/%2e%2e/%2e%2e/a.js']) {
      const file = fileOf(rendererDir, `belfry-window://app${path}`);
      expect(file === null || file.startsWith(join(rendererDir, '/'))).toBe(true);
    }
  });
});
