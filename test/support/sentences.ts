import type { Reason } from '../../main/contract/reason.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { renderReason } from '../../main/messages/reasons.ts';

/** The sentence of a reason as the API has it in these tests. */
export const sentenceOf = (reason: Reason): string => renderReason(messagesFor('en'), reason);

/** A moment as such sentences have it. */
export const momentText = (at: number | string): string =>
  messagesFor('en').dateTime(typeof at === 'number' ? at : Date.parse(at));

/** A reason whose sentence is that text, whatever it is. */
export const saying = (text: string) => ({ code: 'legacy', params: { text } }) as const;
