import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { thirdPartyNotices } from '../../resources/third-party-notices.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'belfry-notices-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Installs a package whose licence file, if it has one, holds `text`. */
function install(folder: string, manifest: object, text: string | null = 'Its terms.'): void {
  const name = folder.replace(/^.*node_modules\//, '');
  const whole = { name, version: '1.0.0', type: 'module', main: 'index.js', ...manifest };
  write(`node_modules/${folder}/package.json`, JSON.stringify(whole));
  write(`node_modules/${folder}/index.js`, `export default ${JSON.stringify(folder)};`);
  if (text !== null) write(`node_modules/${folder}/LICENSE.md`, text);
}

async function bundle(part: string, ...imports: string[]): Promise<void> {
  const lines = imports.map((name, at) => `import m${at} from '${name}'; console.log(m${at});`);
  write(`main/${part}.js`, lines.join('\n'));
  await build({
    configFile: false,
    root,
    logLevel: 'silent',
    plugins: [thirdPartyNotices(part, root)],
    ssr: { noExternal: true, external: ['electron', 'better-sqlite3'] },
    build: {
      ssr: `main/${part}.js`,
      outDir: `out/${part}`,
      rolldownOptions: { external: ['electron', 'better-sqlite3', /^node:/] },
    },
  });
}

const notices = (): string => readFileSync(join(root, 'out/THIRD-PARTY-NOTICES.txt'), 'utf8');

/** Returns "name version, licence" of each entry. */
const entries = (): string[] =>
  [...notices().matchAll(/^={80}\n(.+)\nLicense: (.+)\n\n(?=\S)/gm)].map(
    ([, key, license]) => `${key ?? ''}, ${license ?? ''}`,
  );

it('lists what every build bundled with its text, in one order whichever build ran last', async () => {
  install('b', { license: 'ISC' }, 'Terms of b.\r\n');
  install('@scope/a', { license: 'MIT' });
  install('b/node_modules/@scope/a', { license: 'MIT', version: '2.0.0' });
  write('node_modules/b/index.js', `import a from '@scope/a'; export default [a];`);
  install('unused', { license: 'GPL-3.0' });
  await bundle('main', 'b');
  await bundle('window', '@scope/a', 'node:os');
  const first = notices();
  expect(entries()).toEqual(['@scope/a 1.0.0, MIT', '@scope/a 2.0.0, MIT', 'b 1.0.0, ISC']);
  expect(first).toContain('License: ISC\n\nTerms of b.\n');
  await bundle('main', 'b');
  expect(notices()).toBe(first);
  // A package that a build no longer bundles is gone.
  await bundle('main', '@scope/a');
  expect(entries()).toEqual(['@scope/a 1.0.0, MIT']);
});

it('finds the package of a file below a package.json that only sets the module type', async () => {
  install('deep', { license: 'BSD-3-Clause', main: 'esm/index.js' });
  write('node_modules/deep/esm/package.json', '{ "type": "module" }');
  write('node_modules/deep/esm/index.js', 'export default 1;');
  await bundle('main', 'deep');
  expect(entries()).toEqual(['deep 1.0.0, BSD-3-Clause']);
});

it('lists what ships beside the bundle, with what is compiled into it', async () => {
  install('better-sqlite3', { license: 'MIT', dependencies: { addon: '1' } });
  install('addon', { license: 'MIT' });
  const header = '/*\n** The author disclaims copyright to this.\n**\n*****\n*/\n';
  write(
    'node_modules/better-sqlite3/deps/sqlite3/sqlite3.h',
    `${header}#define SQLITE_VERSION        "3.54.1"\n`,
  );
  install('electron', { license: 'MIT' });
  await bundle('main', 'better-sqlite3', 'electron');
  expect(entries()).toEqual([
    'SQLite 3.54.1, Public domain',
    'addon 1.0.0, MIT',
    'better-sqlite3 1.0.0, MIT',
    'electron 1.0.0, MIT',
  ]);
  expect(notices()).toContain('The author disclaims copyright to this.');
  expect(notices()).toContain('LICENSES.chromium.html');
});

it.each([
  [{ license: '(MIT OR GPL-3.0)' }, '(MIT OR GPL-3.0)'],
  [{ license: 'MIT AND ISC' }, 'MIT AND ISC'],
  [{ licenses: [{ type: 'GPL-2.0' }, { type: 'MIT' }] }, 'GPL-2.0 OR MIT'],
  [{ license: { type: 'Apache-2.0' } }, 'Apache-2.0'],
])('takes a package under %j', async (manifest, license) => {
  install('one', manifest);
  await bundle('main', 'one');
  expect(entries()).toEqual([`one 1.0.0, ${license}`]);
});

it.each([
  [{ license: 'GPL-3.0-only' }, 'GPL-3.0-only'],
  [{ license: 'LGPL-2.1' }, 'LGPL-2.1'],
  [{ license: 'MIT AND AGPL-3.0' }, 'MIT AND AGPL-3.0'],
  [{ license: 'SEE LICENSE IN LICENSE.md' }, 'SEE LICENSE IN LICENSE.md'],
  [{ license: 'UNLICENSED' }, 'UNLICENSED'],
  [{}, 'none'],
  [{ licenses: [] }, ''],
])('fails the build by the name of a package under %j', async (manifest, license) => {
  install('@bad/one', manifest);
  await expect(bundle('main', '@bad/one')).rejects.toThrow(
    `@bad/one 1.0.0 has the licence ${license}, which is not known to be permissive`,
  );
});

it('writes the text of MIT where a package only names it, and fails where it cannot', async () => {
  install('named', { license: 'MIT', author: 'Ada <ada@example.org>' }, null);
  await bundle('main', 'named');
  expect(notices()).toContain('Copyright (c) Ada <ada@example.org>\n\nPermission is hereby');
  for (const manifest of [{ license: 'MIT' }, { license: 'ISC', author: 'Ada' }]) {
    install('silent', manifest, null);
    write('node_modules/silent/NOTICE', 'A notice is no licence.');
    await expect(bundle('main', 'silent')).rejects.toThrow('silent 1.0.0 has no licence text');
  }
});

it('fails for a module whose origin is unknown', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'belfry-outside-'));
  writeFileSync(join(outside, 'x.js'), 'export default 1;');
  await expect(bundle('main', join(outside, 'x.js'))).rejects.toThrow(/is from no package/);
  rmSync(outside, { recursive: true });
});
