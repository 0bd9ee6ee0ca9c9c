import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../../main/contract/limits.ts';
import { formatMatcher } from '../../main/contract/matcher.ts';
import { search } from '../../main/contract/primitives.ts';
import { formatSearch, parseSearch, searchTerms } from '../../main/contract/search.ts';
import { refusedSearch } from '../../main/domain/searching.ts';
import { invalidInput } from '../../main/domain/issues.ts';

/** Words and matchers as they were read; the sentence of the refusal of what cannot be. */
function read(text: string): string[] | string {
  const parsed = search.safeParse(text);
  const refused = parsed.success ? refusedSearch({ q: text }) : invalidInput(parsed.error);
  if (refused) return refused.error.message;
  const { words, matchers } = searchTerms(text) ?? { words: [], matchers: [] };
  return [...matchers.map(formatMatcher), ...words];
}

test.each<[string, string[]]>([
  ['disk full', ['disk', 'full']],
  ['"disk full"', ['disk full']],
  ['severity="critical" zone=~"base.*" tank', ['severity="critical"', 'zone=~"base.*"', 'tank']],
  ['tank severity=critical', ['severity="critical"', 'tank']],
  ['host!=nas job!~"a|b"', ['host!="nas"', 'job!~"a|b"']],
  ['{severity="critical", zone="base"}', ['severity="critical"', 'zone="base"']],
  ['{a="1",b="2"}', ['a="1"', 'b="2"']],
  ['zone=""', ['zone=""']],
  ['"my label"="it is \\"quoted\\""', ['"my label"="it is \\"quoted\\""']],
  ['"a=b" a', ['a=b', 'a']],
  ['https://nas/?q=1 100% = != {} 5" -', ['https://nas/?q=1', '100%', '=', '!=', '{}', '5"', '-']],
  ['"" x', ['x']],
  ['host = nas', ['host', '=', 'nas']],
  ['   ', []],
])('%s is read', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each<[string, string]>([
  [
    'disk zone=',
    'body: zone= has no value. Write zone="…", or put quotes around it to search for the text',
  ],
  [
    'zone=~ x',
    'body: zone=~ has no value. Write zone=~"…", or put quotes around it to search for the text',
  ],
  [
    'zone=a,b',
    'body: zone= has no value. Write zone="…", or put quotes around it to search for the text',
  ],
  ['zone="base disk', 'body: zone="base has no closing quote. Add one at the end'],
  ['disk "full', 'body: "full has no closing quote. Add one at the end'],
  [
    'disk host=~"("',
    'q: host=~"(" has no regular expression in RE2 syntax (missing closing ): `(`). Correct it, or put quotes around it to search for the text',
  ],
  [
    'a '.repeat(LIMITS.searchTermsMax + 1),
    'body: has more than 20 words and matchers. Remove some',
  ],
])('%s is refused, with the token and the fix', (text, expected) => {
  expect(read(text)).toBe(expected);
});

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom('a=b', 'a="b', '"', '{a="b"}', 'disk full', '\\', 'a!~', '\n', 'ä=ö', '{', '}'),
);
const matcher = fc.record({
  name: fc.oneof(fc.constantFrom('host', 'zone', '_x'), fc.string({ minLength: 1, maxLength: 8 })),
  op: fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
  value: word,
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(
      fc.record({
        words: fc.array(word, { maxLength: 6 }),
        matchers: fc.array(matcher, { maxLength: 6 }),
      }),
      (terms) => {
        expect(searchTerms(formatSearch(terms))).toEqual(terms);
      },
    ),
  );
});

test('any text is read or refused, and each term stands where it says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(word, fc.constantFrom(' ', 'a=', '="', '"')), { maxLength: 8 }),
      (parts) => {
        const text = parts.join('');
        const parsed = parseSearch(text);
        if (!parsed.ok) return;
        let end = 0;
        for (const term of parsed.terms) {
          expect(term.from).toBeGreaterThanOrEqual(end);
          expect(term.to).toBeGreaterThan(term.from);
          const again = parseSearch(text.slice(term.from, term.to));
          const { from: _from, to: _to, ...meaning } = term;
          expect(again.ok && again.terms).toMatchObject([meaning]);
          end = term.to;
        }
      },
    ),
  );
});
