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
export function padded(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return side === 'left' ? text + space : space + text;
}
