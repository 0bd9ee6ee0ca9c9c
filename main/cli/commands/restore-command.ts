import { systemClock } from '../../base/clock.ts';
import type { Messages } from '../../messages/messages.ts';
import type { CliCommand } from '../cli-command.ts';
import { DATA_DIR, report, runs, type Flags } from '../command.ts';
import { dataDirOf } from '../data-dir.ts';
import { localTime } from '../output/look.ts';
import { safeJson } from '../output/safe-text.ts';
import { confirmed, DONE } from '../session.ts';
import { processTerminal } from '../terminal.ts';

const RESTORE = { ...DATA_DIR, '--yes': {}, '--json': {} } as const;

export function addRestoreCommand(program: CliCommand): void {
  runs(program, 'restore <backup>', RESTORE, (flags, wanted) =>
    restoreCommand(program.messages, wanted, flags),
  );
}

async function restoreCommand(
  messages: Messages,
  wanted: string,
  flags: Flags<typeof RESTORE>,
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
    confirm: (backup, lastWriteAt) => {
      const question = { backup, at: localTime(lastWriteAt) };
      const text = messages.text('cli.restore.question', question);
      return confirmed({ terminal, messages }, flags.yes, text);
    },
  });
  if (!restored.ok) return report(restored);
  const { backup, lastWriteAt, aside } = restored.value;
  if (flags.json === true) terminal.print(safeJson(restored.value));
  else {
    terminal.print(messages.text('cli.restore.done', { backup, at: localTime(lastWriteAt) }));
    if (aside !== null) terminal.print(messages.text('cli.restore.aside', { path: aside }));
    terminal.print(messages.text('cli.restore.duplicates'));
  }
  report(DONE);
}
