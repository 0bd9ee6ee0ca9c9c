import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { NOTICES, WINDOW_FILE_TYPES, WINDOW_SECURITY_HEADERS } from '../window-files.ts';

export interface WindowFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
  /** Returns the body compressed, once and on another thread; null where compression gains nothing. */
  readonly gzipped: () => Promise<Buffer> | null;
}

const compress = promisify(gzip);
/** Below this a compressed answer needs as many packets as a plain one. */
const COMPRESSED_BYTES_MIN = 1_024;
const isText = (type: string): boolean => /^text\/|json|javascript|svg/.test(type);

/** The build names the files below `assets/` by their content, so they never change. */
const cacheControl = (path: string): string =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';

function windowFile(absolute: string, path: string, type: string): WindowFile {
  const body = readFileSync(absolute);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const headers = {
    ...WINDOW_SECURITY_HEADERS,
    'content-type': type,
    'cache-control': cacheControl(path),
    etag,
    vary: 'accept-encoding',
  };
  const isCompressed = isText(type) && body.length >= COMPRESSED_BYTES_MIN;
  let compressed: Promise<Buffer> | null = null;
  const gzipped = () => (isCompressed ? (compressed ??= compress(body, { level: 9 })) : null);
  return { body, headers, etag, gzipped };
}

/**
 * The built window and the third-party notices, read once: a request can then only name a file that the
 * build made, whatever dots and slashes it sends. Keyed by URL path; `/` is index.html. Empty when
 * nothing was built.
 */
export function readWindowFiles(rendererDir: string): ReadonlyMap<string, WindowFile> {
  const files = new Map<string, WindowFile>();
  if (!existsSync(rendererDir)) return files;
  for (const entry of readdirSync(rendererDir, { recursive: true, withFileTypes: true })) {
    const type = WINDOW_FILE_TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const absolute = join(entry.parentPath, entry.name);
    const path = `/${relative(rendererDir, absolute).replaceAll(sep, '/')}`;
    const file = windowFile(absolute, path, type);
    files.set(path, file);
    if (path === '/index.html') files.set('/', file);
  }
  const notices = NOTICES.fileBeside(rendererDir);
  if (existsSync(notices)) files.set(NOTICES.path, windowFile(notices, NOTICES.path, NOTICES.type));
  return files;
}
