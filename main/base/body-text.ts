import { isUtf8 } from 'node:buffer';

/** Byte order marks, which name the encoding of what follows (https://encoding.spec.whatwg.org/#bom-sniff). */
const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
] as const;

/** Senders that say ASCII and send other bytes mean whatever they send. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['', 'ascii', 'us-ascii']);

/** Returns the `charset` of a Content-Type header in lower case; '' when it names none. */
export const charsetOf = (contentType: string): string =>
  /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? '';

/** Returns null for an encoding that the Encoding Standard does not name, and for bytes that it does not have. */
export function decodedAs(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Returns the encoding of a body: that of its byte order mark, else the charset of its Content-Type (any
 * that the Encoding Standard names), else UTF-8 if it is valid, else Latin-1 (windows-1252).
 */
export function encodingOf(bytes: Buffer, contentType = ''): string {
  const mark = MARKS.find((each) => each.bytes.every((byte, at) => bytes[at] === byte));
  const charset = charsetOf(contentType);
  const named = mark?.encoding ?? (SAYS_NOTHING.has(charset) ? 'utf-8' : charset);
  if (named !== 'utf-8' && decodedAs(named, bytes) !== null) return named;
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

/** Decodes a body by its encoding, without its byte order mark. */
export function decodedText(bytes: Buffer, contentType = ''): string {
  const encoding = encodingOf(bytes, contentType);
  if (encoding !== 'utf-8') return new TextDecoder(encoding).decode(bytes);
  // Far cheaper than a decoder for each of the many small bodies.
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

const isContinuation = (byte: number | undefined): boolean =>
  byte !== undefined && (byte & 0xc0) === 0x80;

/** Bytes up to the last whole character, if they are UTF-8. */
function withoutBrokenEnd(bytes: Buffer): Buffer {
  let start = bytes.length - 1;
  while (start >= 0 && bytes.length - start < 4 && isContinuation(bytes[start])) start--;
  const first = bytes[start] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return start + length > bytes.length ? bytes.subarray(0, start) : bytes;
}

/** Bytes from the first whole character on, if they are UTF-8. */
function withoutBrokenStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}

/**
 * Decodes the beginning and the end of a body whose middle was left out, each from its first to its last
 * whole character. `endAt` is where the end began in the body.
 */
export function decodedEnds(
  ends: { readonly head: Buffer; readonly tail: Buffer; readonly endAt: number },
  contentType = '',
): { readonly head: string; readonly tail: string } {
  const head = withoutBrokenEnd(ends.head);
  const tail = withoutBrokenStart(ends.tail);
  const encoding = encodingOf(Buffer.concat([head, tail]), contentType);
  const isUtf8 = encoding === 'utf-8';
  // Half of a unit or of a pair is no character either.
  const aligned = encoding.startsWith('utf-16') ? ends.tail.subarray(ends.endAt % 2) : ends.tail;
  const decode = (bytes: Buffer): string => new TextDecoder(encoding).decode(bytes);
  return {
    head: decode(isUtf8 ? head : ends.head).replace(/\uFFFD+$/, ''),
    tail: decode(isUtf8 ? tail : aligned).replace(/^\uFFFD+/, ''),
  };
}

/** In ASCII, since the bytes around it may have any encoding. */
const MIDDLE_MARK = Buffer.from('\n... (cut) ...\n');

/**
 * Returns at most `maxBytes` of a body: of what is longer the first quarter and the rest from its end,
 * with a mark between. UTF-8 is cut between two characters.
 */
export function boundedBytes(body: Buffer, maxBytes: number): Buffer {
  if (body.length <= maxBytes) return body;
  const room = maxBytes - MIDDLE_MARK.length;
  const headBytes = Math.floor(room / 4);
  const head = body.subarray(0, headBytes);
  const tail = body.subarray(headBytes - room);
  return isUtf8(body)
    ? Buffer.concat([withoutBrokenEnd(head), MIDDLE_MARK, withoutBrokenStart(tail)])
    : Buffer.concat([head, MIDDLE_MARK, tail]);
}

/** Decodes `%E9` and `+`, bytes for bytes as Latin-1 characters; a stray `%` stays as it is. */
const formBytes = (part: string): Buffer =>
  Buffer.from(
    part
      .replaceAll('+', ' ')
      .replace(/%([\da-f]{2})/gi, (_whole, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    'latin1',
  );

/**
 * Reads a query or a form (application/x-www-form-urlencoded), whose names and values are decoded as
 * bodies are. A name that came twice holds all of its values.
 */
export function readForm(bytes: Buffer, contentType = ''): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  for (const pair of bytes.toString('latin1').split('&')) {
    if (pair === '') continue;
    const end = pair.indexOf('=');
    const word = (part: string): string => decodedText(formBytes(part), contentType);
    const name = word(end < 0 ? pair : pair.slice(0, end));
    const values = fields.get(name) ?? [];
    values.push(end < 0 ? '' : word(pair.slice(end + 1)));
    fields.set(name, values);
  }
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}
