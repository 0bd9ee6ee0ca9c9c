import type { AlertSnapshot } from '../contract/notification.ts';
import { link } from '../contract/primitives.ts';
import type { Delivery } from './channel.ts';

export interface MessageLink {
  readonly title: string;
  readonly url: string;
}

/**
 * The page that an alert's sender named, if it is one: `javascript:` and its like are never passed on. As
 * browsers write it, since an address may be given with line breaks in it.
 */
export const sourceOf = ({ url }: Pick<AlertSnapshot, 'url'>): string | null =>
  url !== null && link.safeParse(url).success ? new URL(url).href : null;

/** Where a message leads and what can be done from it, for kinds that know no buttons. */
export function messageLinks({ alert, bundle, links }: Delivery): MessageLink[] {
  const { window, actions } = links;
  const source = bundle === null ? sourceOf(alert) : null;
  return [
    ...(window === null ? [] : [{ title: 'Open in Belfry', url: window }]),
    ...(source === null ? [] : [{ title: 'Source', url: source }]),
    ...actions.map(({ title, url }) => ({ title, url })),
  ];
}
