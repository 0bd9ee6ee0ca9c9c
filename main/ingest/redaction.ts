import { isUtf8 } from 'node:buffer';
import { encodingOf } from '../domain/body-text.ts';
import type { IngestHead, IngestRequest } from './adapter.ts';
import { contentTypeOf, firstOf, textOf } from './body.ts';

/** Names under which senders put credentials, in headers, queries and path parts. */
const CREDENTIAL = /auth|token|key|secret|cookie|passw|pwd|signature|credential/i;

/**
 * The same within running text, where a name has to say more for itself. A word may begin behind an
 * escape, as in `\nauth=`.
 */
const NAME = String.raw`(?:token|secret|passw|pass[_-]?phrase|[_-]pass(?![a-z])|pwd|credential|authorization|(?:api|access|private|gotify|tls|ssl|ssh|signing|encryption)[_-]?key|(?<!(?<!\\)[a-z])auth(?![a-z]))`;

/** Belfry's own tokens, wherever somebody pasted one. */
const OUR_TOKEN = /bf_[A-Za-z0-9_-]{4,}/g;

/**
 * A JSON member whose name speaks of a credential, with its value: a text (to its end, or that of what
 * was cut off), a list or an object with one more within it, or a bare word. JSON may stand within JSON, so
 * its quotes may be escaped.
 */
const MEMBER = new RegExp(
  String.raw`((\\{0,7}")[^"\\\n]{0,40}${NAME}[^"\\\n]{0,40}\2\s{0,9}:\s{0,9})` +
    String.raw`(?:\2(?:(?!\2)(?:\\[^]|[^\\]))*(?:\2)?|\[(?:[^[\]]|\[[^[\]]*\])*\]?|\{(?:[^{}]|\{[^{}]*\})*\}?|(?!(?:null|true|false)\b)[^\s,}\]"\\[{]+)`,
  'gi',
);

/** The quote that may open a value; not one that closes the text of JSON in which the value is missing. */
const OPENING = String.raw`(?:\\{0,7}["'](?=[^\s,}\]:"'\\]))?`;

/** A value up to its quote, or a bare one with its scheme. */
const VALUE = String.raw`(?:(?<=["'])(?:[^"'\\\n]|\\+(?!["'\\]))+|(?:(?:Bearer|Basic|Digest|Token) )?(?:[^&\s"',;}\\]|\\+(?!["\\nr]))+)`;

/**
 * The same in a form, in the query of an address, in a header, in YAML or in what a program printed; the
 * value may be quoted. All of that may stand within JSON, where a line begins behind `\n` and a quote
 * behind a backslash, which has to stay, or the JSON ends at it.
 */
const FIELD = new RegExp(
  String.raw`((?:^|[?&\s"'>;,({\\])[\w.%[\]-]{0,40}${NAME}[\w.%[\]-]{0,40}'?(?:[ \t]{0,3}=[ \t]{0,3}|:[ \t]{1,9})${OPENING})${VALUE}`,
  'gim',
);

/** The same as an option of a command, and curl's user with a password. */
const OPTION = new RegExp(
  String.raw`((?:^|[\s"'])(?:--[\w-]{0,40}${NAME}[\w-]{0,40}[ ]{1,3}(?!-)|-u[ ]{0,3}[\w.@-]{1,100}:)${OPENING})${VALUE}`,
  'gim',
);

/** A list's item of JSON that has the name and the value as members of their own. */
const PAIR = new RegExp(
  String.raw`((\\{0,7}")(?:name|key)\2\s{0,9}:\s{0,9}\2[^"\\\n]{0,40}${NAME}[^"\\\n]{0,40}\2\s{0,9},\s{0,9}\2value\2\s{0,9}:\s{0,9}\2)(?:(?!\2)(?:\\[^]|[^\\]))+`,
  'gi',
);

/** The same in what was encoded for a form or an address as a whole. */
const ENCODED = new RegExp(
  String.raw`(${NAME}[\w.-]{0,40}(?:%5C){0,7}(?:%2[27])?(?:\+|%20){0,3}%3[AD](?:\+|%20){0,3}(?!null|true|false)(?:%5C){0,7}(?:%2[27])?)(?:(?!%(?:2[267C]|5C|7D|0[AD]))(?:[^&\s"'\\]|\\+(?!["\\])))+`,
  'gi',
);

