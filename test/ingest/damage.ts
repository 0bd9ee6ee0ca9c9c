import fc from 'fast-check';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A change of a document: the place (child by child, each modulo how many there are) and the new value. */
interface Change {
  readonly path: readonly number[];
  /** Undefined removes it. */
  readonly value: Json | undefined;
}

/** Values that broke parsers before: names that objects inherit, halves of characters, sizes, depths, links. */
const HOSTILE: readonly Json[] = [
  '__proto__',
  'constructor',
  '\ud800',
  '\0',
  '',
  'x'.repeat(1_000),
  'x'.repeat(20_000),
  '😀'.repeat(5_000),
  "'; DROP TABLE alerts; --",
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  'http://user:pass@host/\r\nX-Header: 1',
  '9999-99-99T99:99:99Z',
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  null,
  true,
  [],
  {},
  JSON.parse('{"__proto__":{"polluted":"yes"}}') as Json,
];

const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
  value: fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constant(undefined),
  ),
});

function changed(document: Json, { path: [step = 0, ...path], value }: Change): Json {
  if (typeof document !== 'object' || document === null) return value ?? null;
  const keys = Object.keys(document);
  const key = keys[step % Math.max(keys.length, 1)];
  if (key === undefined) return value ?? null;
  const entries = Object.entries(document).flatMap(([name, child]): [string, Json][] => {
    if (name !== key) return [[name, child]];
    if (path.length > 0) return [[name, changed(child, { path, value })]];
    return value === undefined ? [] : [[name, value]];
  });
  return Array.isArray(document) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

/** Text with a part cut out or put in. */
const garbled = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.nat(), fc.nat(40), fc.string({ unit: 'binary', maxLength: 10 }))
    .map(([whole, at, length, put]) => {
      const start = at % (whole.length + 1);
      return whole.slice(0, start) + put + whole.slice(start + length);
    });

/** Documents like the samples, some with a few parts replaced by something hostile or removed. */
export const damagedJson = (samples: readonly unknown[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...(samples as Json[])), fc.array(change, { maxLength: 4 }))
    .map(([sample, changes]) => JSON.stringify(changes.reduce(changed, sample)));

/** The text of a body that was one of the samples once: changed, garbled, or nothing of the kind. */
export const damagedBody = (samples: readonly unknown[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: damagedJson(samples) },
    { weight: 2, arbitrary: garbled(damagedJson(samples)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    { weight: 1, arbitrary: fc.constantFrom('', '[', '{', '"', '['.repeat(50_000), '\ufeff{}') },
  );
