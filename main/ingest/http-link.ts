import { LIMITS } from '../contract/limits.ts';

/** The first link that a person may follow, or null: alert text is hostile, and so are its URLs. */
export const httpLink = (...urls: readonly (string | null | undefined)[]): string | null =>
  urls.find(
    (url) =>
      url && url.length <= LIMITS.urlCharsMax && /^https?:\/\//.test(url) && URL.canParse(url),
  ) ?? null;
