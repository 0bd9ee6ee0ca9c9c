import { severity } from '../contract/primitives.ts';
import { formatMatcher, type Matcher } from '../contract/matcher.ts';
import { searchTerms, type SearchTerms } from '../contract/search.ts';
import { defined } from '../base/assert.ts';
import { compileMatchers, type Matches } from '../domain/matching.ts';
import { likePattern } from './columns.ts';

/** A search as statements bind it; null asks for nothing. */
export interface BoundSearch {
  /** A JSON list of LIKE patterns (ESCAPE '\'), each of which must be found. */
  readonly likes: string | null;
  /** A JSON list of matchers, all of which must match. */
  readonly matchers: string | null;
}

/** Returns what a search asks for. Call with one that the contract has let in. */
export const termsOf = (q: string): SearchTerms => defined(searchTerms(q), 'a search');

export function boundSearch(q: string | undefined): BoundSearch {
  const { words, matchers } = termsOf(q ?? '');
  return {
    likes: words.length === 0 ? null : JSON.stringify(words.map(likePattern)),
    matchers: matchers.length === 0 ? null : JSON.stringify(matchers.map(formatMatcher)),
  };
}

/** Returns SQL: each word of `@likes` is found in one of the columns. */
export const wordsFound = (columns: readonly string[]): string =>
  `(@likes IS NULL OR NOT EXISTS (SELECT 1 FROM json_each(@likes) AS word
     WHERE (${columns.map((column) => `${column} LIKE word.value ESCAPE '\\'`).join(' OR ')}) IS NOT TRUE))`;

/** Compiled matchers are kept, since a statement asks for the same ones at each row. */
const KNOWN_MAX = 100;
const known = new Map<string, Matches>();

function matchesOf(texts: string): Matches {
  const found = known.get(texts);
  if (found) return found;
  const compiled = compileMatchers(JSON.parse(texts) as string[]);
  if (!compiled.ok) throw new Error('a matcher that cannot be compiled was searched for');
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(texts, compiled.matches);
  return compiled.matches;
}

type Labels = Readonly<Record<string, string>>;

/** For SQL: returns 1 if the columns of an alert match. Labels are read only where a matcher needs them. */
export function alertMatches(
  ...[texts, source, host, kind, dedupKey, of, labels]: string[]
): 0 | 1 {
  let read: Labels | undefined;
  const subject = {
    ...{ source, host, kind, dedupKey },
    severity: of,
    get labels() {
      return (read ??= JSON.parse(labels ?? '{}') as Labels);
    },
  };
  return matchesOf(texts ?? '[]')(subject as Parameters<Matches>[0]) ? 1 : 0;
}

/** For SQL: returns 1 if a snapshot of an alert matches. */
export function snapshotMatches(texts: string, snapshot: string): 0 | 1 {
  const unsaid = { source: '', host: '', kind: '', severity: '', labels: {} };
  const subject = { ...unsaid, ...(JSON.parse(snapshot) as object) };
  return matchesOf(texts)(subject as Parameters<Matches>[0]) ? 1 : 0;
}

/** Text that a value must contain, at its start or its end where it says so. */
export interface Literal {
  readonly text: string;
  readonly isStart: boolean;
  readonly isEnd: boolean;
}

/** Parts of an expression for which its literals are not looked for. */
const COMPLEX = /[()[\]{}]|\\[a-zA-Z0-9]|\\$/u;
const ALTERNATIVES_MAX = 8;

/** Collects the literals of an expression's alternatives; what is between two of them may be anything. */
class Literals {
  readonly alternatives: Literal[][] = [[]];
  #text = '';
  #isStart = true;

  add(character: string): void {
    this.#text += character;
  }

  end(isEnd: boolean): void {
    const literal = { text: this.#text, isStart: this.#isStart, isEnd };
    if (this.#text !== '') this.alternatives.at(-1)?.push(literal);
    this.#text = '';
    this.#isStart = false;
  }

  next(): void {
    this.end(true);
    this.alternatives.push([]);
    this.#isStart = true;
  }
}

function literalsIn(pattern: string): Literal[][] {
  const literals = new Literals();
  const characters = [...pattern.matchAll(/\\(.)|(.)/gsu)];
  for (const [index, [, escaped, plain = '']] of characters.entries()) {
    const isOptional = /^[*?]/u.test(characters[index + 1]?.[2] ?? '');
    if (plain === '|') literals.next();
    else if (isOptional || /^[.*?+^$]/u.test(plain)) literals.end(false);
    else literals.add(escaped ?? plain);
  }
  literals.end(true);
  return literals.alternatives;
}

/**
 * Returns texts that a value must contain to pass: one of the alternatives, and of that all. Null where they
 * are not known, and for a matcher that a missing value passes.
 */
export function literalsOf({ op, value }: Matcher): (readonly Literal[])[] | null {
  if (value === '') return null;
  if (op === '=') return [[{ text: value, isStart: true, isEnd: true }]];
  if (op !== '=~') return null;
  const pattern = /^\(([^?()][^()]*)\)$/u.exec(value)?.[1] ?? value;
  if (COMPLEX.test(pattern)) return null;
  const alternatives = literalsIn(pattern);
  const isKnown =
    alternatives.length <= ALTERNATIVES_MAX && alternatives.every((it) => it.length > 0);
  return isKnown ? alternatives : null;
}

/** Returns the severities that pass a matcher that no missing value passes; empty where none does. */
export const severitiesOf = (matcher: Matcher): string[] => {
  const matches = matchesOf(JSON.stringify([formatMatcher(matcher)]));
  const nothing = { source: '', host: '', kind: '', labels: {} };
  return severity.options.filter((option) => matches({ ...nothing, severity: option }));
};

/** Returns how a value that has a text stands in JSON. Its name says little, since most rows have it. */
export function inJson({ text, isStart, isEnd }: Literal): string {
  const written = JSON.stringify(text).slice(1, -1);
  return `${isStart ? ':"' : ''}${written}${isEnd ? '"' : ''}`;
}
