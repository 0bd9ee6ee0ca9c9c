import { pictureAddress } from '../domain/picture-annotation.ts';
import type { Picture } from '../domain/picture-format.ts';
import type { Delivery, SendContext } from './channel-adapter.ts';
import type { HttpMessage } from './http-channel.ts';
import type { HttpAnswer } from './http-client.ts';

/** Names that no public DNS has: RFC 6761, 6762, 8375 and 9476, ICANN's `internal`, and what routers use. */
const LOCAL_NAME =
  /(?:^|\.)(?:localhost|local|localdomain|lan|home|internal|intranet|corp|private|alt|test|invalid|example|onion|arpa)$/;

/** Returns true for an address by https and a name that a service in the Internet may be able to fetch. */
function isPublic(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const name = hostname.replace(/\.$/, '');
  const isName = name.includes('.') && !/[\d\]]$/.test(name);
  return protocol === 'https:' && isName && !LOCAL_NAME.test(name);
}

/**
 * Returns the address of the alert’s picture; null without one. Only the first
 * attempt has it, so that a service that stumbles over a picture gets the retry without it.
 */
export function pictureOf({ alert, bundle, attempt }: Delivery): string | null {
  if (bundle !== null || attempt > 1) return null;
  return pictureAddress(alert.annotations);
}

/** Returns the same for a service that fetches pictures from the Internet; null for one in a private network. */
export function publicPictureOf(delivery: Delivery): string | null {
  const picture = pictureOf(delivery);
  return picture !== null && isPublic(picture) ? picture : null;
}

/** Returns the alert's picture itself; null without one, or if Belfry may not fetch it or could not. */
export async function ownPictureOf(
  delivery: Delivery,
  { picture }: SendContext,
): Promise<Picture | null> {
  const address = pictureOf(delivery);
  return address === null ? null : picture(address);
}

/** The picture itself, or the address at which a service fetches it. */
export type PictureOrAddress = Picture | string;

/** Returns the alert's picture itself if Belfry has it, else its address if that is public; null without either. */
export const shownPictureOf = async (
  delivery: Delivery,
  context: SendContext,
): Promise<PictureOrAddress | null> =>
  (await ownPictureOf(delivery, context)) ?? publicPictureOf(delivery);

/** Statuses by which a service refuses the content of a message; nothing was accepted. */
const CONTENT_REFUSED: ReadonlySet<number> = new Set([400, 413, 422]);

export const isContentRefused = (answer: HttpAnswer | null): boolean =>
  answer !== null && CONTENT_REFUSED.has(answer.statusCode);

/** Returns a message with a picture, which is followed by one without if the service refuses it. */
export function withPicture<Shown extends PictureOrAddress>(
  picture: Shown | null,
  messageOf: (picture: Shown | null) => HttpMessage,
): HttpMessage {
  const message = messageOf(picture);
  if (picture === null) return message;
  return {
    ...message,
    next: (outcome, answer) =>
      message.next?.(outcome, answer) ?? (isContentRefused(answer) ? messageOf(null) : null),
  };
}
