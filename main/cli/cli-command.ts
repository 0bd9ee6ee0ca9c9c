import {
  Command,
  Help,
  type Argument,
  type CommandOptions,
  type ErrorOptions,
  type Option,
} from 'commander';
import type { Messages, TextKey } from '../messages/messages.ts';
import type { MessageArguments } from '../messages/arguments.ts';
import { safeBlock } from './output/safe-text.ts';

/** The headings of commander's help that are not ours. */
const TITLES: Readonly<Record<string, TextKey & `cli.group.${string}`>> = {
  'Usage:': 'cli.group.usage',
  'Options:': 'cli.group.options',
  'Commands:': 'cli.group.commands',
  'Arguments:': 'cli.group.arguments',
};

/** The keys under which the catalogue has the texts of a command and of its parts. */
const TEXTS = {
  command: (path: string) => `cli.command.${path}` as const,
  option: (path: string) => `cli.option.${path}` as const,
  argument: (path: string) => `cli.argument.${path}` as const,
  none: (path: string) => `cli.none.${path}` as const,
};

/** Returns `deadLetters` for `dead-letters`. */
const camelCased = (name: string): string =>
  name.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());

/** Returns the words that lead to a command after the program's name. */
const pathOf = (command: Command): string[] =>
  command.parent ? [...pathOf(command.parent), camelCased(command.name())] : [];

type UsageKey = Extract<keyof MessageArguments, `cli.usage.${string}`>;

/** Commander's sentences, which it does not let us replace, and our own; each name is an argument. */
const SENTENCES: readonly (readonly [pattern: RegExp, key: UsageKey])[] = [
  [/^unknown option '(?<flag>.*)'$/s, 'cli.usage.unknownOption'],
  [/^unknown command '(?<name>.*)'$/s, 'cli.usage.unknownCommand'],
  [/^missing required argument '(?<name>.*)'$/s, 'cli.usage.missingArgument'],
  [/^option '(?<flags>.*)' argument missing$/s, 'cli.usage.missingValue'],
  [/^required option '(?<flags>.*)' not specified$/s, 'cli.usage.missingOption'],
  [/^option '(?<flags>.*?)' cannot be used with option '(?<other>.*?)'$/s, 'cli.usage.notTogether'],
  [/^too many arguments.*?but got \d+: (?<values>.*)\.$/s, 'cli.usage.tooManyArguments'],
  [
    /^option '(?<flags>.*?)' argument '(?<value>.*)' is invalid\. (?<problem>.*)$/s,
    'cli.usage.invalidValue',
  ],
  [
    /^option '(?<flags>.*?)' value '(?<value>.*)' from env '(?<variable>\w+)' is invalid\. (?<problem>.*)$/s,
    'cli.usage.invalidEnvironment',
  ],
  [
    /^command-argument value '(?<value>.*)' is invalid for argument '(?<name>[\w-]+)'\. (?<problem>.*)$/s,
    'cli.usage.invalidArgument',
  ],
];

/** A command in the reader's language, as its subcommands then are. */
export class CliCommand extends Command {
  readonly messages: Messages;

  constructor(messages: Messages, name?: string) {
    super(name);
    this.messages = messages;
    this.helpOption('-h, --help', messages.text('cli.help.option'));
  }

  override createCommand(name?: string): CliCommand {
    return new CliCommand(this.messages, name);
  }

  /** Adds a command by its usage, such as `show <id>`, with its texts from the catalogue. */
  add(usage: string, options?: CommandOptions): CliCommand {
    const command = this.command(usage, options);
    command.description(command.textOf('command', ''));
    for (const argument of command.registeredArguments) {
      argument.description = command.textOf('argument', argument.name());
    }
    return command;
  }

  /** Adds a command that only holds others. */
  group(name: string): CliCommand {
    return this.add(name).helpCommand('help [command]', this.messages.text('cli.help.description'));
  }

  /** Returns the text of this command or of a part of it, which may be that of its group or of all; '' without any. */
  textOf(part: keyof typeof TEXTS, name: string): string {
    const path = pathOf(this);
    for (;;) {
      const key = TEXTS[part]([...path, ...(name === '' ? [] : [camelCased(name)])].join('.'));
      if (this.messages.has(key)) return this.messages.text(key);
      if (name === '' || path.pop() === undefined) return '';
    }
  }

  override createHelp(): Help {
    return Object.assign(new CliHelp(this.messages), this.configureHelp());
  }

  /** Shows a misuse in the reader's language and ends the command. */
  override error(message: string, options?: ErrorOptions): never {
    const [, text = message, hint] =
      /^error: (.*?)(?:\n\(Did you mean (?:one of )?(.*)\?\))?$/s.exec(message) ?? [];
    const error = this.messages.text('cli.usage.error', { problem: this.#ours(text) });
    const suggestions = hint?.split(', ') ?? [];
    const shown =
      suggestions.length === 0
        ? error
        : this.messages.text('cli.usage.didYouMean', {
            error,
            suggestions: this.messages.list(suggestions, 'or'),
          });
    // It quotes the arguments, which may come from a script's input.
    super.error(safeBlock(shown), options);
  }

  #ours(text: string): string {
    for (const [pattern, key] of SENTENCES) {
      const found = pattern.exec(text)?.groups;
      if (!found) continue;
      const [, values] = /^Allowed choices are (.*)\.$/s.exec(found['problem'] ?? '') ?? [];
      const problem =
        values === undefined
          ? found['problem']
          : this.messages.text('cli.usage.choices', { values });
      return this.messages.text(key, { ...found, problem } as never);
    }
    return text;
  }
}

class CliHelp extends Help {
  readonly #messages: Messages;

  constructor(messages: Messages) {
    super();
    this.#messages = messages;
  }

  override styleTitle(title: string): string {
    const key = TITLES[title];
    return key ? this.#messages.text(key) : title;
  }

  override commandUsage(command: Command): string {
    return this.#translated(super.commandUsage(command));
  }

  override subcommandTerm(command: Command): string {
    return this.#translated(super.subcommandTerm(command));
  }

  override optionDescription(option: Option): string {
    const { description, argChoices, envVar: name, required, optional } = option;
    const initial = option.defaultValue as unknown;
    const initialText = Array.isArray(initial) ? initial.join(',') : JSON.stringify(initial);
    const value = option.defaultValueDescription ?? initialText;
    const showsDefault = initial !== undefined && value !== '' && (required || optional);
    return this.#withExtras(description, argChoices, [
      ...(showsDefault ? [this.#messages.text('cli.help.default', { value })] : []),
      ...(name === undefined ? [] : [this.#messages.text('cli.help.environment', { name })]),
    ]);
  }

  override argumentDescription({ description, argChoices }: Argument): string {
    return this.#withExtras(description, argChoices, []);
  }

  #translated(usage: string): string {
    return usage
      .replace('[options]', this.#messages.text('cli.help.options'))
      .replace('[command]', this.#messages.text('cli.help.command'));
  }

  #withExtras(
    description: string,
    choices: readonly string[] | undefined,
    extras: readonly string[],
  ): string {
    const values = choices?.join(', ');
    const all = [
      ...(values === undefined ? [] : [this.#messages.text('cli.help.choices', { values })]),
      ...extras,
    ];
    return [description, all.length === 0 ? '' : `(${all.join('; ')})`].filter(Boolean).join(' ');
  }
}
