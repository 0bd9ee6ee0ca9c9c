import { messages } from '../messages/text.svelte.ts';

/** A piece of a text: words, or a moment in integer milliseconds since 1970. */
export type ProsePart = string | number;

/** A moment as the core writes it into sentences: ISO 8601 in UTC, since it does not know the reader's zone. */
const STAMP = /\b(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)/;

/**
 * Takes the moments out of a text. What only looks like one, such as the 32nd of a month, stays words,
 * and so does all else: the text may be hostile.
 */
export function proseParts(text: string): ProsePart[] {
  // A capture in the separator is kept by split, at every second place.
  return text
    .split(STAMP)
    .map((part, index) => {
      const atMs = index % 2 === 1 ? Date.parse(part) : Number.NaN;
      return Number.isNaN(atMs) ? part : atMs;
    })
    .filter((part) => part !== '');
}

/** The same in one string, for where no element can stand, such as a title. */
export const plainProse = (text: string, nowMs: number): string =>
  proseParts(text)
    .map((part) => (typeof part === 'number' ? messages().moment(part, nowMs) : part))
    .join('');
