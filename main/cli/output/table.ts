import { displayWidth, padded, shortened } from './display-width.ts';
import { emphasised, painted, type Look } from './look.ts';
import { safeBlock, safeLine } from './safe-text.ts';

export interface Column<T> {
  readonly heading: string;
  readonly value: (row: T) => string | number;
}

const GAP = '  ';
/** The last column is never cut below this; a narrower terminal wraps. */
const LAST_COLUMNS_MIN = 20;
const INDENT = '  ';

/**
 * Rows as an aligned table with headings. Numbers stand to the right. On a terminal the last column is
 * cut to fit; elsewhere nothing is. Every cell is made safe here, so that no command can forget to.
 */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], look: Look): string {
  const cells = rows.map((row) => columns.map(({ value }) => safeLine(String(value(row)))));
  const right = columns.map(({ value }) => rows.every((row) => typeof value(row) === 'number'));
  const headings = columns.map(({ heading }) => heading);
  const widths = headings.map((heading, index) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? '')), heading.length),
  );
  const last = columns.length - 1;
  const room = lastColumnRoom(widths, look);
  const line = (row: readonly string[], draw: (word: string, drawn: string) => string): string =>
    row
      .map((word, index) => {
        const cut = index === last ? shortened(word, room) : word;
        return draw(cut, padded(cut, widths[index] ?? 0, right[index] === true ? 'right' : 'left'));
      })
      .join(GAP)
      .trimEnd();
  return [
    line(headings, (_word, drawn) => emphasised(look, drawn)),
    ...cells.map((row) => line(row, (word, drawn) => painted(look, word, drawn))),
  ].join('\n');
}

function lastColumnRoom(widths: readonly number[], look: Look): number {
  if (look.columns === null) return Number.POSITIVE_INFINITY;
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  return Math.max(LAST_COLUMNS_MIN, look.columns - before);
}

/** Names and values below each other; a null value is left out, and a long one keeps its lines, indented. */
export function fields(
  pairs: readonly (readonly [name: string, value: string | number | null])[],
  look: Look,
): string {
  const shown = pairs.filter(([, value]) => value !== null && value !== '');
  const width = shown.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return shown
    .map(([name, value]) => {
      const text = safeBlock(String(value));
      const hanging = text.replaceAll('\n', `\n${' '.repeat(width + GAP.length)}`);
      return `${emphasised(look, padded(name, width))}${GAP}${painted(look, text, hanging)}`;
    })
    .join('\n');
}

/** A heading with its content indented below it; nothing when there is no content. */
export const section = (heading: string, content: string, look: Look): string =>
  content === ''
    ? ''
    : `\n\n${emphasised(look, heading)}\n${content.replaceAll(/^(?=.)/gm, INDENT)}`;
