import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a new file as a whole or not at all, since half a key file would stop every later start. */
export function writeNew(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, text, { flush: true });
  } catch (error) {
    rmSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Puts a file in place as a whole and durably: whatever ends the process, its path has the old content or the
 * new, and a power cut does not bring the old one back. `written` is called before the new one takes its name.
 */
export function replaceDurably(
  path: string,
  text: string,
  mode: number,
  written: () => void = () => undefined,
): void {
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  writeNew(partial, text, mode);
  written();
  renameSync(partial, path);
  syncDirectory(dirname(path));
}

/** Makes a rename durable. Windows has no way to, and needs none. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
