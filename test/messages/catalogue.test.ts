import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../main/contract/language.ts';
import { argumentTypes, differences, readCatalogue, sorted } from '../../resources/messages.ts';

const FOLDER = join(import.meta.dirname, '../../main/messages');

describe('the catalogue', () => {
  it.each(LANGUAGES)('is sorted and whole: %s', (language) => {
    const catalogue = readCatalogue(language);
    expect(Object.keys(catalogue)).toEqual(Object.keys(sorted(catalogue)));
    expect(differences(readCatalogue('en'), catalogue)).toEqual([]);
  });

  it('has types of its arguments that are up to date: npm run messages', () => {
    const types = readFileSync(join(FOLDER, 'arguments.ts'), 'utf8');
    expect(types).toBe(argumentTypes(readCatalogue('en')));
  });
});

describe('argumentTypes', () => {
  const typeOf = (message: string): string =>
    /'a\.key': (.*);/.exec(argumentTypes({ 'a.key': message }))?.[1] ?? '';

  it.each([
    ['Save', 'Nothing'],
    ['By {name}', '{ readonly name: string }'],
    [
      '{count, plural, one {# alert of {host}} other {# alerts}}',
      '{ readonly count: number; readonly host: string }',
    ],
    [
      '{share, number, percent} since {at, date} {at, time}',
      '{ readonly at: number; readonly share: number }',
    ],
    [
      '{event, select, raised {Raised} resolved {Resolved} other {}}',
      "{ readonly event: 'raised' | 'resolved' }",
    ],
    ['{event, select, raised {Raised} other {Changed}}', '{ readonly event: string }'],
  ])('reads %s', (message, type) => {
    expect(typeOf(message)).toBe(type);
  });

  it('names the tags', () => {
    expect(argumentTypes({ 'a.key': 'See <link>the <b>docs</b></link>' })).toContain(
      "'a.key': 'b' | 'link';",
    );
  });

  it.each([
    [{ 'a.key': '{count, plural, one {#}}' }, /a\.key: .*OTHER/],
    [
      { 'a.key': '{count} of {count, number}' },
      /a\.key: \{count\} is used as string and as number/,
    ],
    [{ 'Bad key': 'x' }, /no key/],
  ])('refuses %j', (catalogue, error) => {
    expect(() => argumentTypes(catalogue)).toThrow(error);
  });
});

describe('differences', () => {
  it.each<[string, string | null, string | null, string[]]>([
    ['nothing', '{count, plural, one {# Alarm} other {# Alarme}}', '{count, number}', []],
    ['a missing key', '{count, number}', null, ['a.key: is missing']],
    ['one too many', null, 'x', ['a.key: is not in the English catalogue']],
    ['an argument', 'By {name}', 'Von {nam}', ['a.key: needs {name}: string; has {nam}: string']],
    ['a tag', 'See <link>x</link>', 'Siehe x', ['a.key: needs <link>; has nothing']],
    ['a type', '{count, number}', '{count}', ['a.key: needs {count}: number; has {count}: string']],
  ])('names %s', (_name, english, german, wrong) => {
    const of = (message: string | null) => (message === null ? {} : { 'a.key': message });
    expect(differences(of(english), of(german))).toEqual(wrong);
  });
});
