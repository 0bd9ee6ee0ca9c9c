import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCatalogue } from '../../resources/messages.ts';

const ROOT = join(import.meta.dirname, '../..');
/** A key as it stands in source, and one with parts that are filled in: `alerts.state.${state}`. */
const KEY = /['"]([a-z]\w*(?:\.\w+)+)['"]/g;
const TEMPLATE = /`([a-z]\w*\.(?:[\w.]|\$\{[^}]*\})*)`/g;

function namedIn(source: string, keys: readonly string[]): string[] {
  const templates = [...source.matchAll(TEMPLATE)].map(
    ([, template = '']) =>
      new RegExp(`^${template.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w.]+')}$`),
  );
  const literal = new Set([...source.matchAll(KEY)].map(([, key]) => key));
  return keys.filter((key) => literal.has(key) || templates.some((pattern) => pattern.test(key)));
}

it('has no message that no source names', () => {
  const keys = Object.keys(readCatalogue('en'));
  const named = globSync('{main,preload,renderer,resources}/**/*.{ts,svelte}', { cwd: ROOT })
    .filter((path) => path !== join('main', 'messages', 'arguments.ts'))
    .flatMap((path) => namedIn(readFileSync(join(ROOT, path), 'utf8'), keys));
  const used = new Set(named);
  expect(keys.filter((key) => !used.has(key))).toEqual([]);
});

it('finds keys by their literal and by a template', () => {
  const source = "text('a.b'); text(`c.${kind}.d`); 'e.f.g'";
  expect(namedIn(source, ['a.b', 'a.b.c', 'c.x.d', 'c.d', 'e.f.g'])).toEqual([
    'a.b',
    'c.x.d',
    'e.f.g',
  ]);
});

it('has no failure in words alone, but for the command line, which has a language', () => {
  const inWords = globSync('main/**/*.ts', { cwd: ROOT })
    .filter((path) => !path.startsWith(join('main', 'cli')))
    .filter((path) => {
      const source = readFileSync(join(ROOT, path), 'utf8');
      return /import \{[^}]*\bfail\b[^}]*\} from '[^']*result\.ts'/.test(source);
    });
  expect(inWords).toEqual([]);
});
