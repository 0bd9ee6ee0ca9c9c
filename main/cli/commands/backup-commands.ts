import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import type { Backup } from '../../contract/backup.ts';
import { fileSize } from '../../contract/file-size.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { report, talks } from '../api-command.ts';
import { dataDirOf, dataDirOption } from '../data-dir-option.ts';
import { EXIT } from '../exit-codes.ts';
import { safeJson } from '../output/safe-text.ts';
import { table } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';
import { answer } from '../session.ts';
import { processTerminal, type Terminal } from '../terminal.ts';

interface RestoreFlags {
  readonly dataDir?: string;
  readonly yes?: true;
  readonly json?: true;
}

export function addBackupCommands(program: Command): void {
  const backup = program.command('backup').description('copies of the database');
  const create = backup
    .command('create', { isDefault: true })
    .description('make a backup now, and wait until it is checked');
  talks(create, async (session) =>
    answer(session, await session.client.call('backups.create', {}), ({ name }) => name),
  );
  talks(backup.command('list').description('the backups, newest first'), async (session) =>
    answer(session, await session.client.call('backups.list', {}), ({ items }) =>
      items.length === 0 ? 'No backups.' : listText(items, session.terminal),
    ),
  );
}

export function addRestoreCommand(program: Command): void {
  program
    .command('restore')
    .description('put a backup in the place of the database, while nothing runs on it')
    .argument('<backup>', 'a file, the name of a backup, or "latest"')
    .addOption(dataDirOption())
    .option('--yes', 'do not ask')
    .option('--json', 'print the answer as one JSON document')
    .action(restoreCommand);
}

async function restoreCommand(wanted: string, flags: RestoreFlags): Promise<void> {
  process.umask(0o077);
  const terminal = processTerminal();
  // Loaded only now, with SQLite, which no command that talks to an instance needs.
  const { restore } = await import('../restore.ts');
  const restored = await restore({
    dataDir: dataDirOf(flags),
    wanted,
    clock: systemClock,
    confirm: (path, lastWriteAt) =>
      flags.yes === true ? Promise.resolve(ok(null)) : ask(terminal, path, lastWriteAt),
  });
  if (!restored.ok) return report(restored);
  const { backup, lastWriteAt, aside } = restored.value;
  if (flags.json === true) terminal.print(safeJson(restored.value));
  else {
    terminal.print(`Restored ${backup}, whose last write is of ${localTime(lastWriteAt)}.`);
    if (aside !== null) terminal.print(`The former database was put aside in ${aside}.`);
    terminal.print('What was delivered after that time may be delivered again.');
  }
  report(ok(EXIT.ok));
}

async function ask(terminal: Terminal, path: string, lastWriteAt: number): Promise<Result<null>> {
  const lost = `Everything stored after ${localTime(lastWriteAt)} is given up (the present database is put aside).`;
  const confirmed = await terminal.confirm(`Restore ${path}? ${lost}`);
  if (confirmed === null) {
    return fail('invalid_input', 'There is nobody to ask here. Say --yes to restore.');
  }
  return confirmed ? ok(null) : fail('internal', 'Nothing was restored.');
}

const listText = (items: readonly Backup[], { look }: Terminal): string =>
  table(
    [
      { heading: 'MADE', value: ({ createdAt }) => localTime(createdAt) },
      { heading: 'SIZE', value: ({ bytes }) => fileSize(bytes, 'en') },
      { heading: 'NAME', value: ({ name }) => name },
    ],
    items,
    look,
  );
