import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const OUT = join(import.meta.dirname, '../../out/main');
const CHUNKS = join(OUT, 'chunks');

/** Returns the built files that load whenever one of them does; what it imports later is not among them. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, chunk = ''] of source.matchAll(/\b(?:from|import) ?"(\.[^"]+)"/g)) {
    loadedWith(join(file, '..', chunk), loaded);
  }
  return loaded;
}

const chunkOf = (name: string): string => {
  const file = readdirSync(CHUNKS).find((it) => it.startsWith(`${name}-`) && it.endsWith('.js'));
  if (file === undefined) throw new Error(`no chunk ${name}`);
  return join(CHUNKS, file);
};

/** None for the bundler's own runtime. */
const sourcesOf = (file: string): string[] =>
  existsSync(`${file}.map`) ? sourcesIn(`${file}.map`) : [];

const sourcesIn = (map: string): string[] =>
  (JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }).sources;

/** Its own thread, and that of HTTP. */
const server = [...loadedWith(chunkOf('serve'), loadedWith(join(OUT, 'http-worker.js')))];

test('a server loads the libraries of mail, MQTT, YAML and templates when it first needs them', () => {
  const sources = server.flatMap(sourcesOf);
  expect(sources.some((source) => source.includes('/node_modules/fastify/'))).toBe(true);
  const early = sources.filter((source) =>
    /\/node_modules\/(nodemailer|mqtt|yaml|liquidjs)\//.test(source),
  );
  expect(early).toEqual([]);
});

test('a server never imports all of HTTP, which would load all of fetch', () => {
  const importing = server.filter((file) =>
    /\bfrom ?"(?:node:)?http"/.test(readFileSync(file, 'utf8')),
  );
  expect(importing).toEqual([]);
});

test('what says that Node is too old loads without the program', () => {
  const names = [...loadedWith(join(OUT, 'cli.js'))].flatMap(sourcesOf);
  expect(names.map((name) => name.replace(/^.*\/main\//, '')).sort()).toEqual([
    'cli.ts',
    'cli/start-mode.ts',
  ]);
});
