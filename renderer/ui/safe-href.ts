/** Returns the URL if it is absolute http or https. Alert text is untrusted, so all else is null. */
export function safeHref(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed && (parsed.protocol === 'http:' || parsed.protocol === 'https:')
    ? parsed.href
    : null;
}
