import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingTests, ROOT } from './citations.ts';

const GUIDE = readFileSync(join(ROOT, 'docs/internals/security-checklist.md'), 'utf8');
const ITEMS = 20;
/** The rows of the table: item, code, tests. */
const rows = GUIDE.split('\n')
  .filter((line) => /^\| \d+\. /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const sources = globSync(['main/**/*.ts', 'preload/**/*.ts', 'renderer/**/*.{ts,svelte}'], {
  cwd: ROOT,
}).map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

const withText = (pattern: RegExp): string[] =>
  sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('the security checklist', () => {
  test('has every item, each with a test', () => {
    expect(rows.map(([, item = '']) => Number.parseInt(item, 10))).toEqual(
      Array.from({ length: ITEMS }, (_, index) => index + 1),
    );
    expect(rows.filter(([, , , shownBy = '']) => !shownBy.includes('`test/'))).toEqual([]);
  });

  test('names tests and files that exist', () => {
    expect(missingTests(GUIDE)).toEqual([]);
    const files = [...GUIDE.matchAll(/`((?:main|preload)\/[^`]+|electron-builder\.yml)`/g)];
    expect(files.filter(([, path = '']) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('the sources', () => {
  test('no source weakens a page', () => {
    expect(sources.length).toBeGreaterThan(300);
    expect(
      withText(
        /webSecurity|allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|disableBlinkFeatures|allowpopups|<webview|nodeIntegrationIn/,
      ),
    ).toEqual([]);
    // The pattern finds what is there.
    expect(withText(/webviewTag/)).toEqual(['main/shell/main-window.ts']);
  });

  test('one place opens links', () => {
    expect(withText(/shell\.openExternal/)).toEqual(['main/shell/lockdown.ts']);
  });

  test('one version of Electron is pinned', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
