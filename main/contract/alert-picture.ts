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

/** The annotation with the address of a picture, named as Grafana's webhooks name it. */
export const PICTURE_ANNOTATION = 'imageURL';

/** The same, and the one of Grafana's contact point for an Alertmanager. */
export const PICTURE_ANNOTATIONS = [PICTURE_ANNOTATION, 'image'] as const;

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

/** The picture of an alert, as far as Belfry has it. */
export const alertPicture = z.object({
  /** The address that its sender gave; null without one. */
  address: z.string().nullable(),
  /** Null if it was not fetched, or is no longer kept. */
  picture: z
    .object({
      type: pictureType,
      width: z.int(),
      height: z.int(),
      /** The file in base64. */
      data: z.string(),
    })
    .nullable(),
  /** Why it could not be fetched; null if it was, or if nothing was tried. */
  failure: pictureFailure.nullable(),
});
export type AlertPicture = z.infer<typeof alertPicture>;
