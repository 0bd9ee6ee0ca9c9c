import { closeSync, fchmodSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { errorText } from '../base/logger.ts';
import type { Messages } from '../messages/messages.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Terminal } from './terminal.ts';

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

/** The limit of a passphrase file, in bytes. */
const FILE_BYTES_MAX = 4_096;

/** Never the passphrase itself, which others on the machine would see among the arguments. */
export interface PassphraseFlags {
  readonly passphraseFile?: string | undefined;
}

/** Returns the passphrase for a file that is written: from its own file, or typed twice. */
export async function newPassphrase(
  terminal: Terminal,
  flags: PassphraseFlags,
): Promise<Result<string>> {
  const { messages } = terminal.look;
  if (flags.passphraseFile !== undefined) return fromFile(messages, flags.passphraseFile);
  const typed = await terminal.askSecret(messages.text('cli.passphrase.new'));
  if (typed === null) return fail('invalid_input', messages.text('cli.passphrase.needsFile'));
  const again = await terminal.askSecret(messages.text('cli.passphrase.again'));
  return typed === again
    ? ok(typed)
    : fail('invalid_input', messages.text('cli.passphrase.different'));
}

/** Returns the passphrase of a file that is read; null without one, and its secrets stay encrypted. */
export async function knownPassphrase(
  terminal: Terminal,
  flags: PassphraseFlags,
): Promise<Result<string | null>> {
  const { messages } = terminal.look;
  if (flags.passphraseFile !== undefined) return fromFile(messages, flags.passphraseFile);
  return ok((await terminal.askSecret(messages.text('cli.passphrase.known'))) || null);
}

/** The first line of a file, so that an editor's line end is no part of it. */
function fromFile(messages: Messages, path: string): Result<string> {
  const text = readText(messages, path, FILE_BYTES_MAX);
  if (!text.ok) return text;
  const [line = ''] = text.value.split(/\r?\n/);
  return line === ''
    ? fail('invalid_input', messages.text('cli.passphrase.emptyFile', { path }))
    : ok(line);
}
