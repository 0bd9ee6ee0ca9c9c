import { styleText } from 'node:util';
import type { Reason } from '../../contract/reason.ts';
import type { Messages } from '../../messages/messages.ts';
import { renderReason } from '../../messages/reasons.ts';
import { safeLine } from './safe-text.ts';

/** The colours, width and language of the output. */
export interface Look {
  readonly colour: boolean;
  /** The terminal's width; null when the output is no terminal, and nothing is cut. */
  readonly columns: number | null;
  readonly messages: Messages;
}

type Style = Parameters<typeof styleText>[0];

/** States, severities and verdicts, as the contract spells them, by their colour. */
const STYLES = new Map<string, Style>(
  Object.entries({
    red: ['critical', 'dead', 'down', 'not_notified', 'permanent', 'attention'],
    yellow: ['warning', 'failed', 'waiting', 'transient', 'limited', 'failing'],
    green: ['sent', 'resolved', 'up', 'notified'],
    cyan: ['info'],
    bold: ['open'],
    dim: ['cancelled', 'expired', 'unused'],
  } as const).flatMap(([style, codes]) => codes.map((code) => [code, style as Style] as const)),
);

/** Returns a text in the colour of its code, which is the text itself unless it is a translation. */
export function painted(look: Look, text: string, code: string = text): string {
  const style = look.colour ? STYLES.get(code) : undefined;
  return style === undefined ? text : styleText(style, text, { validateStream: false });
}

export const emphasised = (look: Look, text: string): string =>
  look.colour ? styleText('bold', text, { validateStream: false }) : text;

/** ISO 8601 with a blank instead of the T, which Swedish writes. */
const local = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

/** Returns a moment by this machine's clock and zone, `2026-03-29 14:05:09`; null for none. */
export const localTime = <At extends number | null>(atMs: At): At extends null ? null : string =>
  (atMs === null ? null : local.format(atMs)) as At extends null ? null : string;

/** Returns the sentence of a reason, safe for a terminal; none has none. */
export const sentence = (messages: Messages, reason: Reason | null): string =>
  reason === null ? '' : safeLine(renderReason(messages, reason));
