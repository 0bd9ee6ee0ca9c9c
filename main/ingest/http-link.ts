import { LIMITS } from '../contract/limits.ts';

/**
 * The first link that a person may follow, or null: alert text is hostile, and so are its URLs. A user
 * and a password in it are left out, since it is shown, and sent to wherever the alert is told.
 */
export function httpLink(...urls: readonly (string | null | undefined)[]): string | null {
  for (const url of urls) {
    if (!url || url.length > LIMITS.urlCharsMax || !/^https?:\/\//.test(url)) continue;
    const parsed = URL.parse(url);
    if (!parsed) continue;
    if (parsed.username === '' && parsed.password === '') return url;
    parsed.username = '';
    parsed.password = '';
    return parsed.href.length > LIMITS.urlCharsMax ? null : parsed.href;
  }
  return null;
}
