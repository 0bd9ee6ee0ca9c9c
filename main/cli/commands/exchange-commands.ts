import { Option, type Command } from 'commander';
import { z } from 'zod';
import { fileProblem, importMode, type ImportPreview } from '../../contract/config-exchange.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Input } from '../../contract/methods.ts';
import { fail, ok, type Failure, type Result } from '../../contract/result.ts';
import { talks } from '../api-command.ts';
import { EXIT } from '../exit-codes.ts';
import { readText, writePrivate } from '../files.ts';
import { safeBlock } from '../output/safe-text.ts';
import { counted } from '../output/amounts.ts';
import {
  knownPassphrase,
  newPassphrase,
  PASSPHRASE_OPTION,
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
export function addExchangeCommands(program: Command): void {
  const exporting = program
    .command('export')
    .description('the configuration as YAML, without any history')
    .option('-o, --output <file>', 'write it there, readable by its owner alone')
    .option('--with-secrets', 'with the secrets, sealed under a passphrase')
    .option(...PASSPHRASE_OPTION);
  talks<ExportFlags>(exporting, exportConfig);
  const importing = program
    .command('import')
    .argument('<file>', 'what "export" wrote; - reads standard input')
    .description('read a configuration, show what it changes, and apply it')
    .addOption(
      new Option('--mode <mode>', '"replace" also removes what the file does not name')
        .choices(importMode.options)
        .default('merge'),
    )
    .option('--dry-run', 'show what it changes, and change nothing')
    .option('-y, --yes', 'do not ask')
    .option(...PASSPHRASE_OPTION);
  talks<ImportFlags, [string]>(importing, importConfig);
}

async function exportConfig(session: Session, flags: ExportFlags): Promise<CommandResult> {
  const { client, terminal } = session;
  const sealed = flags.withSecrets === true;
  if (!sealed && flags.passphraseFile !== undefined) {
    return fail('invalid_input', 'A passphrase seals secrets: say --with-secrets, too.');
  }
  const passphrase = sealed ? await newPassphrase(terminal, flags) : ok(undefined);
  if (!passphrase.ok) return passphrase;
  const file = await client.call('config.export', { passphrase: passphrase.value });
  if (!file.ok || flags.output === undefined) {
    // A terminal acts on some of what a name may hold; a file is to have all of it.
    const shown = (text: string) => (terminal.look.columns === null ? text : safeBlock(text));
    return answer(session, file, ({ yaml }) => shown(yaml).trimEnd());
  }
  const written = writePrivate(flags.output, file.value.yaml);
  return written.ok ? DONE : written;
}

async function importConfig(
  session: Session,
  flags: ImportFlags,
  path: string,
): Promise<CommandResult> {
  const { client, terminal } = session;
  const yaml =
    path === '-'
      ? ok(await terminal.readAll(LIMITS.configCharsMax + 1))
      : readText(path, LIMITS.bodyBytesMax);
  if (!yaml.ok) return yaml;
  const seen = await look(session, flags, { yaml: yaml.value, mode: flags.mode });
  if (!seen.ok) return mendable(session, seen.error);
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
  return answer(session, applied, () => 'Applied.');
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

/** Names everything that is wrong with the file, not the first of it alone. */
function mendable({ terminal }: Session, failure: Failure): CommandResult {
  const problems = z.array(fileProblem).safeParse(failure.details);
  if (!problems.success || problems.data.length < 2) return fail(failure.code, failure.message);
  for (const problem of problems.data) terminal.note(problemText(problem));
  const count = counted(problems.data.length, 'problem');
  return fail(failure.code, `The file has ${count}; nothing was changed.`);
}

async function isAgreed(
  { terminal }: Session,
  { yes }: ImportFlags,
  { cancels }: ImportPreview,
): Promise<Result<boolean>> {
  if (yes === true) return ok(true);
  const loss = cancels > 0 ? ` ${counted(cancels, 'owed notification')} will be cancelled.` : '';
  const answered = await terminal.confirm(`Apply this?${loss}`);
  if (answered !== null) return ok(answered);
  return fail('invalid_input', 'There is nobody to ask: repeat it with --yes to go ahead.');
}
