import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText } from '../../base/logger.ts';
import { ReasonError } from '../../messages/failures.ts';

/**
 * Makes a directory, and those above it that are missing, for its owner alone. Throws an error for
 * people. Level by level, since Node's own recursive way never returns where the file system
 * answers ENOENT to a directory below one that exists (as /proc does).
 */
export function makePrivateDirectory(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) throw new ReasonError({ code: 'start.no_directory', params: { path } });
  const parent = dirname(path);
  if (parent !== path) makePrivateDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const params = { path, error: errorText(error) };
    throw new ReasonError({ code: 'start.cannot_create', params }, { cause: error });
  }
}
