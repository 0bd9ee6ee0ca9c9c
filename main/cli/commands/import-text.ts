import type {
  EntryChange,
  FieldChange,
  FileProblem,
  ImportPreview,
} from '../../contract/config-exchange.ts';
import { emphasised, painted, type Look } from '../output/look.ts';
import { safeLine } from '../output/safe-text.ts';
import { listed } from '../output/amounts.ts';

const MARKS: Record<EntryChange['change'], string> = {
  created: '+',
  changed: '~',
  removed: '-',
  unchanged: ' ',
};

/** What an import does, entry by entry: `+` created, `~` changed, `-` removed. */
export function importText(preview: ImportPreview, look: Look): string {
  const { entries, routeOrder, secrets } = preview;
  const changed = entries.filter(({ change }) => change !== 'unchanged');
  const unchanged = entries.length - changed.length;
  return [
    ...changed.flatMap((entry) => entryLines(entry, look)),
    ...(routeOrder ? [`~ order of the routes: ${listed(routeOrder)}`] : []),
    ...(unchanged > 0 ? [`Unchanged: ${unchanged}`] : []),
    ...(secrets === 'closed' ? ['The secrets of the file stay closed; stored ones are kept.'] : []),
  ].join('\n');
}

function entryLines(entry: EntryChange, look: Look): string[] {
  const { section, name, change, fields, notes } = entry;
  const what = section === 'settings' ? 'settings' : `${section}: ${safeLine(name)}`;
  const shown = change === 'changed' ? fields : [];
  return [
    `${MARKS[change]} ${emphasised(look, what)}  ${painted(look, change)}`,
    ...shown.map((field) => `    ${fieldText(field)}`),
    ...notes.map((note) => `    ${safeLine(note)}`),
  ];
}

const fieldText = ({ field, before, after, secret }: FieldChange): string =>
  secret ? `${field}: another secret` : `${field}: ${valueText(before)} → ${valueText(after)}`;

const valueText = (value: string | null): string => (value === null ? 'none' : safeLine(value));

/** Where a file is wrong, a line each. */
export const problemText = ({ field, line, problem }: FileProblem): string =>
  `${line === null ? '' : `line ${line}, `}${safeLine(field)}: ${safeLine(problem)}`;

/** Whether anything would be another than before. */
export const changesAnything = ({ entries, routeOrder }: ImportPreview): boolean =>
  routeOrder !== null || entries.some(({ change }) => change !== 'unchanged');
