import type { Argument, Command, Option } from 'commander';

/** What may follow an option or stand as an operand. */
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

/** One command as completion sees it. */
export interface CommandNode {
  /** The words that lead to it after the program's name, `alerts list`; '' is the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionNode[];
  /** Words that its operands may be. */
  readonly operands: readonly string[];
}

/** Every command below `command` and itself, taken from the parser's own tree, so that nothing can be forgotten. */
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

/** What a value is, by the name that the help gives it. */
function valueKind(flags: string): ValueKind {
  if (flags.includes('<file>')) return 'files';
  return flags.includes('<dir>') ? 'directories' : 'anything';
}

/** The spellings of an option. */
export const spellings = ({ short, long }: OptionNode): string[] =>
  short === null ? [long] : [short, long];
