import { cutText, type TextUnit } from '../domain/bounded-text.ts';
import { webLink } from '../domain/web-link.ts';
import { joined, readableText, type Delivery } from './channel-adapter.ts';
import { htmlAttribute, htmlText } from './markup.ts';

export interface MessageLink {
  readonly title: string;
  /** Normalised http or https, without anything that could end it early in a service's markup. */
  readonly url: string;
}

/** A longer one would leave no room for the message. */
const URL_CHARS_MAX = 2_000;

/**
 * Returns the links of a message in the order of use: actions, the alert in Belfry, and the sender's link
 * (named by its host, since a sender's links are not to be trusted).
 */
export function messageLinks({ alert, bundle, links, messages }: Delivery): MessageLink[] {
  const wanted: { title: string | null; url: string }[] = links.actions.map(({ name, url }) => ({
    title: messages.text(`message.action.${name}`),
    url,
  }));
  if (links.window !== null) {
    wanted.push({ title: messages.text('message.link.open'), url: links.window });
  }
  if (!bundle && alert.url !== null) wanted.push({ title: null, url: alert.url });
  return wanted.flatMap(({ title, url: address }) => {
    const link = webLink(address);
    if (!link || link.url.length > URL_CHARS_MAX) return [];
    const { host } = link;
    return [{ title: title ?? messages.text('message.link.details', { host }), url: link.url }];
  });
}

/** Returns a line for each link, in plain text. */
export const linkLines = (delivery: Delivery): string[] =>
  messageLinks(delivery).map(({ title, url }) => `${title}: ${url}`);

/** Returns the links in HTML, in one line. */
export const htmlLinks = (delivery: Delivery, separator: string): string =>
  messageLinks(delivery)
    .map(({ title, url }) => `<a href="${htmlAttribute(url)}">${htmlText(title)}</a>`)
    .join(separator);

const markdownLinks = (delivery: Delivery, escape: (text: string) => string): string =>
  messageLinks(delivery)
    .map(({ title, url }) => `[${escape(title)}](${url})`)
    .join(' · ');

/** Returns the body, cut so that it fits into `max` in Markdown with the links below it. */
export function cutBody(
  delivery: Delivery,
  max: number,
  unit: TextUnit,
  escape: (text: string) => string,
): string {
  const breakSize = unit === 'json' ? 2 : 1;
  const room = max - markdownLinks(delivery, escape).length - breakSize;
  return cutText(readableText(delivery).body, room, unit, escape);
}

/** Returns a body in Markdown with the links below it. */
export const markdownBody = (
  delivery: Delivery,
  body: string,
  escape: (text: string) => string,
): string => joined([escape(body), markdownLinks(delivery, escape)]);
