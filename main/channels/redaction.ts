import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome } from '../domain/outcome.ts';

/** Shorter parts of a URL ("api", "v1") are words, not secrets, and redacting them would leave nothing to read. */
const SECRET_CHARS_MIN = 4;

/** Undoes percent escapes; text in which they are broken stays as it is. */
export const percentDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
};

/** As it is, decoded, and as HTML pages and JSON encoders write it. */
const spellings = (secret: string): string[] =>
  [secret, percentDecoded(secret)].flatMap((text) => [
    text,
    text.replaceAll('&', '&amp;'),
    text.replaceAll('/', '\\/'),
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
  ]);

/** The text without any of the secrets in any spelling, longest first, so that no part of one stays. */
export function redacted(text: string, secrets: readonly string[]): string {
  const words = new Set(
    secrets.filter(({ length }) => length >= SECRET_CHARS_MIN).flatMap(spellings),
  );
  return [...words]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replaceAll(word, '[redacted]'), text);
}

/** A service's own words in a message of ours are shown up to here. */
const MESSAGE_CHARS_MAX = 500;

/** Services quote requests in their errors, and some of our messages quote the services. */
export function outcomeWithout(outcome: Outcome, secrets: readonly string[]): Outcome {
  const clean = (text: string): string => redacted(text, secrets);
  const told =
    outcome.kind === 'sent'
      ? outcome
      : // Cut only now: half a secret would not be found.
        { ...outcome, message: boundedText(clean(outcome.message), MESSAGE_CHARS_MAX) };
  return 'responseExcerpt' in told && told.responseExcerpt !== undefined
    ? { ...told, responseExcerpt: clean(told.responseExcerpt) }
    : told;
}
