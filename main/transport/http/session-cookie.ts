import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Cookies are shared by all ports of a host, so each data directory has its own cookie name:
 * two instances on one machine must not sign each other out.
 */
export const cookieNameFor = (dataDir: string): string =>
  `belfry_${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;

/** The value of our cookie in a Cookie header (RFC 6265 §4.2.1), or null. */
export function readCookie(header: string | undefined, name: string): string | null {
  if (header === undefined) return null;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}

/** True when the browser spoke https to a proxy in front of us. Only ever makes the cookie stricter. */
const cameByHttps = (headers: IncomingHttpHeaders): boolean =>
  headers['x-forwarded-proto'] === 'https';

/** A Set-Cookie value; `maxAgeSeconds` 0 removes the cookie. */
export function sessionCookie(
  name: string,
  value: string,
  maxAgeSeconds: number,
  headers: IncomingHttpHeaders,
): string {
  const secure = cameByHttps(headers) ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}
