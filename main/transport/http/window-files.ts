import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

export interface WindowFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Alert text is hostile, so the page may run and load nothing but its own files. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** The build names the files below `assets/` by their content, so they never change. */
const cacheControl = (path: string): string =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';

/**
 * The built window, read once: a request can then only name a file that the build made, whatever
 * dots and slashes it sends. Keyed by URL path; `/` is index.html. Empty when nothing was built.
 */
export function readWindowFiles(rendererDir: string): ReadonlyMap<string, WindowFile> {
  const files = new Map<string, WindowFile>();
  if (!existsSync(rendererDir)) return files;
  for (const entry of readdirSync(rendererDir, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const absolute = join(entry.parentPath, entry.name);
    const path = `/${relative(rendererDir, absolute).replaceAll(sep, '/')}`;
    const body = readFileSync(absolute);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    const cache = cacheControl(path);
    const headers = { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': cache, etag };
    files.set(path, { body, headers, etag });
    if (path === '/index.html') files.set('/', { body, headers, etag });
  }
  return files;
}
