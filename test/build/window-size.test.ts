import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const WINDOW = join(import.meta.dirname, '../../out/renderer');
/** The limit of the first view's download, compressed. */
const BYTES_MAX = 200_000;

test('the first view of the window stays within its budget', () => {
  const page = readFileSync(join(WINDOW, 'index.html'), 'utf8');
  const files = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(
    ([, file]) => file,
  );
  expect(files.length).toBeGreaterThan(2);
  const bytes = files.map((file) => gzipSync(readFileSync(join(WINDOW, file ?? ''))).length);
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(BYTES_MAX);
});
