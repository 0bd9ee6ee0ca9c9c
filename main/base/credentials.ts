/** Words of a name that speak of a credential wherever they stand in it: `X-Amz-Signature`, `clientSecret`. */
const WORDS: ReadonlySet<string> = new Set([
  ...[
    'bearer',
    'cookie',
    'cookies',
    'cred',
    'creds',
    'csrf',
    'hmac',
    'jwt',
    'otp',
    'pass',
    'passcode',
  ],
  ...['pin', 'pw', 'pwd', 'sas', 'session', 'sid', 'sig', 'sign', 'totp', 'xsrf'],
]);

/** Matches the same within a name that is written as one word: `accesstoken`, `userpassword`. */
const PARTS =
  /auth(?!or)|authori[sz]|token|secret|passw|passphrase|credential|signature|sessionid|(?:api|access|private|account|app|client|license|routing|integration|service|signing|shared|user|write|webhook)key/;

/** A key is a credential, unless another word of its name says what it is the key of. */
const HARMLESS_KEYS: ReadonlySet<string> = new Set([
  ...['cache', 'dedup', 'deduplication', 'foreign', 'group', 'idempotency', 'issue', 'item', 'map'],
  ...['object', 'order', 'partition', 'primary', 'project', 'public', 'row', 'sort', 'var'],
]);

/** Returns true for the name of a header, a query's field or a path's part that holds a credential. */
export function isCredentialName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  if (words.some((word) => WORDS.has(word)) || PARTS.test(words.join(''))) return true;
  const isKey = words.some((word) => word === 'key' || word === 'keys');
  return isKey && !words.some((word) => HARMLESS_KEYS.has(word));
}

/** Tokens known by their form, whatever they are called: JWT, Belfry, GitHub, GitLab, Slack, AWS, Google, Matrix. */
const KNOWN_TOKEN = new RegExp(
  String.raw`bf_[\w-]{4,}|(?:(?<![\w-])|(?<=\\[nrt]))(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|gh[opsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|syt_\w{10,}|whsec_[\w+/]{16,}=*)`,
  'g',
);

/**
 * The same within running text, where a name has to say more for itself. A word may begin behind an
 * escape, as in `\nauth=`.
 */
const NAME = String.raw`(?:token|secret|passw|pass[_-]?phrase|[_-]pass(?![a-z])|pwd|credential|authorization|(?:api|access|private|gotify|tls|ssl|ssh|signing|encryption)[_-]?key|(?<!(?<!\\)[a-z])(?:auth|sig|sas|jwt|hmac|signature|session[_-]?id)(?![a-z]))`;

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

/** Matches it as an option of a command, and curl's user with a password. */
const OPTION = new RegExp(
  String.raw`((?:^|[\s"'])(?:--[\w-]{0,40}${NAME}[\w-]{0,40}[ ]{1,3}(?!-)|-u[ ]{0,3}[\w.@-]{1,100}:)${OPENING})${VALUE}`,
  'gim',
);

/** Matches a list's item of JSON with a name and a value as its members. */
const PAIR = new RegExp(
  String.raw`((\\{0,7}")(?:name|key)\2\s{0,9}:\s{0,9}\2[^"\\\n]{0,40}${NAME}[^"\\\n]{0,40}\2\s{0,9},\s{0,9}\2value\2\s{0,9}:\s{0,9}\2)(?:(?!\2)(?:\\[^]|[^\\]))+`,
  'gi',
);

/** Matches it in what was encoded for a form or an address as a whole. */
const ENCODED = new RegExp(
  String.raw`(${NAME}[\w.-]{0,40}(?:%5C){0,7}(?:%2[27])?(?:\+|%20){0,3}%3[AD](?:\+|%20){0,3}(?!null|true|false)(?:%5C){0,7}(?:%2[27])?)(?:(?!%(?:2[267C]|5C|7D|0[AD]))(?:[^&\s"'\\]|\\+(?!["\\])))+`,
  'gi',
);

/** Matches it in a multipart form, as far as the first line of its value. */
const PART = new RegExp(
  String.raw`(\bname="[^"\r\n]{0,40}${NAME}[^"\r\n]{0,40}"[^\r\n]{0,200}\r?\n(?:[^\r\n]{1,200}\r?\n){0,5}\r?\n)[^\r\n]+`,
  'gi',
);

/** Matches the value of an Authorization header; a mere word after "Basic" is all in one case. */
const SCHEME =
  /\b([Bb]earer|[Bb]asic|BEARER|BASIC) (?=[\w+/.~-]{0,200}(?:[\d=]|[a-z][A-Z]))[\w+/.~-]{8,}=*/g;

/** A private key in PEM. */
const PEM =
  /(-----BEGIN (?:[A-Z]{2,20} ){0,3}PRIVATE KEY-----)(?:(?!-----)(?:[^"\\]|\\+(?!["\\])))+/g;

