const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Escapes text for the content of an HTML element. */
export const htmlText = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);

/** Escapes text for an HTML attribute in double quotes. */
export const htmlAttribute = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

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

/** Makes the same, but bare addresses are left alone, since clients would link to the backslashes. */
export function proseEscape(marks: string): (text: string) => string {
  const found = new RegExp(`${ADDRESS}|[${marks}]`, 'g');
  return (text) => text.replace(found, (match) => (match.length === 1 ? `\\${match}` : match));
}

/**
 * Returns a text in which a service that looks for names finds none, whatever escapes stand before them:
 * there is an invisible space behind each `@`. Addresses like `root@pam` stay whole.
 */
export const withoutMentions = (text: string): string =>
  text.replace(/(?<![\p{L}\p{N}])@/gu, '@\u200b');
