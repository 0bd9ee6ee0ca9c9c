import { closeSync, fchmodSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { errorText } from '../base/logger.ts';
import type { Messages } from '../messages/messages.ts';
import { fail, ok, type Result } from '../contract/result.ts';

/** Returns a file of the caller's as text, unless it is larger than `bytesMax`. */
export function readText(messages: Messages, path: string, bytesMax: number): Result<string> {
  try {
    const { size } = statSync(path);
    if (size > bytesMax) {
      const problem = messages.text('cli.file.tooLarge', { path, bytes: bytesMax });
      return fail('payload_too_large', problem);
    }
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    const failure = { path, problem: errorText(error) };
    return fail('invalid_input', messages.text('cli.file.cannotRead', failure));
  }
}

/** Writes a file that its owner alone may read, before anything is in it and also if it was there. */
export function writePrivate(messages: Messages, path: string, text: string): Result<null> {
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
    const failure = { path, problem: errorText(error) };
    return fail('invalid_input', messages.text('cli.file.cannotWrite', failure));
  }
}
