/** A LIKE pattern (ESCAPE '\') that finds the words anywhere; null when there is nothing to search for. */
export const likePattern = (words: string | undefined): string | null =>
  words === undefined || words === '' ? null : `%${words.replace(/[\\%_]/g, '\\$&')}%`;
