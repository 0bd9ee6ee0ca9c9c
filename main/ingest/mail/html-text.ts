import { htmlToText } from 'html-to-text';

/** HTML that is nested deeper is shown without its innermost parts. */
const DEPTH_MAX = 100;

/** Returns HTML as plain text: its words in lines, and nothing of what it links to or shows. */
export function textOfHtml(html: string): string {
  try {
    return htmlToText(html, {
      wordwrap: false,
      limits: { maxDepth: DEPTH_MAX, maxInputLength: html.length },
      selectors: [
        { selector: 'a', options: { ignoreHref: true } },
        { selector: 'img', format: 'skip' },
        ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
          selector,
          options: { uppercase: false },
        })),
        { selector: 'table', options: { uppercaseHeaderCells: false } },
      ],
    });
  } catch {
    // Thousands of nested elements are more than its stack holds.
    return html.replaceAll(/<[^<>]{0,1000}>/g, ' ');
  }
}
