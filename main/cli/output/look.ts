import { styleText } from 'node:util';
import type { Messages } from '../../messages/messages.ts';

/** The colours, width and language of the output. */
export interface Look {
  readonly colour: boolean;
  /** The terminal's width; null when the output is no terminal, and nothing is cut. */
  readonly columns: number | null;
  readonly messages: Messages;
}

type Style = Parameters<typeof styleText>[0];

/** States, severities and the like, as the contract spells them. */
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
  ['not_notified', 'red'],
  ['permanent', 'red'],
  ['transient', 'yellow'],
  ['attention', 'red'],
  ['limited', 'yellow'],
  ['failing', 'yellow'],
  ['unused', 'dim'],
]);

/** Returns a text in the colour of its code, which is the text itself unless it is a translation. */
export function painted(look: Look, text: string, code: string = text): string {
  const style = look.colour ? STYLES.get(code) : undefined;
  return style === undefined ? text : styleText(style, text, { validateStream: false });
}

export const emphasised = (look: Look, text: string): string =>
  look.colour ? styleText('bold', text, { validateStream: false }) : text;
