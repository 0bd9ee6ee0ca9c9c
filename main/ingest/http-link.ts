import { LIMITS } from '../contract/limits.ts';

/** A link that a person may follow, or null: alert text is hostile, and so are its URLs. */
export const httpLink = (url: string | null | undefined): string | null =>
  url && url.length <= LIMITS.urlCharsMax && /^https?:\/\//.test(url) && URL.canParse(url)
    ? url
    : null;
