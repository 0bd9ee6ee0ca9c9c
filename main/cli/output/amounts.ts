import type { Reason } from '../../contract/reason.ts';
import type { Messages } from '../../messages/messages.ts';
import { renderReason } from '../../messages/reasons.ts';
import { safeLine } from './safe-text.ts';

/** ISO 8601 with a blank instead of the T, which Swedish writes. */
const local = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

/** Returns a moment by this machine's clock and zone, `2026-03-29 14:05:09`; a dash for none. */
export const localTime = (atMs: number | null): string =>
  atMs === null ? '-' : local.format(atMs);

/** Returns the sentence of a reason, safe for a terminal; none has none. */
export const sentence = (messages: Messages, reason: Reason | null): string =>
  reason === null ? '' : safeLine(renderReason(messages, reason));
