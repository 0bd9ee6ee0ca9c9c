import { describe, expect, test } from 'vitest';
import { compileExpression, EXPRESSION_CHARS_MAX } from '../../main/domain/expression.ts';
import { inEnglish } from '../../main/messages/failures.ts';

async function run(text: string, input: unknown) {
  const compiled = compileExpression(text);
  return compiled.ok ? await compiled.value.evaluate(input) : compiled;
}

const failure = async (text: string, input: unknown = {}): Promise<string> => {
  const result = await run(text, input);
  if (result.ok) throw new Error('It did not fail');
  return inEnglish(result.reason);
};

describe('an expression', () => {
  test.each([
    ['alert.host', { alert: { host: 'nas' } }, 'nas'],
    ['missing.path', {}, undefined],
    [
      '{"text": message, "n": $count(items)}',
      { message: '"};', items: [1, 2] },
      { text: '"};', n: 2 },
    ],
    ['$replace(text, /(\\w+) (\\w+)/, "$2 $1")', { text: 'a b, c d' }, 'b a, d c'],
    ['$match(text, /B+/i).match', { text: 'abba' }, 'bb'],
    ['$contains(text, /^b$/m)', { text: 'a\nb' }, true],
    ['$split(text, /, */)', { text: 'a, b,c' }, ['a', 'b', 'c']],
  ])('%s', async (text, input, wanted) => {
    const result = await run(text, input);
    expect(result).toMatchObject({ ok: true });
    expect(JSON.stringify(result.ok && result.value)).toBe(JSON.stringify(wanted));
  });

  test('that breaks says where', async () => {
    expect(await failure('a.(b')).toMatch(/at character \d/);
    expect(await failure('$sum("x" & 1)')).toMatch(/at character \d/);
    expect(await failure(' '.repeat(EXPRESSION_CHARS_MAX + 1))).toMatch('longer than');
  });

  test.each([
    ['($f := function($x) { $f($x) + 1 }; $f(1))', {}],
    ['($f := function($x) { $f($x) }; $f(1))', {}],
    ['$count([1..100000000])', {}],
    ['$map([1..9000], function($i) { $map([1..9000], function($j) { $i * $j }) })', {}],
  ])('is bounded: %s', async (text, input) => {
    await expect(failure(text, input)).resolves.toMatch(/./);
  });

  test('takes time linear in what a stranger sent', async () => {
    const text = `${'a'.repeat(50_000)}!`;
    expect(await run('$contains(text, /^(a+)+$/)', { text })).toEqual({ ok: true, value: false });
  });

  test("never runs a stranger's text, nor reaches the program", async () => {
    expect(await failure('$eval(text)', { text: '1+1' })).toMatch('not available');
    for (const text of ['constructor', '__proto__', '$constructor', '$string.constructor']) {
      expect(await run(text, {})).toEqual({ ok: true, value: undefined });
    }
  });

  test('keeps nothing between evaluations', async () => {
    const compiled = compileExpression('$match(text, /x/).index');
    if (!compiled.ok) throw new Error('It does not compile');
    for (let round = 0; round < 2; round++) {
      expect(await compiled.value.evaluate({ text: 'ax' })).toEqual({ ok: true, value: 1 });
    }
  });
});
