import { fail, ok, type Result } from '../contract/result.ts';
import { readText } from './files.ts';
import type { Terminal } from './terminal.ts';

/** What a file of a passphrase may hold, in bytes. */
const FILE_BYTES_MAX = 4_096;

export interface PassphraseFlags {
  readonly passphraseFile?: string;
}

/** Never an argument, which others on the machine may see. */
export const PASSPHRASE_OPTION = [
  '--passphrase-file <file>',
  'a file that holds the passphrase; without it, it is asked for',
] as const;

/** The passphrase of a file that is written: from its own file, or typed twice. */
export async function newPassphrase(
  terminal: Terminal,
  flags: PassphraseFlags,
): Promise<Result<string>> {
  if (flags.passphraseFile !== undefined) return fromFile(flags.passphraseFile);
  const typed = await terminal.askSecret('Passphrase for the secrets: ');
  if (typed === null) return nobody();
  const again = await terminal.askSecret('The same again: ');
  return typed === again
    ? ok(typed)
    : fail('invalid_input', 'The two passphrases are not the same.');
}

/** The passphrase of a file that is read; null when there is none, and its secrets stay closed. */
export async function knownPassphrase(
  terminal: Terminal,
  flags: PassphraseFlags,
): Promise<Result<string | null>> {
  if (flags.passphraseFile !== undefined) return fromFile(flags.passphraseFile);
  return ok(
    (await terminal.askSecret('Passphrase of the file (nothing leaves its secrets): ')) || null,
  );
}

const nobody = (): Result<never> =>
  fail('invalid_input', 'There is nobody to ask for a passphrase: name its --passphrase-file.');

/** The first line of a file, so that an editor's line end is no part of it. */
function fromFile(path: string): Result<string> {
  const text = readText(path, FILE_BYTES_MAX);
  if (!text.ok) return text;
  const [line = ''] = text.value.split(/\r?\n/);
  return line === ''
    ? fail('invalid_input', `${path} holds no passphrase in its first line.`)
    : ok(line);
}
