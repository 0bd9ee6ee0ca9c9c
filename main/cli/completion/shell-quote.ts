/** A word in single quotes, for bash and zsh. */
export const posixQuoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The same for fish, which knows backslashes within single quotes. */
export const fishQuoted = (word: string): string =>
  `'${word.replaceAll(/['\\]/g, (mark) => `\\${mark}`)}'`;
