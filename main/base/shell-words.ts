/** Returns a word in quotes of a POSIX shell. */
export const shellQuoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Returns a word as a POSIX shell reads it back, quoted only where that is necessary. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : shellQuoted(word);
