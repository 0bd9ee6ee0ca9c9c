/** @module-tag slow */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readYaml, writeYaml } from '../../../main/system/exchange/yaml-text.ts';

const read = (source: string) => {
  const reading = readYaml(source);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.text;
};

/** Returns the problems of a text, as `line: problem`. */
const problems = (source: string): string[] => {
  const reading = readYaml(source);
  return reading.ok ? [] : reading.problems.map(({ line, problem }) => `${line}: ${problem}`);
};

describe('hostile YAML', () => {
  test('anchors and aliases are refused before anything is made of them', () => {
    const levels = Array.from({ length: 9 }, (_, n) =>
      n === 0 ? 'a0: &a0 [x, x]' : `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`,
    );
    const found = problems(levels.join('\n'));
    expect(found).toContain('1: must not use anchors (&)');
    expect(found).toContain('2: must be written out instead of the alias *a0');
  });

  test.for(['x: !!js/function "y"', 'x: !mine 1', 'x: !!binary aGk='])('%s', (source) => {
    expect(problems(source)).toEqual([expect.stringMatching(/^1: is not YAML: Unresolved tag/)]);
  });

  test('a prototype is no field', () => {
    expect(problems('a:\n  __proto__: { polluted: true }\n')).toEqual([
      '2: has no field called "__proto__"',
    ]);
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  });

  test('a key that is there twice', () => {
    expect(problems('a: 1\nb:\n  c: 1\n  c: 2\n')).toEqual(['4: "c" occurs twice']);
  });

  test.for([
    ['brackets', '['.repeat(300_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['dashes', `${'- '.repeat(300_000)}x`],
    ['questions', '? '.repeat(300_000)],
    ['indentation', Array.from({ length: 600 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
  ] as const)('%s that nest without end', ([, source]) => {
    expect(problems(source)).toEqual([expect.stringMatching(/is nested too deeply$/)]);
  });

  test.for([
    ['a list', '- a: 1\n'.repeat(100_000)],
    ['keys', Array.from({ length: 70_000 }, (_, n) => `k${n}: v`).join('\n')],
    ['lines', '\n'.repeat(700_000)],
    ['documents', '---\n'.repeat(150_000)],
  ] as const)('%s without end', ([, source]) => {
    expect(problems(source)).toEqual([
      expect.stringMatching(/more than 200000 words and symbols$/),
    ]);
  });

  test.for([
    ['a: [1\nb: 2', /^2: is not YAML: Flow sequence/],
    ['a:\n\tb: 1', /^2: is not YAML: Tabs are not allowed/],
    ['? [a]\n: 1', /^1: is not YAML: With stringKeys/],
    ['a: 1\n---\nb: 1', /^2: contains more than one document/],
    ['a: "x', /^1: is not YAML: Missing closing/],
  ] as const)('%j', ([source, problem]) => {
    expect(problems(source)).toContainEqual(expect.stringMatching(problem));
  });

  test('any text is read or refused, and nothing throws', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        ':',
        ' ',
        '\n',
        '- ',
        '? ',
        '[',
        ']',
        '{',
        '}',
        '&x ',
        '*x',
        '!t ',
        '"',
        "'",
        '|',
        '>',
      ],
      ...['#', '%', '---\n', '...\n', '\t', '\0', '\u2028', '<<: ', '1', '~', '@', '`', '\ud800'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const reading = readYaml(pieces.join(''));
        expect(reading.ok || reading.problems.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a written text', () => {
  test('says what it was made of', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          'yes',
          'NO',
          'off',
          '22:30',
          '0123',
          '1e3',
          '~',
          'null',
          '',
          ' x ',
          '#',
          '- a',
        ),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('any'), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (any) => {
        expect(read(writeYaml({ any }, ' head', ' foot')).value).toEqual({ any });
      }),
    );
  });

  test('is the same for readers of YAML 1.1, which take some words for something else', () => {
    const text = writeYaml({ a: 'on', b: '22:30', c: 'no' }, ' head', '');
    expect(text).toBe('# head\n\na: "on"\nb: "22:30"\nc: "no"\n');
  });
});

test('a path leads to its line, or to the nearest one that is there', () => {
  const text = read('version: 1\nchannels:\n  - name: a\n    x: 1\n  -\n    name: b\n');
  expect(text.lineOf([])).toBe(1);
  expect(text.lineOf(['channels'])).toBe(2);
  expect(text.lineOf(['channels', 0, 'x'])).toBe(4);
  expect(text.lineOf(['channels', 1, 'config', 'url'])).toBe(6);
  expect(text.lineOf(['routes'])).toBe(1);
});
