import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { protocol } from 'electron';

/** The window's own address. A scheme of our own keeps it off file://, where every local file would be same-origin. */
export const APP_SCHEME = 'belfry';
export const APP_ORIGIN = 'belfry://app';
export const APP_URL = `${APP_ORIGIN}/`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Nothing but the window's own files: no inline script, no foreign address, no frame, no form. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
};

/** Must run before the app is ready: privileges of a scheme cannot be changed later. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built window from `rendererDir` at belfry://app/. */
export function serveAppScheme(rendererDir: string): void {
  protocol.handle(APP_SCHEME, (request) => answer(rendererDir, request));
}

/** The file that an address names, or null when it names none or points out of the folder. */
export function fileOf(rendererDir: string, address: string): string | null {
  const url = new URL(address);
  if (url.host !== 'app') return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
  // A backslash separates folders on Windows, a colon names a drive or a stream there.
  if (/[\0\\:]/.test(path)) return null;
  const file = join(rendererDir, path.endsWith('/') ? `${path}index.html` : path);
  return file.startsWith(rendererDir + sep) ? file : null;
}

async function answer(rendererDir: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
  const file = fileOf(rendererDir, request.url);
  const type = file === null ? undefined : TYPES[extname(file)];
  if (file === null || type === undefined) return refusal(404);
  try {
    const content = await readFile(file);
    return new Response(new Uint8Array(content), { headers: { ...HEADERS, 'content-type': type } });
  } catch (error) {
    if (isMissing(error)) return refusal(404);
    throw error;
  }
}

const refusal = (status: 404 | 405): Response =>
  new Response(null, { status, headers: { ...HEADERS } });

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'EISDIR', 'ENOTDIR'].includes(String(error.code));
