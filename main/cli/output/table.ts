import type { TextKey } from '../../messages/messages.ts';
import { displayWidth, padded, shortened } from './display-width.ts';
import { emphasised, painted, type Look } from './look.ts';
import { safeBlock, safeLine } from './safe-text.ts';

/** A name of the catalogue, `cli.field.*`. */
export type FieldName = FieldNameOf<TextKey>;
type FieldNameOf<Key> = Key extends `cli.field.${infer Name}` ? Name : never;

export interface Column<T> {
  readonly heading: FieldName;
  readonly value: (row: T) => string | number;
  /** The code that decides the colour, where the value is a translation of it. */
  readonly code?: (row: T) => string;
}

const GAP = '  ';
/** The last column is never cut below this; a narrower terminal wraps. */
const LAST_COLUMNS_MIN = 20;
const INDENT = '  ';

/**
 * Returns rows as an aligned table with headings, numbers to the right. On a terminal the last column is
 * cut to fit; elsewhere nothing is. Every cell is made safe here, so that no command can forget to.
 */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], look: Look): string {
  const cells = rows.map((row) => columns.map(({ value }) => safeLine(String(value(row)))));
  const right = columns.map(({ value }) => rows.every((row) => typeof value(row) === 'number'));
  const headings = columns.map(({ heading }) =>
    look.messages.text(`cli.field.${heading}`).toLocaleUpperCase(look.messages.locale),
  );
  const widths = headings.map((heading, index) =>
    cells.reduce(
      (widest, row) => Math.max(widest, displayWidth(row[index] ?? '')),
      displayWidth(heading),
    ),
  );
  const last = columns.length - 1;
  const room = lastColumnRoom(widths, look);
  const line = (row: readonly string[], draw: (text: string, index: number) => string): string =>
    row
      .map((text, index) => {
        const cut = index === last ? shortened(text, room) : text;
        const side = right[index] === true ? 'right' : 'left';
        return draw(padded(cut, widths[index] ?? 0, side), index);
      })
      .join(GAP)
      .trimEnd();
  return [
    line(headings, (text) => emphasised(look, text)),
    ...rows.map((row, at) =>
      line(cells[at] ?? [], (text, index) =>
        painted(look, text, columns[index]?.code?.(row) ?? cells[at]?.[index]),
      ),
    ),
  ].join('\n');
}

function lastColumnRoom(widths: readonly number[], look: Look): number {
  if (look.columns === null) return Number.POSITIVE_INFINITY;
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  return Math.max(LAST_COLUMNS_MIN, look.columns - before);
}

/** Names and values below each other; a null value is left out, and a long one keeps its lines, indented. */
export function fields(
  pairs: readonly (readonly [name: FieldName, value: string | number | null])[],
  look: Look,
): string {
  const shown = pairs
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => [look.messages.text(`cli.field.${name}`), value] as const);
  const width = shown.reduce((widest, [name]) => Math.max(widest, displayWidth(name)), 0);
  return shown
    .map(([name, value]) => {
      const text = safeBlock(String(value));
      const hanging = text.replaceAll('\n', `\n${' '.repeat(width + GAP.length)}`);
      return `${emphasised(look, padded(name, width))}${GAP}${painted(look, hanging, text)}`;
    })
    .join('\n');
}

/** A heading with its content indented below it; nothing when there is no content. */
export const section = (heading: string, content: string, look: Look): string =>
  content === ''
    ? ''
    : `\n\n${emphasised(look, heading)}\n${content.replaceAll(/^(?=.)/gm, INDENT)}`;
