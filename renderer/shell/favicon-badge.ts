import favicon from '../favicon.svg?raw';

/** More do not fit. */
const COUNT_MAX = 99;

/** Returns the icon with a count on it, as an address; the plain icon for none. */
export function badgedIcon(count: number): string {
  const shown = count > COUNT_MAX ? `${COUNT_MAX}+` : String(count);
  const badge = `<g><rect x="8" y="12" width="16" height="12" rx="5" fill="#ac2119"/>
    <text x="16" y="21.4" font-family="sans-serif" font-size="9.5" font-weight="700" text-anchor="middle" fill="#fff">${shown}</text></g>`;
  const svg = count === 0 ? favicon : favicon.replace('</svg>', `${badge}</svg>`);
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Shows how many alerts are open on the page's icon. */
export function showCount(page: Document, count: number): void {
  const icon = page.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon) icon.href = badgedIcon(count);
}
