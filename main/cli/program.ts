import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addAlertCommands } from './commands/alert-commands.ts';
import { addBackupCommands, addRestoreCommand } from './commands/backup-commands.ts';
import { addChannelCommands } from './commands/channel-commands.ts';
import { addCompletionCommand } from './commands/completion-commands.ts';
import { addDeadLetterCommands } from './commands/dead-letter-commands.ts';
import { addExchangeCommands } from './commands/exchange-commands.ts';
import { addHeartbeatCommands } from './commands/heartbeat-commands.ts';
import { addHostCommands } from './commands/host-commands.ts';
import { addMcpCommand } from './commands/mcp-commands.ts';
import { addNotificationCommands } from './commands/notification-commands.ts';
import { addOverviewCommands } from './commands/overview-commands.ts';
import { addSendCommand } from './commands/send-commands.ts';
import { addSessionCommands } from './commands/session-commands.ts';
import { addSilenceCommands } from './commands/silence-commands.ts';
import { EXIT } from './exit-codes.ts';
import { failWith } from './process-life.ts';

/** The whole command line, run from the folder of the built main. What completes in shells is derived from it, too. */
export function createProgram(builtDir: string): Command {
  const { version } = packageJson;
  const program = new Command('belfry')
    .exitOverride()
    .showHelpAfterError('(With npm, put -- before the options: npm run login -- --data-dir DIR)')
    .description(
      'Turns what a homelab reports into alerts, and never silently loses a notification.',
    )
    .version(version);
  program.commandsGroup('Run it:');
  addHostCommands(program, {
    rendererDir: join(builtDir, '..', 'renderer'),
    databaseWorker: join(builtDir, 'database-worker.js'),
    version,
  });
  program.commandsGroup('Talk to a running instance:');
  addOverviewCommands(program);
  addSendCommand(program);
  addAlertCommands(program);
  addDeadLetterCommands(program);
  addNotificationCommands(program);
  addSilenceCommands(program);
  addHeartbeatCommands(program);
  addChannelCommands(program);
  addSessionCommands(program);
  addBackupCommands(program);
  addExchangeCommands(program);
  addMcpCommand(program, version);
  program.commandsGroup('Further:');
  addRestoreCommand(program);
  addCompletionCommand(program);
  program.helpCommand('help [command]', 'display help for a command');
  return program;
}

/** Runs one command line. Failures that people can act on end in one sentence and an exit code of their own. */
export async function runProgram(argv: readonly string[], builtDir: string): Promise<void> {
  try {
    await createProgram(builtDir).parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) failWith(error);
    // The parser has spoken already: help and version are no failures, everything else is misuse.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}
