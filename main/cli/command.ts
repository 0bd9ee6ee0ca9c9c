import { Option, type CommandOptions } from 'commander';
import { systemClock } from '../base/clock.ts';
import type { Input, MethodName, Output } from '../contract/methods.ts';
import type { Messages } from '../messages/messages.ts';
import { HttpClient } from './api-client.ts';
import type { CliCommand } from './cli-command.ts';
import { connectionOf, connectionOptionsOf } from './connection.ts';
import { type CommandResult, type Session, answer, answerList, exitCodeOf } from './session.ts';
import { optionValues } from './option-values.ts';
import type { Look } from './output/look.ts';
import { safeBlock } from './output/safe-text.ts';
import type { Column } from './output/table.ts';
import { processTerminal } from './terminal.ts';

/** The rules for reading an option. `<duration>`, `<time>` and `<name=value>` are read as their names say. */
export interface OptionSpec {
  readonly oneOf?: readonly string[];
  /** One or more of these, separated by commas; `all` stands for every one. */
  readonly someOf?: readonly string[];
  /** The smallest and the largest whole number. */
  readonly range?: readonly [min: number, max: number];
  readonly initial?: unknown;
  readonly required?: true;
  /** The name of an option beside which it says nothing, and so is misuse. */
  readonly notWith?: string;
  /** A variable that sets it. An empty one, as a compose file gives, counts as not set. */
  readonly env?: string;
}

/** The options of a command, by their flags. */
export type Options = Readonly<Record<string, OptionSpec>>;

type Pairs = Readonly<Record<string, string>>;
type Camel<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Text;
type NameOf<Flag> = Flag extends `${string}--no-${infer Name}`
  ? Camel<Name>
  : Flag extends `${string}--${infer Name} <${string}`
    ? Camel<Name>
    : Flag extends `${string}--${infer Name}`
      ? Camel<Name>
      : never;
type ValueOf<Flag, Spec> = Flag extends `${string}--no-${string}`
  ? boolean
  : Spec extends { readonly someOf: readonly (infer Word)[] }
    ? readonly Word[]
    : Spec extends { readonly oneOf: readonly (infer Word)[] }
      ? Word
      : Spec extends { readonly range: unknown }
        ? number
        : Flag extends `${string} <duration>` | `${string} <time>`
          ? number
          : Flag extends `${string} <name=value>`
            ? Pairs
            : Flag extends `${string}...>`
              ? readonly string[]
              : Flag extends `${string}>`
                ? string
                : true;
type AbsentIn<Flag, Spec> = Spec extends { readonly initial: unknown } | { readonly required: true }
  ? never
  : Flag extends `${string}--no-${string}`
    ? never
    : undefined;

/** The values of options, as the parser has read them; an option and its `--no-` twin share one. */
export type Flags<O extends Options> = {
  readonly [Name in NameOf<keyof O>]: {
    [Flag in keyof O]: NameOf<Flag> extends Name
      ? ValueOf<Flag, O[Flag]> | AbsentIn<Flag, O[Flag]>
      : never;
  }[keyof O];
};

type Operand<Word> = Word extends `${string}...${string}`
  ? readonly string[]
  : Word extends `[${string}`
    ? string | undefined
    : string;
type OperandsIn<Words> = Words extends `${infer First} ${infer Rest}`
  ? [Operand<First>, ...OperandsIn<Rest>]
  : [Operand<Words>];
/** The operands of a usage such as `set <name> <value>`. */
export type Operands<Usage> = Usage extends `${string} ${infer Words}` ? OperandsIn<Words> : [];

function parserOf(
  values: ReturnType<typeof optionValues>,
  flags: string,
  { range, initial, env }: OptionSpec,
): ((word: string, before: unknown) => unknown) | null {
  if (flags.endsWith('<duration>')) return values.durationMs;
  if (flags.endsWith('<time>')) return values.momentMs;
  if (flags.endsWith('<name=value>')) {
    return (word, before) => values.pair(word, before as Pairs | undefined);
  }
  if (!range) return null;
  const read = values.wholeNumber(...range);
  return (word) => (env !== undefined && word === '' ? initial : read(word));
}

function optionOf(command: CliCommand, flags: string, spec: OptionSpec): Option {
  const { oneOf, someOf, initial, required = false, notWith, env } = spec;
  const values = optionValues(command.messages);
  const option = someOf ? values.listOption(flags, '', someOf) : new Option(flags);
  option.description = command.textOf('option', option.name());
  if (oneOf) option.choices(oneOf);
  const parser = parserOf(values, flags, spec);
  if (parser) option.argParser<unknown>(parser);
  if (initial !== undefined) option.default(initial);
  if (notWith !== undefined) option.conflicts(notWith);
  if (env !== undefined) option.env(env);
  return option.makeOptionMandatory(required);
}

