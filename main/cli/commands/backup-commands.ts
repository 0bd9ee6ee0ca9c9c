import { systemClock } from '../../base/clock.ts';
import type { Backup } from '../../contract/backup.ts';
import { fileSize } from '../../contract/file-size.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { report, talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { dataDirOf, dataDirOption } from '../data-dir-option.ts';
import { EXIT } from '../exit-codes.ts';
import { safeJson } from '../output/safe-text.ts';
import type { Messages } from '../../messages/messages.ts';
import type { Column } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';
import { answer, answerList } from '../session.ts';
import { processTerminal, type Terminal } from '../terminal.ts';

interface RestoreFlags {
  readonly dataDir?: string;
  readonly yes?: true;
  readonly json?: true;
}

export function addBackupCommands(program: CliCommand): void {
  const { messages } = program;
  const backup = program.group('backup', messages.text('cli.backup.description'));
  const create = backup
    .command('create', { isDefault: true })
    .description(messages.text('cli.backup.create.description'));
  talks(create, async (session) =>
    answer(session, await session.client.call('backups.create', {}), ({ name }) => name),
  );
  const list = backup.command('list').description(messages.text('cli.backup.list.description'));
  talks(list, async (session) =>
    answerList(session, await session.client.call('backups.list', {}), {
      rows: ({ items }) => items,
      columns: columnsIn(messages),
      none: messages.text('cli.backup.list.none'),
    }),
  );
}

export function addRestoreCommand(program: CliCommand): void {
  const { messages } = program;
  program
    .command('restore')
    .description(messages.text('cli.restore.description'))
    .argument('<backup>', messages.text('cli.restore.backup'))
    .addOption(dataDirOption(messages))
    .option('--yes', messages.text('cli.option.yes'))
    .option('--json', messages.text('cli.option.json'))
    .action((wanted: string, flags: RestoreFlags) => restoreCommand(messages, wanted, flags));
}

async function restoreCommand(
  messages: Messages,
  wanted: string,
  flags: RestoreFlags,
): Promise<void> {
  process.umask(0o077);
  const terminal = processTerminal(messages);
  // Loaded only now, with SQLite, which no command that talks to an instance needs.
  const { restore } = await import('../restore.ts');
  const restored = await restore({
    dataDir: dataDirOf(flags),
    wanted,
    clock: systemClock,
    messages,
    confirm: (path, lastWriteAt) =>
      flags.yes === true ? Promise.resolve(ok(null)) : ask(terminal, path, lastWriteAt),
  });
  if (!restored.ok) return report(restored);
  const { backup, lastWriteAt, aside } = restored.value;
  if (flags.json === true) terminal.print(safeJson(restored.value));
  else {
    terminal.print(messages.text('cli.restore.done', { backup, at: localTime(lastWriteAt) }));
    if (aside !== null) terminal.print(messages.text('cli.restore.aside', { path: aside }));
    terminal.print(messages.text('cli.restore.duplicates'));
  }
  report(ok(EXIT.ok));
}

async function ask(terminal: Terminal, path: string, lastWriteAt: number): Promise<Result<null>> {
  const { messages } = terminal.look;
  const question = { backup: path, at: localTime(lastWriteAt) };
  const confirmed = await terminal.confirm(messages.text('cli.restore.question', question));
  if (confirmed === null) return fail('invalid_input', messages.text('cli.restore.needsYes'));
  return confirmed ? ok(null) : fail('internal', messages.text('cli.restore.declined'));
}

const columnsIn = ({ locale }: Messages): readonly Column<Backup>[] => [
  { heading: 'created', value: ({ createdAt }) => localTime(createdAt) },
  { heading: 'size', value: ({ bytes }) => fileSize(bytes, locale) },
  { heading: 'name', value: ({ name }) => name },
];
