import { Option } from 'commander';
import { z } from 'zod';
import { fileProblem, importMode, type ImportPreview } from '../../contract/config-exchange.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Input } from '../../contract/methods.ts';
import { fail, ok, type Failure, type Result } from '../../contract/result.ts';
import { talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { readText, writePrivate } from '../files.ts';
import { safeBlock } from '../output/safe-text.ts';
import {
  knownPassphrase,
  newPassphrase,
  passphraseOption,
  type PassphraseFlags,
} from '../passphrase.ts';
import { answer, DONE, print, type CommandResult, type Session } from '../session.ts';
import { changesAnything, importText, problemText } from './import-text.ts';

interface ExportFlags extends PassphraseFlags {
  readonly output?: string;
  readonly withSecrets?: true;
}

interface ImportFlags extends PassphraseFlags {
  readonly mode: ImportPreview['mode'];
  readonly dryRun?: true;
  readonly yes?: true;
}

/** The configuration as a file. */
export function addExchangeCommands(program: CliCommand): void {
  const { messages } = program;
  const exporting = program
    .command('export')
    .description(messages.text('cli.export.description'))
    .option('-o, --output <file>', messages.text('cli.export.output'))
    .option('--with-secrets', messages.text('cli.export.withSecrets'))
    .option(...passphraseOption(messages));
  talks<ExportFlags>(exporting, exportConfig);
  const importing = program
    .command('import')
    .argument('<file>', messages.text('cli.import.file'))
    .description(messages.text('cli.import.description'))
    .addOption(
      new Option('--mode <mode>', messages.text('cli.import.mode'))
        .choices(importMode.options)
        .default('merge'),
    )
    .option('--dry-run', messages.text('cli.import.dryRun'))
    .option('-y, --yes', messages.text('cli.option.yes'))
    .option(...passphraseOption(messages));
  talks<ImportFlags, [string]>(importing, importConfig);
}

async function exportConfig(session: Session, flags: ExportFlags): Promise<CommandResult> {
  const { client, terminal, messages } = session;
  const sealed = flags.withSecrets === true;
  if (!sealed && flags.passphraseFile !== undefined) {
    return fail('invalid_input', messages.text('cli.export.needsSecrets'));
  }
  const passphrase = sealed ? await newPassphrase(terminal, flags) : ok(undefined);
  if (!passphrase.ok) return passphrase;
  const file = await client.call('config.export', { passphrase: passphrase.value });
  if (!file.ok || flags.output === undefined) {
    // A terminal acts on some of what a name may hold; a file is to have all of it.
    const shown = (text: string) => (terminal.look.columns === null ? text : safeBlock(text));
    return answer(session, file, ({ yaml }) => shown(yaml).trimEnd());
  }
  const written = writePrivate(messages, flags.output, file.value.yaml);
  return written.ok ? DONE : written;
}

async function importConfig(
  session: Session,
  flags: ImportFlags,
  path: string,
): Promise<CommandResult> {
  const { client, terminal, messages } = session;
  const yaml =
    path === '-'
      ? ok(await terminal.readAll(LIMITS.configCharsMax + 1))
      : readText(messages, path, LIMITS.bodyBytesMax);
  if (!yaml.ok) return yaml;
  const seen = await look(session, flags, { yaml: yaml.value, mode: flags.mode });
  if (!seen.ok) return fileFailure(session, seen.error);
  const { preview, file } = seen.value;
  if (flags.dryRun === true || !changesAnything(preview)) {
    print(session, preview, (it) => importText(it, terminal.look));
    return DONE;
  }
  if (!session.json) terminal.print(importText(preview, terminal.look));
  const agreed = await isAgreed(session, flags, preview);
  if (!agreed.ok) return agreed;
  if (!agreed.value) return ok(EXIT.failure);
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
async function look(
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

async function isAgreed(
  { terminal, messages }: Session,
  { yes }: ImportFlags,
  { cancels }: ImportPreview,
): Promise<Result<boolean>> {
  if (yes === true) return ok(true);
  const question = messages.text('cli.import.question', { count: cancels });
  const answered = await terminal.confirm(question);
  if (answered !== null) return ok(answered);
  return fail('invalid_input', messages.text('cli.needsYes'));
}
