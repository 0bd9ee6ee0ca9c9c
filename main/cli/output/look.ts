import { styleText } from 'node:util';

/** How text is to be drawn. */
export interface Look {
  readonly colour: boolean;
  /** The terminal's width; null when the output is none, and nothing is cut. */
  readonly columns: number | null;
}

/** No colour and nothing cut: for files, pipes and programs. */
export const PLAIN: Look = { colour: false, columns: null };

type Style = Parameters<typeof styleText>[0];

/** Words of the contract that want to be seen from afar. */
const STYLES = new Map<string, Style>([
  ['critical', 'red'],
  ['warning', 'yellow'],
  ['info', 'cyan'],
  ['open', 'bold'],
  ['dead', 'red'],
  ['failed', 'yellow'],
  ['sent', 'green'],
  ['cancelled', 'dim'],
  ['resolved', 'green'],
  ['expired', 'dim'],
  ['down', 'red'],
  ['up', 'green'],
  ['notified', 'green'],
  ['waiting', 'yellow'],
  ['not notified', 'red'],
  ['permanent', 'red'],
  ['transient', 'yellow'],
  ['needs attention', 'red'],
  ['rate limited', 'yellow'],
  ['failing', 'yellow'],
  ['unused', 'dim'],
]);

/** `drawn`, which may be padded, in the colour of the word that it holds. */
export function painted(look: Look, word: string, drawn: string = word): string {
  const style = look.colour ? STYLES.get(word) : undefined;
  return style === undefined ? drawn : styleText(style, drawn, { validateStream: false });
}

export const emphasised = (look: Look, text: string): string =>
  look.colour ? styleText('bold', text, { validateStream: false }) : text;
