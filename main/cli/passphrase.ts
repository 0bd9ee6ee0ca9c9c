import type { Messages } from '../messages/messages.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { readText } from './files.ts';
import type { Terminal } from './terminal.ts';

/** The limit of a passphrase file, in bytes. */
const FILE_BYTES_MAX = 4_096;

export interface PassphraseFlags {
  readonly passphraseFile?: string;
}

/** Never the passphrase itself as an argument, which others on the machine may see. */
export const passphraseOption = (messages: Messages) =>
  ['--passphrase-file <file>', messages.text('cli.option.passphraseFile')] as const;

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
