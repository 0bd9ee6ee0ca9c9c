import { PICTURE_ANNOTATIONS } from '../contract/alert-picture.ts';
import { isRefusedAddress } from './refused-address.ts';
import { webLink } from './web-link.ts';

/** Slack takes 3,000 characters, Discord 2,048. */
const URL_CHARS_MAX = 2_000;

/** Returns the address of the picture that annotations give, without user and password; null without one. */
export function pictureAddress(annotations: Readonly<Record<string, string>>): string | null {
  const found = PICTURE_ANNOTATIONS.map((name) => webLink(annotations[name] ?? '')?.url);
  const isShown = (url = ''): boolean =>
    url !== '' && url.length <= URL_CHARS_MAX && !isRefusedAddress(url);
  return found.find(isShown) ?? null;
}

/** Formats that the services show. */
const PICTURE_NAME = /\.(?:avif|bmp|gif|jpe?g|png|webp)$/i;

/** Returns true for the name of a file that is a picture. */
export const isPictureName = (name: string): boolean => PICTURE_NAME.test(name);
