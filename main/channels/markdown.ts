/** An address in running text, as far as none of its characters is markup anywhere. */
const ADDRESS = String.raw`https?:\/\/[\w\-./:?=&%#~+,;]+`;

/**
 * Makes an escape for one service's Markdown: a backslash before each of `marks` (the body of a regular
 * expression's character class).
 */
export function markdownEscape(marks: string): (text: string) => string {
  const found = new RegExp(`[${marks}]`, 'g');
  return (text) => text.replace(found, '\\$&');
}

/** The same, but bare addresses are left alone, since clients would link to the backslashes. */
export function proseEscape(marks: string): (text: string) => string {
  const found = new RegExp(`${ADDRESS}|[${marks}]`, 'g');
  return (text) => text.replace(found, (match) => (match.length === 1 ? `\\${match}` : match));
}

/** A link whose words are escaped already, and whose address holds nothing that could end it. */
export const markdownLink = (words: string, url: string): string => `[${words}](${url})`;
