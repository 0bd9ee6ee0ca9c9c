import type {
  EntryChange,
  FieldChange,
  FileProblem,
  ImportPreview,
} from '../../contract/config-exchange.ts';
import { emphasised, painted, type Look } from '../output/look.ts';
import { safeLine } from '../output/safe-text.ts';
import { renderReason } from '../../messages/reasons.ts';
import type { Messages } from '../../messages/messages.ts';

const MARKS: Record<EntryChange['change'], string> = {
  created: '+',
  changed: '~',
  removed: '-',
  unchanged: ' ',
};

/** Returns the changes of an import, entry by entry: `+` created, `~` changed, `-` removed. */
export function importText(preview: ImportPreview, look: Look): string {
  const { messages } = look;
  const { entries, routeOrder, secrets } = preview;
  const changed = entries.filter(({ change }) => change !== 'unchanged');
  const unchanged = entries.length - changed.length;
  return [
    ...changed.flatMap((entry) => entryLines(entry, look)),
    ...(routeOrder
      ? [
          `~ ${messages.text('cli.import.routeOrder', { names: messages.list(routeOrder.map(safeLine)) })}`,
        ]
      : []),
    ...(unchanged > 0 ? [messages.text('cli.import.unchanged', { count: unchanged })] : []),
    ...(secrets === 'closed' ? [messages.text('cli.import.secretsClosed')] : []),
  ].join('\n');
}

function entryLines(entry: EntryChange, look: Look): string[] {
  const { messages } = look;
  const { section, name, change, fields, noteReasons } = entry;
  const what =
    section === 'settings' ? messages.text('cli.import.settings') : `${section}: ${safeLine(name)}`;
  const shown = change === 'changed' ? fields : [];
  return [
    `${MARKS[change]} ${emphasised(look, what)}  ${painted(look, messages.text(`cli.import.change.${change}`), change)}`,
    ...shown.map((field) => `    ${fieldText(messages, field)}`),
    ...noteReasons.map((note) => `    ${safeLine(renderReason(messages, note))}`),
  ];
}

function fieldText(messages: Messages, { field, before, after, secret }: FieldChange): string {
  const shown = (value: string | null): string =>
    value === null ? messages.text('cli.import.none') : safeLine(value);
  return secret
    ? messages.text('cli.import.secretChanged', { field })
    : messages.text('cli.import.fieldChanged', {
        field,
        before: shown(before),
        after: shown(after),
      });
}

/** Returns one problem of a file with its place. */
export function problemText(messages: Messages, { line, ...where }: FileProblem): string {
  const field = safeLine(where.field);
  const problem = safeLine(where.problem);
  return line === null
    ? `${field}: ${problem}`
    : messages.text('cli.import.problem', { line, field, problem });
}

/** Returns true if anything would change. */
export const changesAnything = ({ entries, routeOrder }: ImportPreview): boolean =>
  routeOrder !== null || entries.some(({ change }) => change !== 'unchanged');
