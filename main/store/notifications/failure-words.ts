import { LANGUAGES } from '../../contract/language.ts';
import type { FailureReason } from '../../contract/reasons/failure-reasons.ts';
import { messagesFor } from '../../messages/messages.ts';
import { renderReason } from '../../messages/reasons.ts';

/** There are few different reasons, and a search looks at each row. */
const KNOWN_MAX = 1_000;
const known = new Map<string, string>();

/** Returns a stored reason as people read it, in every language, one a line; for a search. */
export function failureWords(stored: unknown): string | null {
  if (typeof stored !== 'string') return null;
  const found = known.get(stored);
  if (found !== undefined) return found;
  const reason = JSON.parse(stored) as FailureReason;
  const words = LANGUAGES.map((language) => renderReason(messagesFor(language), reason)).join('\n');
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(stored, words);
  return words;
}