/** The password of an address, or a user that is as long as tokens are. */
const USERINFO =
  /(\/\/(?:[^\s/@:"]{0,100}:(?=[^\s/@"]{1,500}@)|(?=[\w-]{20,255}@)))[^\s/@"]{1,500}@/g;

const REDACTED = '[redacted]';

/** Text without tokens of a known form, nor values whose names speak of a credential. */
export const redactedText = (text: string): string =>
  text
    .replaceAll(KNOWN_TOKEN, REDACTED)
    .replaceAll(MEMBER, `$1$2${REDACTED}$2`)
    .replaceAll(PAIR, `$1${REDACTED}`)
    .replaceAll(PART, `$1${REDACTED}`)
    .replaceAll(PEM, `$1${REDACTED}`)
    .replaceAll(FIELD, `$1${REDACTED}`)
    .replaceAll(OPTION, `$1${REDACTED}`)
    .replaceAll(ENCODED, `$1${REDACTED}`)
    .replaceAll(SCHEME, `$1 ${REDACTED}`)
    .replaceAll(USERINFO, `$1${REDACTED}@`);

/** Undoes percent escapes; text in which they are broken stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** From this length on a `code` lets somebody in, as that of an Azure function does. */
const CODE_CHARS_MIN = 16;

const isKnownToken = (value: string): boolean => value.search(KNOWN_TOKEN) === 0;

const isCredential = (name: string, value: string): boolean =>
  isCredentialName(name) ||
  (name.toLowerCase() === 'code' && value.length >= CODE_CHARS_MIN) ||
  isKnownToken(value);

/** Separates the fields of a query, also in HTML and JSON. */
const BETWEEN_FIELDS = /(&(?:amp;)?|\\u0026|;)/;

/** Addresses within addresses are cleaned to this depth. */
const NESTED_MAX = 3;

/** A field of a query; null when it holds a credential. An address as its value loses its own. */
function cleanField(field: string, depth: number): string | null {
  const mark = field.indexOf('=');
  if (mark === -1) return isKnownToken(percentDecoded(field)) ? null : field;
  const name = field.slice(0, mark);
  const value = percentDecoded(field.slice(mark + 1));
  if (isCredential(percentDecoded(percentDecoded(name)), value)) return null;
  if (depth >= NESTED_MAX || !/^(?:https?:\/)?\/[^?#]*[?#@]/i.test(value)) return field;
  const clean = cleanAddress(value, depth + 1);
  return clean === value ? field : `${name}=${encodeURIComponent(clean)}`;
}

function cleanFields(fields: string, depth: number): string {
  const parts = fields.split(BETWEEN_FIELDS);
  let clean = '';
  for (let index = 0; index < parts.length; index += 2) {
    const field = cleanField(parts[index] ?? '', depth);
    if (field !== null) clean += clean === '' ? field : `${parts[index - 1] ?? ''}${field}`;
  }
  return clean;
}

/** A fragment is a route with a query, fields, or a place in the page. */
function cleanFragment(fragment: string, depth: number): string {
  const query = fragment.indexOf('?');
  if (query !== -1) {
    return `${fragment.slice(0, query + 1)}${cleanFields(fragment.slice(query + 1), depth)}`;
  }
  return fragment.includes('=') ? cleanFields(fragment, depth) : fragment;
}

function cleanAddress(address: string, depth: number): string {
  const [, place = '', query = '', fragment = ''] =
    /^([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/.exec(address) ?? [];
  const clean = [
    place.replace(/^([a-z][\w+.-]*:)?\/\/[^/]*@/i, '$1//'),
    cleanFields(query, depth),
    cleanFragment(fragment, depth),
  ];
  const [bare = '', fields = '', rest = ''] = clean;
  return `${bare}${fields === '' ? '' : `?${fields}`}${rest === '' ? '' : `#${rest}`}`;
}

/**
 * An address without the user, the password and the fields of its query that hold a credential. Everything
 * else stays as it is, so that a link still leads where it led for whoever is signed in there.
 */
export const addressWithoutCredentials = (address: string): string => cleanAddress(address, 0);

/** An address in running text, with whatever closes the sentence behind it. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^\s"'<>`\\]|\\u0026)+/gi;

const CLOSING = new Set(').,;:!?]}*|_');

/** Text in which every address has lost its credentials. */
export function textWithoutLinkCredentials(text: string): string {
  if (!text.includes('://')) return text;
  return text.replaceAll(ADDRESS, (found) => {
    let end = found.length;
    while (CLOSING.has(found[end - 1] ?? '')) end--;
    return `${addressWithoutCredentials(found.slice(0, end))}${found.slice(end)}`;
  });
}
