import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redacted } from '../../main/channels/redaction.ts';

/** Characters that encoders treat in ways of their own. */
const secretText = fc.string({
  unit: fc.constantFrom(...'abcXYZ019-_.~!*\'()+ /?&=%#"\\<>:;,@ü€'),
  minLength: 8,
  maxLength: 40,
});

const hexOf = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const form = (text: string): string => new URLSearchParams({ q: text }).toString().slice(2);

const json = (text: string): string => JSON.stringify(text).slice(1, -1);

/** How a receiver may quote what it was sent. */
const ENCODERS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  component: encodeURIComponent,
  'component in small letters': (text) =>
    encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
  form,
  'every byte': hexOf,
  JSON: json,
  'JSON as PHP writes it': (text) => json(text).replaceAll('/', '\\/'),
  'JSON as Go writes it': (text) =>
    json(text).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e'),
  'JSON in ASCII': (text) =>
    json(text).replace(
      /[^\x20-\x7e]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  HTML: (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#x27;'),
};
const encoder = fc.constantFrom(...Object.keys(ENCODERS));
const encoded = (text: string, names: readonly string[]): string =>
  names.reduce((inner, name) => ENCODERS[name]?.(inner) ?? inner, text);

test('a secret is found in every encoding, and in encodings within encodings', () => {
  fc.assert(
    fc.property(
      secretText,
      fc.array(encoder, { minLength: 1, maxLength: 3 }),
      fc.array(encoder, { maxLength: 2 }),
      (secret, outer, configured) => {
        // An address may hold it encoded in its own way.
        const quoted = encoded(secret, outer);
        expect(redacted(`{"url": "${quoted}", x`, [encoded(secret, configured), secret])).toBe(
          '{"url": "[redacted]", x',
        );
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a secret is found in base64, wherever it begins and whatever is around it', () => {
  fc.assert(
    fc.property(
      secretText,
      fc.string({ maxLength: 9 }),
      fc.string({ maxLength: 9 }),
      fc.constantFrom('base64', 'base64url'),
      (secret, before, after, kind) => {
        const quoted = Buffer.from(`${before}${secret}${after}`).toString(kind);
        const clean = redacted(`Authorization: Basic ${quoted} was wrong`, [secret]);
        expect(clean).toMatch(/^Authorization: Basic \[redacted\] was wrong$/);
      },
    ),
    { numRuns: 500 },
  );
});

describe('a value of a query', () => {
  const url = "https://discord.lan/api/webhooks/1/tok3n?x=a%20b~c'd%2Fe";
  test.each(['x=a+b%7Ec%27d%2Fe', 'x=a%20b%7ec%27d%2fe', 'x=a%2520b~c%2527d%252Fe', "x=a b~c'd/e"])(
    'is found as %s',
    (quoted) => {
      const { searchParams } = new URL(url);
      expect(redacted(`no ${quoted}, sorry`, [...searchParams.values()])).toBe(
        'no x=[redacted], sorry',
      );
    },
  );
});

test('what is no secret stays', () => {
  const said = 'HTTP 400: %zz &amp; \\u0041 100% of "webhooks" are + here';
  expect(redacted(said, ['tok3ntok3n', 'abc', ''])).toBe(said);
});

test('secrets side by side, within one another and cut into each other are gone whole', () => {
  expect(redacted('x abcdefgh y', ['abcd', 'efgh'])).toBe('x [redacted] y');
  expect(redacted('x abcdefgh y', ['cdef', 'abcdefgh'])).toBe('x [redacted] y');
  expect(redacted('x abcdefgh y', ['abcdef', 'defgh'])).toBe('x [redacted] y');
});

test('a token is found in any case, and a word is not', () => {
  expect(redacted('no TOK3NTOK3N here', ['tok3nTok3n'])).toBe('no [redacted] here');
  expect(redacted('Mattermost says no', ['mattermost'])).toBe('Mattermost says no');
});
