import { join } from 'node:path';
import { CommanderError } from 'commander';
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
import { addSettingsCommands } from './commands/settings-commands.ts';
import { addSilenceCommands } from './commands/silence-commands.ts';
import { hostMessages } from '../messages/host-messages.ts';
import type { Messages } from '../messages/messages.ts';
import { CliCommand } from './cli-command.ts';
import { EXIT } from './exit-codes.ts';
import { failWith } from './process-life.ts';

/** Returns the whole command line, run from the folder of the built main. Shell completion and docs are derived from it. */
export function createProgram(messages: Messages, builtDir: string): CliCommand {
  const { version } = packageJson;
  const program = new CliCommand(messages, 'belfry')
    .exitOverride()
    .showHelpAfterError(messages.text('cli.npmHint'))
    .description(messages.text('cli.about'))
    .version(version, '-V, --version', messages.text('cli.help.version'));
  program.commandsGroup(messages.text('cli.group.run'));
  addHostCommands(program, {
    rendererDir: join(builtDir, '..', 'renderer'),
    databaseWorker: join(builtDir, 'database-worker.js'),
    version,
  });
  program.commandsGroup(messages.text('cli.group.talk'));
  addOverviewCommands(program);
  addSendCommand(program);
  addAlertCommands(program);
  addDeadLetterCommands(program);
  addNotificationCommands(program);
  addSilenceCommands(program);
  addHeartbeatCommands(program);
  addChannelCommands(program);
  addSessionCommands(program);
  addSettingsCommands(program);
  addBackupCommands(program);
  addExchangeCommands(program);
  addMcpCommand(program, version);
  program.commandsGroup(messages.text('cli.group.more'));
  addRestoreCommand(program);
  addCompletionCommand(program);
  program.helpCommand('help [command]', messages.text('cli.help.description'));
  return program;
}

/** Runs one command line, in the language of the environment. A failure is one sentence and an exit code. */
export async function runProgram(argv: readonly string[], builtDir: string): Promise<void> {
  try {
    await createProgram(hostMessages(), builtDir).parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) failWith(error);
    // The parser has printed it already: help and version are no failures, everything else is misuse.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}
