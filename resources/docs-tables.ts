import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { isReading, TOOLS } from '../main/cli/mcp/tools.ts';
import { createProgram } from '../main/cli/program.ts';
import { TEMPLATE_VARIABLES } from '../main/contract/channel-template.ts';
import { controlFor } from '../main/contract/field.ts';
import { notificationEvent } from '../main/contract/notification.ts';
import { settingList, type SettingName } from '../main/contract/settings.ts';
import type { Setting } from '../main/contract/setting-definition.ts';
import { TEMPLATE_FILTERS, type TemplateFilter } from '../main/contract/template.ts';
import { messagesFor } from '../main/messages/messages.ts';
import { nextStep, renderReason } from '../main/messages/reasons.ts';
import { FAILURE_CLASSES, FAILURE_EXAMPLES } from './failure-examples.ts';
import { senderIdIn } from '../main/contract/senders/senders.ts';
import { markdownTable } from './markdown-table.ts';
import { senderBlocks, senderTable } from './sender-docs.ts';
import { exampleText } from './template-example.ts';

/**
 * Writes the tables of the guides that derive from the code: `npm run docs`. A guide marks the place with
 * `<!-- table: name -->` and `<!-- /table -->`, and of a sender's lines with `<!-- sender: id -->` and
 * `<!-- /sender -->`. What is written is committed, and a test compares.
 */

const DOCS = join(import.meta.dirname, '../docs');
const messages = messagesFor('en');

/** Every table that a guide may hold, by its name. */
export const TABLES: Readonly<Record<string, () => string>> = {
  settings: settingsTable,
  instanceOptions: () => optionTable('alerts list', isOfInstance),
  serveOptions: () => optionTable('serve', () => true),
  commands: commandTable,
  mcpTools: mcpToolTable,
  failures: failureTable,
  senders: senderTable,
  templateEvents: templateEventTable,
  templateVariables: templateVariableTable,
  templateFilters: templateFilterTable,
};

function amount(value: unknown, { form: { unitMs } }: Setting): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value !== 'number') return typeof value === 'string' ? `\`${value}\`` : '';
  // Ports are written without separators, and nothing has no unit.
  if (unitMs === undefined || value === 0)
    return value < 10_000 ? String(value) : messages.number(value);
  return messages.duration(value * unitMs, { width: 'long' });
}

function limits(name: SettingName, setting: Setting): string {
  if (typeof setting.initial !== 'number') return '';
  const control = controlFor(name, setting.schema);
  if (control.type !== 'number') return '';
  return `${amount(control.min, setting)} to ${amount(control.max, setting)}`;
}

function settingsTable(): string {
  const rows = settingList.map(({ name, setting }) => {
    // A default that depends on the machine cannot stand in a guide.
    const initial = name === 'quietHours.timeZone' ? '' : amount(setting.initial, setting);
    const title = messages.text(`settings.${name}.title`);
    const help = messages.text(`settings.${name}.help`);
    return [`\`${name}\``, `${title}. ${help}`, initial, limits(name, setting)];
  });
  return markdownTable(['Setting', 'Meaning', 'Default', 'Limits'], rows);
}

const program = createProgram(messages, DOCS);

/** Every command that does something, with the words that lead to it. */
const commands = (from: Command = program, path: string[] = []): [path: string, Command][] =>
  from
    .createHelp()
    .visibleCommands(from)
    .filter((command) => command.name() !== 'help')
    .flatMap((command): [string, Command][] => {
      const words = [...path, command.name()];
      return command.commands.length > 0 ? commands(command, words) : [[words.join(' '), command]];
    });

const isOfInstance = ({ helpGroupHeading }: Option): boolean =>
  helpGroupHeading === messages.text('cli.group.instance');

const argumentText = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<');

/** Every command with its own options; those that all commands share have their own table. */
function commandTable(): string {
  const rows = commands().flatMap(([path, command]) => {
    const usage = [path, ...command.registeredArguments.map(argumentText)].join(' ');
    const own = command.options.filter(
      (option) => !isOfInstance(option) && option.long !== '--json' && path !== 'serve',
    );
    return [
      [`\`${usage}\``, escaped(command.description())],
      ...own.map((option) => [
        `\u2003\`${option.flags}\``,
        escaped(command.createHelp().optionDescription(option)),
      ]),
    ];
  });
  return markdownTable(['Command', 'Meaning'], rows);
}

/** The options of one command, with the variables that set them. */
function optionTable(path: string, isShown: (option: Option) => boolean): string {
  const command = commands().find(([name]) => name === path)?.[1];
  if (!command) throw new Error(`There is no command ${path}.`);
  const rows = command.options.filter(isShown).map(({ flags, envVar, description }) => {
    return [`\`${flags}\``, envVar ? `\`${envVar}\`` : '', escaped(description)];
  });
  return markdownTable(['Option', 'Environment', 'Meaning'], rows);
}

/** Every tool of `belfry mcp`. */
function mcpToolTable(): string {
  const rows = TOOLS.map((tool) => [
    `\`${tool.name}\``,
    tool.about,
    isReading(tool) ? '' : '`--allow-write`',
  ]);
  return markdownTable(['Tool', 'Meaning', 'Needs'], rows);
}

/** Every failure with its sentence and its next step. */
function failureTable(): string {
  const rows = FAILURE_EXAMPLES.map((reason) => [
    `\`${reason.code}\``,
    renderReason(messages, reason),
    nextStep(messages, reason, FAILURE_CLASSES[reason.code] ?? null) ?? '',
  ]);
  return markdownTable(['Code', 'What happened', 'Next step'], rows);
}

function templateEventTable(): string {
  const rows = notificationEvent.options.map((event) => [
    `\`${event}\``,
    messages.text(`common.notificationEvent.${event}`),
  ]);
  return markdownTable(['Event', 'In the window'], rows);
}

/** Every variable of templates, with what it is in the example of the guide. */
function templateVariableTable(): string {
  const rows = TEMPLATE_VARIABLES.map((path) => [
    `\`${path}\``,
    messages.text(`template.variable.${path}`),
    exampleText(`{{ ${path} }}`, 'body'),
  ]);
  return markdownTable(['Variable', 'Meaning', 'Example'], rows);
}

function templateFilterTable(): string {
  const filters = Object.entries(TEMPLATE_FILTERS) as [TemplateFilter, { usage: string }][];
  const rows = filters.map(([name, { usage }]) => [
    `\`${usage}\``,
    messages.text(`template.filter.${name}`),
  ]);
  return markdownTable(['Filter', 'Meaning'], rows);
}

/** Returns the text of a place in a guide. Throws for an unknown name. */
function textFor(what: string, name: string): string {
  const id = senderIdIn(name);
  const make = what === 'table' ? TABLES[name] : id && (() => senderBlocks(id));
  if (!make) throw new Error(`There is no ${what} ${name}.`);
  return make();
}

/** Returns a guide with its tables and senders as the code has them now. Throws for an unknown name. */
export const withTables = (guide: string): string =>
  guide.replaceAll(
    /(<!-- (table|sender): (\w+) -->\n)[^]*?(<!-- \/\2 -->)/g,
    (_all, begin: string, what: string, name: string, end: string) =>
      `${begin}\n${textFor(what, name)}\n\n${end}`,
  );

/** The guides, as paths. */
export const guides = (): string[] =>
  readdirSync(DOCS)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(DOCS, name));

if (import.meta.main) {
  for (const path of guides()) writeFileSync(path, withTables(readFileSync(path, 'utf8')));
}
