import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Returns the tests that a text names, such as `` `test/app.test.ts`: "starts", "stops" ``, and that do not exist. */
export function missingTests(text: string): string[] {
  const cited = [...text.matchAll(/`(test\/[^`]+\.ts)`(?:: ((?:"[^"]+"(?:, )?)+))?/g)];
  return cited.flatMap(([, path = '', names = '']) => {
    if (!existsSync(join(ROOT, path))) return [path];
    // Quotation marks are escaped in the source as its own marks ask for.
    const source = readFileSync(join(ROOT, path), 'utf8').replaceAll("\\'", "'");
    return [...names.matchAll(/"([^"]+)"/g)]
      .map(([, name = '']) => name)
      .filter((name) => !source.includes(name))
      .map((name) => `${path}: ${name}`);
  });
}
