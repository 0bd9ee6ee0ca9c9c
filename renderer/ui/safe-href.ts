/** The URL if a person may follow it: http or https, absolute. Alert text is hostile, so all else is null. */
export function safeHref(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed && (parsed.protocol === 'http:' || parsed.protocol === 'https:')
    ? parsed.href
    : null;
}
