import { closeSync, fchmodSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { errorText } from '../base/logger.ts';
import { fail, ok, type Result } from '../contract/result.ts';

/** A file of the caller's as text, unless it is larger than `bytesMax`. */
export function readText(path: string, bytesMax: number): Result<string> {
  try {
    const { size } = statSync(path);
    if (size > bytesMax) {
      return fail('payload_too_large', `${path} is larger than ${bytesMax} bytes.`);
    }
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail('invalid_input', `${path} cannot be read: ${errorText(error)}`);
  }
}

/** Writes a file that its owner alone may read, before anything is in it and also if it was there. */
export function writePrivate(path: string, text: string): Result<null> {
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
    return ok(null);
  } catch (error) {
    return fail('invalid_input', `${path} cannot be written: ${errorText(error)}`);
  }
}
