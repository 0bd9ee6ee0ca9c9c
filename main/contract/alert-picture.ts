import { z } from 'zod';
import { network } from './incoming-mail.ts';
import { issue } from './reasons/issue-reasons.ts';

/** The parts of the contract that concern the pictures of alerts. */

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** A host from which pictures are fetched: a name, or an IP address or network as it stands in addresses. */
export const pictureHost = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .refine(
    (host) => HOST_NAME.test(host) || network.safeParse(host).success,
    issue('issue.picture_host'),
  );

/** The formats that mail programs, chats and browsers show. SVG, which can hold scripts, is none of them. */
export const pictureType = z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
export type PictureType = z.infer<typeof pictureType>;

/** Why a picture was not fetched. */
export const pictureFailure = z.enum([
  'address_refused',
  'no_picture',
  'redirected',
  'status',
  'timed_out',
  'too_large',
  'unreachable',
]);
export type PictureFailure = z.infer<typeof pictureFailure>;
