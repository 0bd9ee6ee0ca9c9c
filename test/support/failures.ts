import type { AttemptReason } from '../../main/contract/reasons/failure-reasons.ts';
import { failureOf, type Failure, type Outcome } from '../../main/domain/outcome.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { nextStep, renderFailure } from '../../main/messages/reasons.ts';

/** A failure whose reason is a sentence, as data from before reasons have it. */
export const legacy = (text: string): AttemptReason => ({ code: 'legacy', params: { text } });

/** Returns what people read of an outcome in English: what happened, the receiver's words, and what to do. */
export const wordsOf = (outcome: Outcome): string =>
  outcome.kind === 'sent' ? '' : failureWords(failureOf(outcome));

/** The same of what is stored; nothing where nothing failed. */
export function failureWords(failure: Failure | null): string {
  if (failure === null) return '';
  const english = messagesFor('en');
  return [renderFailure(english, failure), nextStep(english, failure.reason, failure.class)].join(
    ' ',
  );
}
