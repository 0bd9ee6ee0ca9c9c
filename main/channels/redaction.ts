import { CHANNEL_KINDS, type ChannelKind } from '../contract/channel-kind.ts';
import { fieldsOf, isHidden, type Field } from '../contract/field.ts';
import { oneLine } from '../domain/message-text.ts';
import type { Outcome } from '../domain/outcome.ts';
import { plainText } from '../domain/bounded-text.ts';
import { withoutUserInfo } from './capability-url.ts';
import type { Delivery } from './channel-adapter.ts';

/** Shorter parts of a URL ("api", "v1") are words, not secrets, and redacting them would leave nothing to read. */
const SECRET_CHARS_MIN = 4;

/** From this length on a token is found in any case, unless it is a word of small letters. */
const ANY_CASE_CHARS_MIN = 8;

/** Shorter base64 is found in words by chance. */
const BASE64_CHARS_MIN = 8;

/** The most ways of undoing nested encodings that are tried. */
const LAYERS_MAX = 40;

/** Bytes, one per character, each with its place in the text. */
interface Layer {
  readonly bytes: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Percent escapes, escapes of JSON and JavaScript, entities of HTML: their order is unknown. */
const ESCAPES: readonly RegExp[] = [
  /%[0-9a-f]{2}/gi,
  /\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|["'\\/])/gi,
  /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos);/gi,
];

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const character = (code: number): string =>
  code > 0x10_ffff ? '\ufffd' : utf8(String.fromCodePoint(code));

/** Returns the bytes of an escape. */
function unescaped(escape: string): string {
  if (escape.startsWith('%')) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  if (/^\\[ux]./i.test(escape)) return character(Number.parseInt(escape.slice(2), 16));
  if (escape.startsWith('\\')) return escape.slice(1);
  const entity = escape.slice(1, -1).toLowerCase();
  if (entity.startsWith('#x')) return character(Number.parseInt(entity.slice(2), 16));
  return entity.startsWith('#') ? character(Number(entity.slice(1))) : (ENTITIES[entity] ?? '');
}

function layerOf(text: string): Layer {
  let bytes = '';
  const from: number[] = [];
  const to: number[] = [];
  let place = 0;
  for (const char of text) {
    const encoded = char <= '\x7f' ? char : utf8(char);
    bytes += encoded;
    for (let count = 0; count < encoded.length; count++) {
      from.push(place);
      to.push(place + char.length);
    }
    place += char.length;
  }
  return { bytes, from, to };
}

/** Undoes escapes of one kind once; null if there is none. */
function decoded({ bytes, from, to }: Layer, kind: RegExp): Layer | null {
  const parts: string[] = [];
  const next = { from: [] as number[], to: [] as number[] };
  let done = 0;
  const keep = (end: number): void => {
    parts.push(bytes.slice(done, end));
    for (let index = done; index < end; index++) {
      next.from.push(from[index] ?? 0);
      next.to.push(to[index] ?? 0);
    }
  };
  for (const escape of bytes.matchAll(kind)) {
    keep(escape.index);
    done = escape.index + escape[0].length;
    for (const byte of unescaped(escape[0])) {
      parts.push(byte);
      next.from.push(from[escape.index] ?? 0);
      next.to.push(to[done - 1] ?? 0);
    }
  }
  if (done === 0) return null;
  keep(bytes.length);
  return { bytes: parts.join(''), ...next };
}

/** Returns the text, and its variants with escapes undone, in every order. */
function layersOf(text: string): Layer[] {
  const first = layerOf(text);
  const layers = [first];
  const seen = new Set([first.bytes]);
  for (const layer of layers) {
    for (const kind of ESCAPES) {
      const next = decoded(layer, kind);
      if (next === null || seen.has(next.bytes) || layers.length >= LAYERS_MAX) continue;
      seen.add(next.bytes);
      layers.push(next);
    }
  }
  return layers;
}

/** Writes a plus sign, which is a space in forms, as a space. */
const folded = (bytes: string): string => bytes.replaceAll('+', ' ');

/** Returns the secret in base64 at each offset in a longer text, without the edges, which its neighbours change. */
function base64Forms(bytes: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.from(`${'\0'.repeat(offset)}${bytes}`, 'latin1').toString('base64');
    const begin = Math.ceil((offset * 8) / 6);
    const core = whole.slice(begin, Math.floor(((offset + bytes.length) * 8) / 6));
    if (core.length < BASE64_CHARS_MIN) return [];
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const BASE64_RUN = /[\w+/=-]/;

type Span = readonly [begin: number, end: number];

/** Adds the places in the text of a word in one of its layers; for base64, of the whole run around it. */
function addSpans(spans: Span[], { from, to }: Layer, bytes: string, word: string, isRun: boolean) {
  for (let at = bytes.indexOf(word); at !== -1 && word !== '';) {
    let [begin, end] = [at, at + word.length];
    while (isRun && begin > 0 && BASE64_RUN.test(bytes[begin - 1] ?? '')) begin--;
    while (isRun && end < bytes.length && BASE64_RUN.test(bytes[end] ?? '')) end++;
    spans.push([from[begin] ?? 0, to[end - 1] ?? 0]);
    at = bytes.indexOf(word, end);
  }
}

interface Word {
  /** In small letters, if it is looked for in any case. */
  readonly spellings: readonly string[];
  readonly base64: readonly string[];
  readonly isInAnyCase: boolean;
}

/** Returns the forms in which a secret may be quoted: as it is, and with all of its escapes undone. */
function valueText(secret: string): Word {
  const layers = layersOf(secret).map(({ bytes }) => bytes);
  const isInAnyCase = secret.length >= ANY_CASE_CHARS_MIN && /[\dA-Z]/.test(secret);
  const plain = layers.map(folded);
  return {
    spellings: [...new Set(isInAnyCase ? plain.map((word) => word.toLowerCase()) : plain)],
    base64: [...new Set(layers.flatMap(base64Forms))],
    isInAnyCase,
  };
}

/** Most attempts have the secrets of the one before. */
const KNOWN_MAX = 500;
const known = new Map<string, Word>();

function knownWord(secret: string): Word {
  const found = known.get(secret);
  if (found) return found;
  if (known.size >= KNOWN_MAX) known.clear();
  const word = valueText(secret);
  known.set(secret, word);
  return word;
}

/** Returns the places of the secrets in the text, in any of their spellings. */
function spansIn(layers: readonly Layer[], words: readonly Word[]): Span[] {
  const spans: Span[] = [];
  for (const layer of layers) {
    const plain = folded(layer.bytes);
    const small = plain.toLowerCase();
    for (const { spellings, base64, isInAnyCase } of words) {
      for (const word of spellings)
        addSpans(spans, layer, isInAnyCase ? small : plain, word, false);
      for (const word of base64) addSpans(spans, layer, layer.bytes, word, true);
    }
  }
  return spans;
}

/**
 * Returns the text without the secrets, however a receiver quotes them: percent escapes of any depth and
 * case, plus signs for spaces, escapes of JSON, entities of HTML, base64, and all of these nested.
 */
export function redacted(text: string, secrets: readonly string[]): string {
  if (text.length < SECRET_CHARS_MIN) return text;
  const usable = new Set(secrets.filter(({ length }) => length >= SECRET_CHARS_MIN));
  const spans = spansIn(layersOf(text), [...usable].map(knownWord)).sort(([a], [b]) => a - b);
  let clean = '';
  let done = 0;
  for (const [begin, end] of spans) {
    if (end <= done) continue;
    if (begin > done || done === 0) clean += `${text.slice(done, begin)}[redacted]`;
    done = end;
  }
  return clean + text.slice(done);
}

/** Removes secrets from what a receiver said: services quote requests in their errors. */
export function outcomeWithout(outcome: Outcome, secrets: readonly string[]): Outcome {
  const clean = (text: string): string => redacted(text, secrets);
  const shown =
    outcome.kind === 'sent' || outcome.receiverText === undefined
      ? outcome
      : // On one line before secrets are looked for, and cut only later: half a secret would not be found.
        { ...outcome, receiverText: clean(oneLine(plainText(outcome.receiverText))) };
  return 'responseExcerpt' in shown && shown.responseExcerpt !== undefined
    ? { ...shown, responseExcerpt: clean(shown.responseExcerpt) }
    : shown;
}

/** Returns the parts of an address that could be credentials. */
function secretsOfUrl(address: string): string[] {
  const { href, pathname, search, searchParams, hash, username, password } = new URL(address);
  const { authorization = '' } = withoutUserInfo(address).headers;
  const userInfo = username === '' && password === '' ? [] : [`${username}:${password}`, username];
  return [
    address,
    href,
    `${pathname}${search}`,
    ...(pathname === '/' ? [] : [pathname]),
    ...pathname.split('/'),
    search.slice(1),
    ...[...searchParams].map(([name, value]) => (value === '' ? name : value)),
    hash.slice(1),
    ...userInfo,
    password,
    authorization.split(' ')[1] ?? '',
  ];
}

/** Returns the links with which anyone can act. */
const actionSecrets = ({ links }: Delivery): string[] =>
  links.actions.flatMap(({ url }) => [url, url.slice(url.lastIndexOf('/') + 1)]);

/** A shorter rest behind the prefix of a token is a word, not a secret. */
const REST_CHARS_MIN = 8;

/** Returns a secret, and the part behind its prefix (`Bearer x`, `whsec_x`, `1234:x`), which may be quoted alone. */
function secretsOfText(text: string): string[] {
  const rest = text.replace(/^\w+?[:_ ]/, '');
  return rest.length < REST_CHARS_MIN ? [text] : [text, rest];
}

function secretsOfValue({ control }: Field, value: unknown): string[] {
  if (typeof value === 'string') {
    return control.type === 'url' ? secretsOfUrl(value) : secretsOfText(value);
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((each) => secretsOfText(String(each)));
}

/** Returns what must not be kept with an attempt if the service quotes it: hidden fields, and links that act. */
export function secretsOf(
  kind: ChannelKind,
  config: Readonly<Record<string, unknown>>,
  delivery: Delivery,
): string[] {
  const ofConfig = fieldsOf(CHANNEL_KINDS[kind].config).flatMap((field) => {
    const value = config[field.name];
    return isHidden(field, value) ? secretsOfValue(field, value) : [];
  });
  return [...ofConfig, ...actionSecrets(delivery)];
}
