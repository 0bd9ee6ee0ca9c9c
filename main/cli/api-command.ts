import { Option, type Command } from 'commander';
import { systemClock } from '../base/clock.ts';
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

const CONNECTION = 'Which instance:';

const connectionFlags = (): Option[] =>
  [
    dataDirOption(),
    new Option('--url <url>', 'the address of another instance').env('BELFRY_URL'),
    new Option('--token-file <file>', 'a file that holds its token').env('BELFRY_TOKEN_FILE'),
    new Option('--token <token>', 'its token; others on this machine may see arguments').env(
      'BELFRY_TOKEN',
    ),
  ].map((option) => option.helpGroup(CONNECTION));

/** Adds the options that name an instance. */
export function addConnectionOptions(command: Command): Command {
  for (const option of connectionFlags()) command.addOption(option);
  return command;
}

/**
 * Reads them. An instance named on the command line, by its data directory or address, is not mixed
 * with one that the environment names; an empty word counts as not given.
 */
export function connectionOptionsOf(command: Command): ConnectionOptions {
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
  command: Command,
  work: (session: Session, flags: Flags, ...operands: Operands) => Promise<CommandResult>,
): void {
  command.option('--json', 'print the answer as one JSON document');
  addConnectionOptions(command).action(async () => {
    const connection = connectionOf(connectionOptionsOf(command));
    if (!connection.ok) return report(connection);
    const { url, token } = connection.value;
    const flags = command.opts<Flags & { readonly json?: true }>();
    const session: Session = {
      client: new HttpClient(url, token, systemClock),
      terminal: processTerminal(),
      json: flags.json === true,
      clock: systemClock,
    };
    report(await work(session, flags, ...(command.processedArgs as unknown as Operands)));
  });
}

/** The words on the command line do not go together. */
export const misuse = (message: string): CommandResult => fail('invalid_input', message);
