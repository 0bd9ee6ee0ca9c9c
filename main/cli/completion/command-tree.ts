import type { Argument, Command, Option } from 'commander';

/** The kind of value that follows an option. */
export type ValueKind = 'files' | 'directories' | 'anything';

export interface OptionNode {
  /** `-m`, or null. */
  readonly short: string | null;
  readonly long: string;
  readonly description: string;
  /** Null when it takes no value. */
  readonly value: ValueKind | null;
  readonly choices: readonly string[];
}

/** A command for completion. */
export interface CommandNode {
  /** The words that lead to it after the program's name, `alerts list`; '' is the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionNode[];
  /** The words that are possible as operands. */
  readonly operands: readonly string[];
}

/** Returns every command below `command` and itself, taken from the parser's own tree, so that none is missing. */
export function commandNodes(command: Command, path = ''): CommandNode[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const node: CommandNode = {
    path,
    commands: commands.map((it) => ({ name: it.name(), description: it.description() })),
    options: help.visibleOptions(command).flatMap(optionNode),
    operands: command.registeredArguments.flatMap(
      (argument: Argument) => argument.argChoices ?? [],
    ),
  };
  return [
    node,
    ...commands.flatMap((it) => commandNodes(it, path === '' ? it.name() : `${path} ${it.name()}`)),
  ];
}

function optionNode(option: Option): OptionNode[] {
  if (option.long === undefined) return [];
  return [
    {
      short: option.short ?? null,
      long: option.long,
      description: option.description,
      value: option.isBoolean() || option.negate ? null : valueKind(option.flags),
      choices: option.argChoices ?? [],
    },
  ];
}

/** Returns the kind of a value by its name in the help. */
function valueKind(flags: string): ValueKind {
  if (flags.includes('<file>')) return 'files';
  return flags.includes('<dir>') ? 'directories' : 'anything';
}

/** Returns the spellings of an option. */
export const spellings = ({ short, long }: OptionNode): string[] =>
  short === null ? [long] : [short, long];

/** Returns each step from a command to one below it: `alerts:list` leads to `alerts list`. */
export const stepsOf = (nodes: readonly CommandNode[]): (readonly [from: string, to: string])[] =>
  nodes.flatMap(({ path, commands }) =>
    commands.map(
      ({ name }) => [`${path}:${name}`, path === '' ? name : `${path} ${name}`] as const,
    ),
  );
