import { LIMITS } from './limits.ts';
import { formatMatcher, unquoted, quoted, type Matcher } from './matcher.ts';
import type { IssueReason } from './reasons/issue-reasons.ts';

/** One part of a search, and where it stands in the text. */
export type SearchTerm = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'matcher'; readonly matcher: Matcher }
);

/** The terms of a search: every word must be found, and every matcher must match. */
export interface SearchTerms {
  readonly words: readonly string[];
  readonly matchers: readonly Matcher[];
}

export type ParsedSearch =
  | { readonly ok: true; readonly terms: readonly SearchTerm[] }
  | { readonly ok: false; readonly reason: IssueReason };

/** The beginning of a matcher: its name and its operator, without a space between them. */
const HEAD = /\{?([a-zA-Z_][a-zA-Z0-9_]*|"(?:[^"\\]|\\.)+")(=~|!~|!=|=)/suy;
const QUOTED = /"(?:[^"\\]|\\.)*"/suy;
/** Of a list as Alertmanager writes it, `{a="b", c="d"}`. */
const LIST_MARKS = /[,}]*/uy;
const RUN = /\S+/uy;
const BARE_VALUE = /^[^"{},]+$/u;

/** Characters of the text that an error quotes. */
const TOKEN_CHARS_MAX = 60;

const cut = (text: string): string =>
  text.length > TOKEN_CHARS_MAX ? `${text.slice(0, TOKEN_CHARS_MAX)}…` : text;

const refused = (code: 'issue.search_quote' | 'issue.search_value', token: string) =>
  ({ ok: false, reason: { code, params: { token: cut(token) } } }) as const;

/** Reads a text from a position, and moves on behind what it read. */
class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found;
  }

  get isQuote(): boolean {
    return this.text[this.at] === '"';
  }

  skipSpaces(): boolean {
    this.read(/\s*/uy);
    return this.at < this.text.length;
  }
}

/** Returns the value behind a matcher's operator; null where there is none, and false where its quote is open. */
function readValue(reader: Reader): string | null | false {
  if (reader.isQuote) {
    const value = reader.read(QUOTED);
    if (!value) return false;
    reader.read(LIST_MARKS);
    return unquoted(value[0]);
  }
  const bare = reader.read(RUN)?.[0].replace(/[,}]+$/u, '') ?? '';
  return BARE_VALUE.test(bare) ? bare : null;
}

/**
 * Reads a search: words, phrases in quotes, and matchers as routes and silences have them, in any order.
 * `severity="critical" zone=~"base.*" disk "read error"`. A value without quotes ends at a space.
 */
export function parseSearch(text: string): ParsedSearch {
  const terms: SearchTerm[] = [];
  const reader = new Reader(text);
  while (reader.skipSpaces()) {
    const from = reader.at;
    const rest = (): string => runFrom(text, from);
    const head = reader.read(HEAD);
    if (head) {
      const value = readValue(reader);
      if (value === false) return refused('issue.search_quote', rest());
      if (value === null) return refused('issue.search_value', head[0].replace(/^\{/, ''));
      const matcher = { name: unquoted(head[1] ?? ''), op: head[2] as Matcher['op'], value };
      terms.push({ kind: 'matcher', matcher, from, to: reader.at });
    } else if (reader.isQuote) {
      const phrase = reader.read(QUOTED);
      if (!phrase) return refused('issue.search_quote', rest());
      const word = unquoted(phrase[0]);
      if (word !== '') terms.push({ kind: 'word', word, from, to: reader.at });
    } else {
      const word = reader.read(RUN)?.[0] ?? '';
      terms.push({ kind: 'word', word, from, to: reader.at });
    }
    if (terms.length > LIMITS.searchTermsMax) {
      const max = String(LIMITS.searchTermsMax);
      return { ok: false, reason: { code: 'issue.search_terms', params: { max } } };
    }
  }
  return { ok: true, terms };
}

const runFrom = (text: string, from: number): string => /^\S+/u.exec(text.slice(from))?.[0] ?? '';

/** Returns what a search asks for; null for a text that cannot be read. */
export function searchTerms(text: string): SearchTerms | null {
  const parsed = parseSearch(text);
  return parsed.ok ? termsByKind(parsed.terms) : null;
}

/** Returns the terms of a search by their kinds, each in their order. */
export const termsByKind = (terms: readonly SearchTerm[]): SearchTerms => ({
  words: terms.flatMap((term) => (term.kind === 'word' ? [term.word] : [])),
  matchers: terms.flatMap((term) => (term.kind === 'matcher' ? [term.matcher] : [])),
});

/** Returns true for a text that would be read as something else than itself. */
function needsQuotes(word: string): boolean {
  HEAD.lastIndex = 0;
  return /^"|\s/u.test(word) || HEAD.test(word);
}

const formatWord = (word: string): string => (needsQuotes(word) ? quoted(word) : word);

/** Writes a search as `parseSearch` reads it back. */
export const formatSearch = ({ words, matchers }: SearchTerms): string =>
  [...matchers.map(formatMatcher), ...words.map(formatWord)].join(' ');
