import { isUtf8 } from 'node:buffer';
import { encodingOf } from '../base/body-text.ts';
import type { Reason } from '../contract/reason.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { IngestHead, IngestRequest } from './adapter.ts';
import { contentTypeOf, firstOf, textOf } from './body.ts';
import { isCredentialName, redactedText } from '../base/credentials.ts';

/** As long as a whole head may be, so that a query can be read again. */
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
    if (first === undefined || isCredentialName(name) || TRANSPORT.has(name)) return [];
    return [[name, redactedText(first).slice(0, VALUE_CHARS_MAX)]];
  });
  return Object.fromEntries(shown.slice(0, VALUES_MAX));
}

/** Matches the JSON that V8's parser quotes: ten characters on either side, which may cut off a credential's name. */
const QUOTED = /, (?:\.\.\.)?"[^]{0,60}"(?:\.\.\.)? is not valid JSON/g;

const TEXT_CHARS_MAX = 300;

const redactedParameter = (text: string): string =>
  boundedText(redactedText(text.replaceAll(QUOTED, ' is not valid JSON')), TEXT_CHARS_MAX);

/** Returns the reason of a rejection without what a parser quotes; the body is kept beside it. */
export const redactedReason = (reason: Reason): Reason =>
  JSON.parse(JSON.stringify(reason), (name, value: unknown) =>
    typeof value === 'string' && name !== 'code' ? redactedParameter(value) : value,
  ) as Reason;

/** Returns what the format needs of a request's head to read it again, without any credential. */
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