function addOptions(command: CliCommand, options: Options): CliCommand {
  for (const [flags, spec] of Object.entries(options)) {
    command.addOption(optionOf(command, flags, spec));
  }
  return command;
}

export const DATA_DIR = { '--data-dir <dir>': { env: 'BELFRY_DATA_DIR' } } as const;
const INSTANCE = {
  ...DATA_DIR,
  '--url <url>': { env: 'BELFRY_URL' },
  '--token-file <file>': { env: 'BELFRY_TOKEN_FILE' },
  '--token <token>': { env: 'BELFRY_TOKEN' },
} as const;

/** Adds the options that name an instance, under their own heading. */
export function addConnectionOptions(command: CliCommand): CliCommand {
  const heading = command.messages.text('cli.group.instance');
  for (const [flags, spec] of Object.entries(INSTANCE)) {
    command.addOption(optionOf(command, flags, spec).helpGroup(heading));
  }
  return command;
}

/** Adds a command that needs no running instance. */
export function runs<const Usage extends string, const O extends Options>(
  parent: CliCommand,
  usage: Usage,
  options: O,
  run: (flags: Flags<O>, ...operands: Operands<Usage>) => void | Promise<void>,
): CliCommand {
  const command = addOptions(parent.add(usage), options);
  return command.action(() =>
    run(command.opts<Flags<O>>(), ...(command.processedArgs as Operands<Usage>)),
  );
}

/** Prints a failure in one sentence, and keeps its exit code for when the process ends. */
export function report(result: CommandResult): void {
  if (!result.ok) process.stderr.write(`belfry: ${safeBlock(result.error.message)}\n`);
  process.exitCode = result.ok ? result.value : exitCodeOf(result.error.code);
}

const sessionOf = (messages: Messages, client: HttpClient, json: boolean): Session => {
  const terminal = processTerminal(messages);
  return { messages, client, terminal, look: terminal.look, json, clock: systemClock };
};

/** Adds a command that talks to a running instance, with `--json` and the options that name the instance. */
export function talks<const Usage extends string, const O extends Options>(
  parent: CliCommand,
  usage: Usage,
  options: O,
  work: (session: Session, flags: Flags<O>, ...operands: Operands<Usage>) => Promise<CommandResult>,
  commandOptions?: CommandOptions,
): CliCommand {
  const command = addOptions(parent.add(usage, commandOptions), { ...options, '--json': {} });
  const { messages } = command;
  return addConnectionOptions(command).action(async () => {
    const connection = connectionOf(messages, connectionOptionsOf(command));
    if (!connection.ok) return report(connection);
    const { url, token } = connection.value;
    const flags = command.opts<Flags<O> & { readonly json?: true }>();
    const client = new HttpClient(url, token, systemClock, messages);
    const session = sessionOf(messages, client, flags.json === true);
    report(await work(session, flags, ...(command.processedArgs as Operands<Usage>)));
  });
}

/** Adds a command that calls one method and prints the answer; operands are named for the fields of its input. */
export function calls<K extends MethodName>(
  parent: CliCommand,
  usage: string,
  method: K,
  draw: (value: Output<K>, look: Look) => string,
  commandOptions?: CommandOptions,
): void {
  const work = async (session: Session): Promise<CommandResult> => {
    const operands = command.registeredArguments.map((it, at) => [
      it.name(),
      command.processedArgs[at] as unknown,
    ]);
    const input = Object.fromEntries(operands) as Input<K>;
    return answer(session, await session.client.call(method, input), draw);
  };
  const command = talks(parent, usage, {}, work, commandOptions);
}

type ListMethod = {
  [K in MethodName]: Output<K> extends { readonly items: readonly unknown[] } ? K : never;
}[MethodName];
type RowOf<K extends MethodName> =
  Output<K> extends { readonly items: readonly (infer Row)[] } ? Row : never;

/** Adds a command that prints everything which one method lists. */
export function lists<K extends ListMethod>(
  parent: CliCommand,
  usage: string,
  method: K,
  columns: readonly Column<RowOf<K>>[],
): void {
  const command: CliCommand = talks(parent, usage, {}, async (session) => {
    const result = await session.client.call(method, {} as Input<K>);
    const rows = ({ items }: Output<K>) => items as RowOf<K>[];
    return answerList(session, result, { rows, columns, none: command.textOf('none', '') });
  });
}
