import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { protocol } from 'electron';
import { NOTICES, WINDOW_FILE_TYPES, WINDOW_SECURITY_HEADERS } from '../transport/window-files.ts';

/**
 * The window's own address. A separate scheme keeps it off file://, where every local file would be
 * same-origin, and off belfry://, which links from outside use.
 */
export const APP_SCHEME = 'belfry-window';
export const APP_ORIGIN = 'belfry-window://app';
export const APP_URL = `${APP_ORIGIN}/`;

const HEADERS = { ...WINDOW_SECURITY_HEADERS, 'cache-control': 'no-cache' };

/** Must run before the app is ready: privileges of a scheme cannot be changed later. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built window from `rendererDir` at belfry-window://app/. */
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
  const isNotices = request.url === `${APP_ORIGIN}${NOTICES.path}`;
  const file = isNotices ? NOTICES.fileBeside(rendererDir) : fileOf(rendererDir, request.url);
  const ofKind = file === null ? undefined : WINDOW_FILE_TYPES[extname(file)];
  const type = isNotices ? NOTICES.type : ofKind;
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
