import { join } from 'node:path';
import { CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addAlertCommands } from './commands/alert-commands.ts';
import { addChannelCommands } from './commands/channel-commands.ts';
import { addClusterCommands } from './commands/cluster-command.ts';
import { addExchangeCommands } from './commands/exchange-commands.ts';
import { addHostCommands } from './commands/host-commands.ts';
import { addOverviewCommands, addSystemCommands } from './commands/instance-commands.ts';
import { addKeyCommand } from './commands/key-command.ts';
import {
  addDeadLetterCommands,
  addNotificationCommands,
} from './commands/notification-commands.ts';
import { addRestoreCommand } from './commands/restore-command.ts';
import { addSendCommand } from './commands/send-commands.ts';
import { addHeartbeatCommands, addSilenceCommands } from './commands/silence-commands.ts';
import { hostMessages } from '../messages/host-messages.ts';
import type { Messages } from '../messages/messages.ts';
import { CliCommand } from './cli-command.ts';
import { addConnectionOptions, runs } from './command.ts';
import { commandNodes } from './completion/command-tree.ts';
import { fishScript } from './completion/fish.ts';
import { bashScript, zshScript } from './completion/posix.ts';
import { connectionOptionsOf } from './connection.ts';
import { EXIT } from './session.ts';
import { failWith, stderrLogger } from './process-life.ts';
import { endStartMode } from './start-mode.ts';
import { processTerminal } from './terminal.ts';

/** The commands whose start goes on until they are ready. */
const SERVERS = ['serve', 'demo'];

/** Adds the MCP server, which is loaded only when it is asked for: its library is larger than all else together. */
function addMcpCommand(program: CliCommand, version: string): void {
  const command = runs(program, 'mcp', { '--allow-write': {} }, async ({ allowWrite = false }) => {
    const { serveMcp } = await import('./mcp/mcp-server.ts');
    const connection = connectionOptionsOf(command);
    await serveMcp({ connection, allowWrite, version, logger: stderrLogger() });
  });
  addConnectionOptions(command);
}

const COMPLETIONS = { bash: bashScript, zsh: zshScript, fish: fishScript };

function addCompletionCommand(program: CliCommand): void {
  const command = runs(program, 'completion <shell>', {}, (_flags, shell) => {
    const draw = COMPLETIONS[shell as keyof typeof COMPLETIONS];
    const script = draw(program.name(), commandNodes(program));
    processTerminal(program.messages).print(script.trimEnd());
  });
  command.registeredArguments[0]?.choices(Object.keys(COMPLETIONS));
}

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
    httpWorker: join(builtDir, 'http-worker.js'),
    clusterWorker: join(builtDir, 'cluster-worker.js'),
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
  addSystemCommands(program);
  addExchangeCommands(program);
  addMcpCommand(program, version);
  program.commandsGroup(messages.text('cli.group.more'));
  addRestoreCommand(program);
  addKeyCommand(program);
  addClusterCommands(program);
  addCompletionCommand(program);
  program.hook('preAction', (_program, command) => {
    if (!SERVERS.includes(command.name())) endStartMode();
  });
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
