import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Plugin } from 'vite';

const FILE = 'THIRD-PARTY-NOTICES.txt';

/** Licences that ask for no more than their text beside the program. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

const MIT = readFileSync(join(import.meta.dirname, '..', 'LICENSE'), 'utf8').replace(
  /^[^]*?(?=Permission is hereby granted)/,
  '',
);

/** Modules that the bundlers write themselves, by the start of their ids. */
const WRITTEN_BY: readonly (readonly [start: string, name: string])[] = [
  ['\0rolldown/', 'rolldown'],
  ['\0@oxc-project+runtime', 'rolldown'],
  ['\0vite/', 'vite'],
  ['__vite-', 'vite'],
  ['\0plugin-svelte', '@sveltejs/vite-plugin-svelte'],
];

interface Notice {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly author?: string | { readonly name: string };
  readonly license?: string | { readonly type: string };
  readonly licenses?: readonly { readonly type: string }[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest | null => {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : null;
};

/** Returns the folder of the package that a file belongs to; a package.json without a name only sets the module type. */
function packageOf(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = manifestOf(folder);
    if (manifest?.name !== undefined && manifest.version !== undefined) return folder;
  }
  throw new Error(`Third-party notices: ${file} belongs to no package`);
}

/** Returns the folder of an installed package as Node finds it from a folder. */
function installed(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (manifestOf(found)) return found;
    if (folder === dirname(folder)) {
      throw new Error(`Third-party notices: the package ${name} is not installed`);
    }
  }
}

function licenseOf({ license, licenses }: Manifest): string {
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'none';
}

/** Returns true if an SPDX expression lets us choose licences that are all permissive. */
const isPermissive = (expression: string): boolean =>
  expression
    .replaceAll(/^\(|\)$/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => PERMISSIVE.has(one)));

/** Returns the licence and notice files of a package, or MIT's text where the package only names it. */
function textOf(folder: string, { author }: Manifest, license: string): string | null {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .filter((name) => /^(un)?licen[cs]e|^copying|^notice/i.test(name))
    .filter((name) => !/\.([cm]?[jt]s|json|map)$/i.test(name))
    .sort();
  if (files.some((name) => !/^notice/i.test(name))) {
    return files.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
  }
  const holder = typeof author === 'object' ? author.name : author;
  return license === 'MIT' && holder !== undefined
    ? `MIT License\n\nCopyright (c) ${holder}\n\n${MIT.trim()}`
    : null;
}

/** Vite's licence file goes on with what Vite itself contains; none of that is in our chunks. */
const withoutBundled = (text: string): string =>
  text.replace(/\n# Licenses of bundled dependencies\n[^]*$/, '').trim();

/** Throws when the licence of a package is copyleft or unknown, or its text is missing. */
function noticeOf(folder: string): Notice {
  const manifest = manifestOf(folder) ?? {};
  const { name = '', version = '' } = manifest;
  const license = licenseOf(manifest);
  if (!isPermissive(license)) {
    throw new Error(
      `Third-party notices: ${name} ${version} has the licence ${license}, which is not known to be permissive. Remove the package or add its licence to resources/third-party-notices.ts.`,
    );
  }
  const text = textOf(folder, manifest, license);
  if (text === null) throw new Error(`Third-party notices: ${name} ${version} has no licence text`);
  return { name, version, license, text: name === 'vite' ? withoutBundled(text) : text };
}

/** Returns what is compiled into the native module of better-sqlite3. */
function sqliteNotice(folder: string): Notice {
  const header = readFileSync(join(folder, 'deps/sqlite3/sqlite3.h'), 'utf8');
  const version = /#define SQLITE_VERSION\s+"([\d.]+)"/.exec(header)?.[1];
  const blessing = /The author disclaims copyright[^]*?(?=\n\*{5})/.exec(header)?.[0];
  if (version === undefined || blessing === undefined) {
    throw new Error('Third-party notices: sqlite3.h does not say its version and its blessing');
  }
  return {
    name: 'SQLite',
    version,
    license: 'Public domain',
    text: blessing.replaceAll(/^\*\* ?/gm, '').trim(),
  };
}

/** Returns a package that ships beside the chunks, with everything that it depends on. */
function shipped(name: string, from: string): Notice[] {
  const folder = installed(name, from);
  const notice = noticeOf(folder);
  if (name === 'electron') {
    const text = `${notice.text}\n\nElectron contains Chromium, Node.js and others. Their licences are in LICENSES.chromium.html, which every Electron release and every package of Belfry contains.`;
    return [{ ...notice, text }];
  }
  const dependencies = Object.keys(manifestOf(folder)?.dependencies ?? {});
  const inside = name === 'better-sqlite3' ? [sqliteNotice(folder)] : [];
  return [notice, ...inside, ...dependencies.flatMap((each) => shipped(each, folder))];
}

/** Returns what a module brings along: nothing when it is ours or Node's. */
function noticesOf(id: string, root: string): Notice[] {
  if (isBuiltin(id)) return [];
  const writer = WRITTEN_BY.find(([start]) => id.startsWith(start));
  if (writer) return [noticeOf(installed(writer[1], root))];
  // Only what stays outside of the bundle keeps the name that it is imported by.
  if (/^[@a-z]/.test(id) && !isAbsolute(id)) return shipped(id, root);
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
  if (/[\\/]node_modules[\\/]/.test(path)) return [noticeOf(packageOf(path))];
  if (relative(root, path).startsWith('..') || !existsSync(path)) {
    throw new Error(`Third-party notices: the module ${JSON.stringify(id)} is from no package`);
  }
  return [];
}

const RULE = '='.repeat(80);

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Returns each package once, in an order that no build changes. */
const distinct = (notices: readonly Notice[]): Notice[] =>
  [...new Map(notices.map((notice) => [`${notice.name} ${notice.version}`, notice]))]
    .sort(([left], [right]) => compare(left, right))
    .map(([, notice]) => notice);

function written(notices: readonly Notice[]): string {
  const entries = distinct(notices).map(
    ({ name, version, license, text }) =>
      `${RULE}\n${name} ${version}\nLicense: ${license}\n\n${text}\n`,
  );
  const head = 'Belfry contains the software listed below, each under its own licence.\n';
  return [head, ...entries].join('\n').replaceAll('\r\n', '\n');
}

/**
 * Lists the licences of everything that ends up in a build, by the bundler's own list of modules. Each
 * build keeps its part in `out/notices/`, and `out/THIRD-PARTY-NOTICES.txt` is made of all parts.
 */
export const thirdPartyNotices = (
  part: string,
  root = join(import.meta.dirname, '..'),
): Plugin => ({
  name: 'belfry:third-party-notices',
  apply: 'build',
  generateBundle() {
    // Every module that was read: chunks name neither style sheets nor modules that were inlined.
    const notices = [...this.getModuleIds()].flatMap((id) => noticesOf(id, root));
    const kept = join(root, 'out', 'notices');
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, `${part}.json`), JSON.stringify(distinct(notices)));
    const all = readdirSync(kept).flatMap(
      (file) => JSON.parse(readFileSync(join(kept, file), 'utf8')) as Notice[],
    );
    writeFileSync(join(root, 'out', FILE), written(all));
  },
});
