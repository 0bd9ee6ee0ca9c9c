import { z } from 'zod';
import { fileProblem, importMode, type ImportPreview } from '../../contract/config-exchange.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Input } from '../../contract/methods.ts';
import { fail, ok, type Failure, type Result } from '../../contract/result.ts';
import type { CliCommand } from '../cli-command.ts';
import { talks, type Flags } from '../command.ts';
import { safeBlock } from '../output/safe-text.ts';
import {
  knownPassphrase,
  newPassphrase,
  readText,
  writePrivate,
  type PassphraseFlags,
} from '../private-files.ts';
import { answer, confirmed, DONE, print, type CommandResult, type Session } from '../session.ts';
import { changesAnything, importText, problemText } from './import-text.ts';

const PASSPHRASE = { '--passphrase-file <file>': {} } as const;
const EXPORT = { '-o, --output <file>': {}, '--with-secrets': {}, ...PASSPHRASE } as const;
const IMPORT = {
  '--mode <mode>': { oneOf: importMode.options, initial: 'merge' },
  '--dry-run': {},
  '-y, --yes': {},
  ...PASSPHRASE,
} as const;

/** Adds the commands that write the configuration to a file and read it. */
export function addExchangeCommands(program: CliCommand): void {
  talks(program, 'export', EXPORT, exportConfig);
  talks(program, 'import <file>', IMPORT, importConfig);
}

async function exportConfig(session: Session, flags: Flags<typeof EXPORT>): Promise<CommandResult> {
  const { client, look, terminal, messages } = session;
  const sealed = flags.withSecrets === true;
  if (!sealed && flags.passphraseFile !== undefined) {
    return fail('invalid_input', messages.text('cli.export.needsSecrets'));
  }
  const passphrase = sealed ? await newPassphrase(terminal, flags) : ok(undefined);
  if (!passphrase.ok) return passphrase;
  const file = await client.call('config.export', { passphrase: passphrase.value });
  if (!file.ok || flags.output === undefined) {
    // A terminal acts on some of what a name may hold; a file is to have all of it.
    const shown = (text: string) => (look.columns === null ? text : safeBlock(text));
    return answer(session, file, ({ yaml }) => shown(yaml).trimEnd());
  }
  const written = writePrivate(messages, flags.output, file.value.yaml);
  return written.ok ? DONE : written;
}

async function importConfig(
  session: Session,
  flags: Flags<typeof IMPORT>,
  path: string,
): Promise<CommandResult> {
  const { client, terminal, look, messages } = session;
  const yaml =
    path === '-'
      ? ok(await terminal.readAll(LIMITS.configCharsMax + 1))
      : readText(messages, path, LIMITS.bodyBytesMax);
  if (!yaml.ok) return yaml;
  const seen = await previewOf(session, flags, { yaml: yaml.value, mode: flags.mode });
  if (!seen.ok) return fileFailure(session, seen.error);
  const { preview, file } = seen.value;
  if (flags.dryRun === true || !changesAnything(preview)) {
    print(session, preview, importText);
    return DONE;
  }
  if (!session.json) terminal.print(importText(preview, look));
  const question = messages.text('cli.import.question', { count: preview.cancels });
  const agreed = await confirmed(session, flags.yes, question);
  if (!agreed.ok) return agreed;
  const applied = await client.call('config.apply', {
    ...file,
    expect: preview.hash,
    cancelOwed: preview.cancels > 0,
  });
  return answer(session, applied, () => messages.text('cli.import.applied'));
}

interface Seen {
  readonly preview: ImportPreview;
  /** With the passphrase, if somebody knew it. */
  readonly file: Input<'config.preview'>;
}

/** Looks once without the passphrase, and once more with it if the file has secrets. */
async function previewOf(
  { client, terminal }: Session,
  flags: PassphraseFlags,
  file: Input<'config.preview'>,
): Promise<Result<Seen>> {
  const closed = await client.call('config.preview', file);
  if (!closed.ok) return closed;
  const passphrase =
    closed.value.secrets === 'closed' ? await knownPassphrase(terminal, flags) : ok(null);
  if (!passphrase.ok) return passphrase;
  if (passphrase.value === null) return ok({ preview: closed.value, file });
  const opening = { ...file, passphrase: passphrase.value };
  const opened = await client.call('config.preview', opening);
  return opened.ok ? ok({ preview: opened.value, file: opening }) : opened;
}

/** Names every problem of the file, not only the first. */
function fileFailure({ terminal, messages }: Session, failure: Failure): CommandResult {
  const problems = z.array(fileProblem).safeParse(failure.details);
  if (!problems.success || problems.data.length < 2) return fail(failure.code, failure.message);
  for (const problem of problems.data) terminal.note(problemText(messages, problem));
  const count = problems.data.length;
  return fail(failure.code, messages.text('cli.import.problems', { count }));
}
