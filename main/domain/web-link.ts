/** Characters that are legal in a URL but close a link in Markdown, in Slack's markup or in HTML. */
const CLOSERS = /[()[\]<>|"'`*\\^{}]/g;

const percentEncoded = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Returns the normalised link; null when it is not for the web. Credentials are removed, since they could disguise the host. */
export function webLink(address: string): { url: string; host: string } | null {
  const url = URL.parse(address);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return null;
  const rest = `${url.pathname}${url.search}${url.hash}`.replace(CLOSERS, percentEncoded);
  return { url: `${url.origin}${rest}`, host: url.host };
}
