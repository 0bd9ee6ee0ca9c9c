import { severity } from '../../main/contract/primitives.ts';
import { formatSearch, searchTerms } from '../../main/contract/search.ts';

/** Returns a search whose one word that names a severity is a matcher; null without such a word. */
export function withSeverityMatcher(search: string): string | null {
  const terms = searchTerms(search);
  if (terms === null) return null;
  const { words, matchers } = terms;
  const [value, ...others] = words.filter((word) => severity.safeParse(word.toLowerCase()).success);
  if (value === undefined || others.length > 0) return null;
  return formatSearch({
    words: words.filter((word) => word !== value),
    matchers: [...matchers, { name: 'severity', op: '=', value: value.toLowerCase() }],
  });
}
