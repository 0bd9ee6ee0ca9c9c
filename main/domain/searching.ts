import { parseSearch, searchTerms } from '../contract/search.ts';
import { formatMatcher } from '../contract/matcher.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
import { refuseField, type Refusal } from '../messages/failures.ts';
import { compileMatchers, type Matchable } from './matching.ts';

/** Returns what is wrong with a search that the contract has let in: an expression; null when nothing is. */
function searchIssue(text: string): IssueReason | null {
  const parsed = parseSearch(text);
  if (!parsed.ok) return parsed.reason;
  for (const term of parsed.terms) {
    if (term.kind !== 'matcher') continue;
    const compiled = compileMatchers([formatMatcher(term.matcher)]);
    if (compiled.ok) continue;
    const { reason } = compiled;
    const token = text.slice(term.from, term.to);
    const error = reason.code === 'issue.pattern' ? reason.params.error : '';
    return { code: 'issue.search_pattern', params: { token, error } };
  }
  return null;
}

/** The fields of an input that hold a search. */
export interface Searching {
  readonly q?: unknown;
  readonly filter?: { readonly q?: unknown };
}

/** Refuses an input whose search, or whose filter's search, has an invalid expression; null for any other. */
export function refusedSearch({ q, filter }: Searching): Refusal | null {
  for (const [field, text] of [
    ['q', q],
    ['filter.q', filter?.q],
  ] as const) {
    const issue = typeof text === 'string' ? searchIssue(text) : null;
    if (issue) return refuseField('invalid_input', field, issue);
  }
  return null;
}

/** Returns true if a search finds a subject by its matchers, and each word in one of its texts. */
export function isFound(q: string, subject: Matchable, texts: readonly string[]): boolean {
  const terms = searchTerms(q);
  const compiled = compileMatchers(terms?.matchers.map(formatMatcher) ?? []);
  if (terms === null || !compiled.ok || !compiled.matches(subject)) return false;
  const searched = texts.map((text) => text.toLowerCase());
  return terms.words.every((word) => searched.some((text) => text.includes(word.toLowerCase())));
}
