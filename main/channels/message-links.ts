import type { Delivery } from './channel.ts';

export interface MessageLink {
  readonly title: string;
  readonly url: string;
}

/** Senders may name any scheme; only pages are worth a click, and `javascript:` never is. */
const WEB = /^https?:\/\//i;

/** Where a message leads and what can be done from it, for kinds that know no buttons. */
export function messageLinks({ alert, bundle, links }: Delivery): MessageLink[] {
  const { window, actions } = links;
  const source = bundle === null && alert.url !== null && WEB.test(alert.url) ? alert.url : null;
  return [
    ...(window === null ? [] : [{ title: 'Open in Belfry', url: window }]),
    ...(source === null ? [] : [{ title: 'Source', url: new URL(source).href }]),
    ...actions.map(({ title, url }) => ({ title, url })),
  ];
}
