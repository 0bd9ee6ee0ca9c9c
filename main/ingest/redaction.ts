import type { IngestHead, IngestRequest } from './adapter.ts';
import { firstOf } from './body.ts';

/** Names under which senders put credentials, in headers, queries, path parts and bodies. */
const CREDENTIAL = /auth|token|key|secret|cookie|passw|signature|credential/i;
/** Belfry's own tokens, wherever somebody pasted one. */
const OUR_TOKEN = /bf_[A-Za-z0-9_-]{4,}/g;
/** A JSON member whose name speaks of a credential, with its value. */
const MEMBER =
  /("[^"\n]{0,40}(?:token|secret|passw|api_?key|authorization)[^"\n]{0,40}"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
/** The same in a form, or in the query of an address. */
const FIELD =
  /((?:^|[?&\s"])[\w.%[\]-]{0,40}(?:token|secret|passw|api_?key|authorization)[\w.%[\]-]{0,40}=)[^&\s"]+/gi;

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
    .replaceAll(MEMBER, `$1"${REDACTED}"`)
    .replaceAll(FIELD, `$1${REDACTED}`);

/** What may be kept of a request's head: what the format needs to read it again, and no credential. */
export const redactedHead = ({ verb, path, params, query, headers }: IngestHead) => ({
  verb,
  path,
  params: kept(params),
  query: kept(query),
  headers: kept(headers),
});

/** The body without credentials; bytes that are no text stay as they are. */
export function redactedBody({ raw }: Pick<IngestRequest, 'raw'>): Buffer {
  const text = raw.toString('utf8');
  const clean = redactedText(text);
  return clean === text ? raw : Buffer.from(clean);
}
