import type { Reason } from '../../contract/reason.ts';
import type { Messages } from '../../messages/messages.ts';
import { renderReason } from '../../messages/reasons.ts';
import { safeLine } from './safe-text.ts';

/** ISO 8601 with a blank instead of the T, which Swedish writes. */
const local = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

/** Returns a moment by this machine's clock and zone, `2026-03-29 14:05:09`; a dash for none. */
export const localTime = (atMs: number | null): string =>
  atMs === null ? '-' : local.format(atMs);

/** A moment as the API writes it into sentences, in UTC. */
const STAMP = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z/g;

/** Returns a sentence of the API with its moments by this machine's clock. */
export const localProse = (sentence: string): string =>
  safeLine(sentence).replace(STAMP, (stamp) => {
    const atMs = Date.parse(stamp);
    return Number.isNaN(atMs) ? stamp : localTime(atMs);
  });

/** Returns the sentence of a reason, safe for a terminal; none has none. */
export const sentence = (messages: Messages, reason: Reason | null): string =>
  reason === null ? '' : safeLine(renderReason(messages, reason));
