import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guides, TABLES, withTables } from '../../resources/docs-tables.ts';

describe('the guides', () => {
  const texts = guides().map((path) => [basename(path), readFileSync(path, 'utf8')] as const);

  test.each(texts)('%s has its tables as the code has them (npm run docs)', (_name, text) => {
    expect(withTables(text)).toBe(text);
  });

  test('show every table', () => {
    const shown = texts.flatMap(([, text]) => [...text.matchAll(/<!-- table: (\w+) -->/g)]);
    expect(shown.map(([, name]) => name).sort()).toEqual(Object.keys(TABLES).sort());
  });

  test('name no table that the code does not have', () => {
    expect(() => withTables('<!-- table: nothing -->\n<!-- /table -->')).toThrow('nothing');
  });
});
