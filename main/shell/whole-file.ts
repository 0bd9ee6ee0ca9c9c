import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

/** Returns the text of a file; null if there is none. Throws what else keeps it from being read. */
export function readIfAny(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Writes a file of its owner as a whole: a process that ends in between leaves the file before. With `flush`
 * a power cut does so too.
 */
export async function writeWhole(
  path: string,
  text: string,
  { flush = false } = {},
): Promise<void> {
  const partial = `${path}.partial`;
  await writeFile(partial, text, { mode: 0o600, flush });
  await rename(partial, path);
}
