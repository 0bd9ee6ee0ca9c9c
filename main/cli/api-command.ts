import { Option } from 'commander';
import { systemClock } from '../base/clock.ts';
import type { Messages } from '../messages/messages.ts';
import type { CliCommand } from './cli-command.ts';
import { fail } from '../contract/result.ts';
import { connectionOf, type ConnectionOptions } from './connection.ts';
import { dataDirOf, dataDirOption } from './data-dir-option.ts';
import { exitCodeOf } from './exit-codes.ts';
import { HttpClient } from './api-client.ts';
import { safeBlock } from './output/safe-text.ts';
import type { CommandResult, Session } from './session.ts';
import { processTerminal } from './terminal.ts';

interface ConnectionFlags {
  readonly dataDir?: string;
  readonly url?: string;
  readonly token?: string;
  readonly tokenFile?: string;
}

const connectionFlags = (messages: Messages): Option[] =>
  [
    dataDirOption(messages),
    new Option('--url <url>', messages.text('cli.option.url')).env('BELFRY_URL'),
    new Option('--token-file <file>', messages.text('cli.option.tokenFile')).env(
      'BELFRY_TOKEN_FILE',
    ),
    new Option('--token <token>', messages.text('cli.option.token')).env('BELFRY_TOKEN'),
  ].map((option) => option.helpGroup(messages.text('cli.group.instance')));

/** Adds the options that name an instance. */
export function addConnectionOptions(command: CliCommand): CliCommand {
  for (const option of connectionFlags(command.messages)) command.addOption(option);
  return command;
}

/**
 * Reads them. An instance named on the command line, by its data directory or address, is not mixed
 * with one that the environment names; an empty value counts as not given.
 */
export function connectionOptionsOf(command: CliCommand): ConnectionOptions {
  const flags = command.opts<ConnectionFlags>();
  const isTyped = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const namesDirectory = isTyped('dataDir') && !isTyped('url');
  const given = (name: 'url' | 'token' | 'tokenFile'): string | null =>
    namesDirectory && !isTyped(name) ? null : flags[name] || null;
  // Of two tokens the one that was typed is meant, whichever option it came by.
  const typedFile = isTyped('tokenFile') && !isTyped('token');
  return {
    dataDir: dataDirOf(flags),
    url: given('url'),
    token: typedFile ? null : given('token'),
    tokenFile: given('tokenFile'),
    adminToken: process.env['BELFRY_ADMIN_TOKEN'] || null,
  };
}

/** Prints a failure in one sentence, and keeps its exit code for when the process ends. */
export function report(result: CommandResult): void {
  if (!result.ok) process.stderr.write(`belfry: ${safeBlock(result.error.message)}\n`);
  process.exitCode = result.ok ? result.value : exitCodeOf(result.error.code);
}

/**
 * Completes a command that talks to a running instance: adds `--json` and the options that name the
 * instance, and runs `work` with the command's own options and operands.
 */
export function talks<Flags, Operands extends readonly unknown[] = readonly []>(
  command: CliCommand,
  work: (session: Session, flags: Flags, ...operands: Operands) => Promise<CommandResult>,
): void {
  const { messages } = command;
  command.option('--json', messages.text('cli.option.json'));
  addConnectionOptions(command).action(async () => {
    const connection = connectionOf(messages, connectionOptionsOf(command));
    if (!connection.ok) return report(connection);
    const { url, token } = connection.value;
    const flags = command.opts<Flags & { readonly json?: true }>();
    const session: Session = {
      messages,
      client: new HttpClient(url, token, systemClock, messages),
      terminal: processTerminal(messages),
      json: flags.json === true,
      clock: systemClock,
    };
    report(await work(session, flags, ...(command.processedArgs as unknown as Operands)));
  });
}

/** The arguments do not go together. */
export const misuse = (message: string): CommandResult => fail('invalid_input', message);
