import type { Messages, TextKey } from '../../messages/messages.ts';
import { emphasised, localTime, painted, type Look } from './look.ts';
import { safeBlock, safeLine } from './safe-text.ts';

/** A name of the catalogue, `cli.field.*`. */
export type FieldName = FieldNameOf<TextKey>;
type FieldNameOf<Key> = Key extends `cli.field.${infer Name}` ? Name : never;

type Cell = string | number | null;

/** A column is a field of the row with a heading of the same name, or says what it shows; null is a dash. */
export type Column<T> =
  | (FieldName & { [Name in keyof T]: T[Name] extends Cell ? Name : never }[keyof T])
  | ShownColumn<T>;

interface ShownColumn<T> {
  readonly heading: FieldName;
  readonly value: (row: T, messages: Messages) => Cell;
  /** The code that decides the colour, where the value is a translation of it. */
  readonly code?: (row: T) => string;
}

/** Returns a column of moments, in ms UTC. */
export const moments = <Name extends string>(
  heading: FieldName,
  name: Name,
): ShownColumn<Readonly<Record<Name, number | null>>> => ({
  heading,
  value: ({ [name]: atMs }) => localTime(atMs),
});

const shownColumn = <T>(column: Column<T>): ShownColumn<T> =>
  typeof column === 'object' ? column : { heading: column, value: (row) => row[column] as Cell };

/** East Asian wide and fullwidth forms, and what is drawn as an emoji: two columns in a terminal (UAX #11). */
const WIDE =
  /\p{Emoji_Presentation}|\u{fe0f}|[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}]/u;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const widthOf = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : 1);

/** Returns the number of columns that a safe text takes in a terminal. */
export function displayWidth(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += widthOf(segment);
  return columns;
}

/** Returns the text, or its beginning with an ellipsis when it is wider than `columnsMax` (1 or more). */
export function shortened(text: string, columnsMax: number): string {
  if (displayWidth(text) <= columnsMax) return text;
  let kept = '';
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    columns += widthOf(segment);
    if (columns > columnsMax - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Returns the text padded with spaces to `columns`. */
function padded(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return side === 'left' ? text + space : space + text;
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
  const { messages } = look;
  const shown = columns.map(shownColumn);
  const values = rows.map((row) => shown.map(({ value }) => value(row, messages)));
  const cells = values.map((row) => row.map((value) => safeLine(String(value ?? '-'))));
  const right = shown.map((_column, at) => values.every((row) => typeof row[at] === 'number'));
  const headings = shown.map(({ heading }) =>
    messages.text(`cli.field.${heading}`).toLocaleUpperCase(messages.locale),
  );
  const widths = headings.map((heading, index) =>
    cells.reduce(
      (widest, row) => Math.max(widest, displayWidth(row[index] ?? '')),
      displayWidth(heading),
    ),
  );
  const last = shown.length - 1;
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
        painted(look, text, shown[index]?.code?.(row) ?? cells[at]?.[index]),
      ),
    ),
  ].join('\n');
}

function lastColumnRoom(widths: readonly number[], look: Look): number {
  if (look.columns === null) return Number.POSITIVE_INFINITY;
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  return Math.max(LAST_COLUMNS_MIN, look.columns - before);
}

type Field = readonly [name: FieldName, value: Cell];

/** Returns fields that are named as the catalogue names them. */
export const named = <T, Name extends FieldName & keyof T>(
  value: T & Readonly<Record<Name, Cell>>,
  ...names: readonly Name[]
): Field[] => names.map((name) => [name, value[name]]);

/** Names and values below each other; a null value is left out, and a long one keeps its lines, indented. */
export function fields(pairs: readonly Field[], look: Look): string {
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

/** A heading with a table indented below it; nothing when there are no rows. */
export const section = <T>(
  heading: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
  look: Look,
): string =>
  rows.length === 0
    ? ''
    : `\n\n${emphasised(look, heading)}\n${table(columns, rows, look).replaceAll(/^(?=.)/gm, INDENT)}`;
