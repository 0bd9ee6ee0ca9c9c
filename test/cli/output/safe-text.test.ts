import { describe, expect, test } from 'vitest';
import { safeBlock, safeJson, safeLine, safeValue } from '../../../main/cli/output/safe-text.ts';

const ESC = '\u001b';

describe('safeLine', () => {
  test.for([
    ['a colour', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['a cursor that goes up and overwrites', `fine${ESC}[1A${ESC}[2Kforged`, 'fineforged'],
    ['a window title', `a${ESC}]0;title\u0007b`, 'ab'],
    ['a link', `${ESC}]8;;http://evil\u0007text${ESC}]8;;\u0007`, 'text'],
    ['a C1 sequence', 'a\u009b31mb', 'ab'],
    ['a lone escape', `a${ESC}b`, 'ab'],
    ['a bell, a backspace and NUL', 'a\u0007\u0008\u0000b', 'ab'],
    ['a carriage return that overwrites its line', 'danger\rsafe', 'danger safe'],
    ['breaks and tabs', 'a\n\tb\u2028c\u0085d', 'a b c d'],
    ['a turned direction', 'gpj.\u202eexe', 'gpj.exe'],
    ['isolates and marks', '\u2066a\u2069\u200fb\u061c', 'ab'],
    ['invisible characters', 'a\u200bb\u{e0041}c\ufeff', 'abc'],
  ])('takes out %s', ([, text = '', safe = '']) => {
    expect(safeLine(text)).toBe(safe);
  });

  test('leaves what people write', () => {
    for (const text of ['Grüße 你好 שלום', '👩‍💻 ✅', 'می‌خواهم']) {
      expect(safeLine(text)).toBe(text);
    }
  });
});

test('safeBlock keeps lines apart and nothing else', () => {
  expect(safeBlock(`one\r\ntwo\rthree\n\tfour${ESC}[2J\n`)).toBe('one\ntwo\nthree\n    four');
});

test('safeJson is the same document with nothing in it that a terminal acts on', () => {
  const value = { message: `a${ESC}[31m\u009bb\u202ec\u007f\n`, label: '\u{e0041}', n: 1 };
  const text = safeJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e|\u{e0041}/u);
});

describe('safeValue', () => {
  test('takes controls out of every string and name, however deep, and keeps lines apart', () => {
    const value = {
      message: `a${ESC}[31mred${ESC}[0m\u009b2J\u202eb\r\nnext\tword\u0000`,
      labels: { [`team${ESC}]0;x\u0007`]: '\u2066ops\u2069' },
      list: [{ deep: ['\u0007', 7, null, true] }],
    };
    expect(safeValue(value)).toEqual({
      message: 'aredb\nnext    word',
      labels: { team: 'ops' },
      list: [{ deep: ['', 7, null, true] }],
    });
  });

  test('loses no member whose name becomes that of another', () => {
    const value = JSON.parse(
      '{"ho\\u0000st":"forged","host":"nas","hos\\u202et":"again"}',
    ) as unknown;
    expect(safeValue(value)).toEqual({ host: 'nas', host_: 'forged', host__: 'again' });
  });

  test('keeps a member called __proto__ a member', () => {
    const safe = safeValue(JSON.parse('{"__proto__\\u0000":{"polluted":true}}') as unknown);
    expect(Object.keys(safe as object)).toEqual(['__proto__']);
    expect((safe as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
