import { afterEach, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../main/base/clock.ts';
import { ExpressionThread, type Evaluated } from '../../main/base/expression-thread.ts';

/** Harmless work may take that many times as long, since the machine may be busy. */
const PATIENCE = 60;
let patience = PATIENCE;
const clock: Clock = {
  ...systemClock,
  after: (delayMs, task) => systemClock.after(delayMs * patience, task),
};

let thread = new ExpressionThread(clock);
afterEach(async () => {
  await thread.close();
  thread = new ExpressionThread(clock);
  patience = PATIENCE;
});

/** Evaluates what ends only at a limit, at its real one. What comes after it need not be as quick. */
async function evaluateHostile(text: string, input: unknown): Promise<Evaluated> {
  patience = 1;
  const result = await thread.evaluate(text, input);
  patience = PATIENCE;
  return result;
}

test('evaluates, also nothing and what JSON cannot write', async () => {
  expect(await thread.evaluate('a.b & "!"', { a: { b: 'c' } })).toEqual({ ok: true, value: 'c!' });
  expect(await thread.evaluate('missing', {})).toEqual({ ok: true, value: undefined });
  expect(await thread.evaluate('$uppercase', {})).toMatchObject({ ok: true });
  expect(await thread.evaluate('a.(', {})).toMatchObject({ ok: false, isBusy: false });
});

describe('one that does not end', () => {
  const hostile = '$match(message, /(\\w+\\s?){50}/)';
  const message = 'word '.repeat(200_000);

  test('is ended at the limit, while everything else goes on, and the next is evaluated', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 10);
    const refused = evaluateHostile(hostile, { message });
    const next = thread.evaluate('1 + 1', {});
    expect(await refused).toEqual({
      ok: false,
      reason: { code: 'issue.expression_slow', params: { limitMs: 1_000 } },
      isBusy: false,
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
    expect(await next).toEqual({ ok: true, value: 2 });
  });

  test('and those that wait get an error when it is closed', async () => {
    const all = [thread.evaluate(hostile, { message }), thread.evaluate('1', {})];
    await thread.close();
    for (const each of await Promise.all(all)) expect(each).toMatchObject({ isBusy: true });
    expect(await thread.evaluate('1', {})).toEqual({ ok: true, value: 1 });
  });

  test('has a bounded queue behind it', async () => {
    const all = Array.from({ length: 80 }, () => thread.evaluate('1', {}));
    const results = await Promise.all(all);
    expect(results.filter((result) => !result.ok && result.isBusy).length).toBeGreaterThan(0);
    expect(results.filter(({ ok }) => ok).length).toBeGreaterThan(60);
  });
});

test.each([
  '$length($pad("x",1e8))',
  '$split($pad(host,width),"")',
  '$uppercase($reduce([1..28], function($a){$a & $a}, "xx"))',
  '$reduce([1..40], function($a){[[$a],[$a]]}, "x") & ""',
  '$replace($pad("x",1e6), "x", $pad("y",1e6))',
  '$join($map([1..9000], function($v){$pad("x",1e6)}), "")',
])('%s costs neither the process nor its time', async (text) => {
  const result = await evaluateHostile(text, { host: 'nas', width: 2e8 });
  expect(result).toMatchObject({ ok: false, isBusy: false });
  expect(await thread.evaluate('"still " & "here"', {})).toMatchObject({ value: 'still here' });
});
