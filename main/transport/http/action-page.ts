import { createHash } from 'node:crypto';
import type { Language } from '../../contract/language.ts';

/** The content of a link's page. Every text may hold what senders wrote. */
export interface ActionPage {
  readonly language: Language;
  readonly title: string;
  readonly lines: readonly string[];
  /** The label of the button that sends the same address as POST; null without a button. */
  readonly button: string | null;
}

const STYLE = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 2rem 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
button { font: inherit; font-weight: 600; margin-top: 1rem; min-height: 3rem; padding: 0 1.5rem;
  border: 0; border-radius: 0.5rem; background: #1f5fbf; color: #fff; cursor: pointer; }
button:focus-visible { outline: 3px solid; outline-offset: 3px; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * Nothing runs, nothing is loaded, and the one form leads back here. The referrer stays on this origin:
 * without any, browsers would send the form with the origin "null", as a foreign page does.
 */
export const ACTION_PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');

/** Returns a page of a few kilobytes that works without scripts and loads nothing. */
export const actionPage = ({ language, title, lines, button }: ActionPage): string =>
  `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Belfry</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${lines.map((line) => `<p>${escaped(line)}</p>`).join('\n')}
${button === null ? '' : `<form method="post"><button>${escaped(button)}</button></form>`}
</main>
</body>
</html>
`;