/** The same in a multipart form, as far as the first line of its value. */
const PART = new RegExp(
  String.raw`(\bname="[^"\r\n]{0,40}${NAME}[^"\r\n]{0,40}"[^\r\n]{0,200}\r?\n(?:[^\r\n]{1,200}\r?\n){0,5}\r?\n)[^\r\n]+`,
  'gi',
);

/** What an Authorization header holds, wherever it is quoted; a mere word after "Basic" is all in one case. */
const SCHEME =
  /\b([Bb]earer|[Bb]asic|BEARER|BASIC) (?=[\w+/.~-]{0,200}(?:[\d=]|[a-z][A-Z]))[\w+/.~-]{8,}=*/g;

/** A private key in PEM. */
const PEM =
  /(-----BEGIN (?:[A-Z]{2,20} ){0,3}PRIVATE KEY-----)(?:(?!-----)(?:[^"\\]|\\+(?!["\\])))+/g;

/** The password of an address, or a user that is as long as tokens are. */
const USERINFO =
  /(\/\/(?:[^\s/@:"]{0,100}:(?=[^\s/@"]{1,500}@)|(?=[\w-]{20,255}@)))[^\s/@"]{1,500}@/g;

const REDACTED = '[redacted]';
/** As long as a whole head may be, so that what stands in a query can be read again. */
const VALUE_CHARS_MAX = 16_384;
const VALUES_MAX = 60;

/** Headers of the transport, which mean nothing once the request is over. */
const TRANSPORT: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'host',
  'transfer-encoding',
]);

type Values = Readonly<Record<string, string | readonly string[] | undefined>>;

function kept(values: Values): Record<string, string> {
  const shown = Object.entries(values).flatMap(([name, value]): [string, string][] => {
    const first = firstOf(value);
    if (first === undefined || CREDENTIAL.test(name) || TRANSPORT.has(name)) return [];
    return [[name, redactedText(first).slice(0, VALUE_CHARS_MAX)]];
  });
  return Object.fromEntries(shown.slice(0, VALUES_MAX));
}

/** Text without our own tokens, nor values whose names speak of a credential. */
export const redactedText = (text: string): string =>
  text
    .replaceAll(OUR_TOKEN, REDACTED)
    .replaceAll(MEMBER, `$1$2${REDACTED}$2`)
    .replaceAll(PAIR, `$1${REDACTED}`)
    .replaceAll(PART, `$1${REDACTED}`)
    .replaceAll(PEM, `$1${REDACTED}`)
    .replaceAll(FIELD, `$1${REDACTED}`)
    .replaceAll(OPTION, `$1${REDACTED}`)
    .replaceAll(ENCODED, `$1${REDACTED}`)
    .replaceAll(SCHEME, `$1 ${REDACTED}`)
    .replaceAll(USERINFO, `$1${REDACTED}@`);

/** What V8's parser quotes of JSON: ten characters on either side, which may cut off a credential's name. */
const QUOTED = /, (?:\.\.\.)?"[^]{0,60}"(?:\.\.\.)? is not valid JSON/g;

/** Why something was rejected, without what a parser has stumbled over; the body is kept beside it. */
export const redactedReason = (reason: string): string =>
  redactedText(reason.replaceAll(QUOTED, ' is not valid JSON'));

/** What may be kept of a request's head: what the format needs to read it again, and no credential. */
export const redactedHead = ({ verb, path, params, query, headers }: IngestHead) => ({
  verb,
  path,
  params: kept(params),
  query: kept(query),
  headers: kept(headers),
});

/**
 * The body without credentials; every other byte stays as it is. Any encoding but UTF-16 has a
 * credential's letters as ASCII does.
 */
export function redactedBody(request: IngestRequest): Buffer {
  const { raw } = request;
  if (encodingOf(raw, contentTypeOf(request)).startsWith('utf-16')) {
    return Buffer.from(`\uFEFF${redactedText(textOf(request))}`, 'utf16le');
  }
  const encoding = isUtf8(raw) ? 'utf8' : 'latin1';
  const text = raw.toString(encoding);
  const clean = redactedText(text);
  return clean === text ? raw : Buffer.from(clean, encoding);
}
