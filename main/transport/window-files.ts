import { join } from 'node:path';

/** The rules for the window's files, which are the same whether HTTP or the app's own protocol serves them. */

/** By file ending; a file of any other kind is not served. */
export const WINDOW_FILE_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** The licences of what Belfry contains: one file that the build leaves beside the window's folder. */
export const NOTICES = {
  path: '/THIRD-PARTY-NOTICES.txt',
  fileBeside: (rendererDir: string): string => join(rendererDir, '..', 'THIRD-PARTY-NOTICES.txt'),
  type: 'text/plain; charset=utf-8',
} as const;

/** Alert text is hostile, so the page may run and load nothing but its own files: no inline script, no foreign address, no frame, no form. */
export const WINDOW_SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
