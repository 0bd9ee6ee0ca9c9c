import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { Remote } from '../../../renderer/live/remote.svelte.ts';

/** A remote whose answers come when the test gives them, in any order. */
function slow() {
  const answers: ((result: Result<string>) => void)[] = [];
  const remote = new Remote<string>(() => new Promise((resolve) => answers.push(resolve)));
  return { remote, answer: (index: number, result: Result<string>) => answers[index]?.(result) };
}

describe('Remote', () => {
  it('keeps the answer to the newest question, whichever comes last', async () => {
    const { remote, answer } = slow();
    const first = remote.load();
    const second = remote.load();
    answer(1, ok('new'));
    answer(0, ok('old'));
    await Promise.all([first, second]);
    expect(remote.value).toBe('new');
  });

  it('prefers what was pushed to an answer that was under way', async () => {
    const { remote, answer } = slow();
    const loading = remote.load();
    remote.set('pushed');
    answer(0, ok('asked before'));
    await loading;
    expect(remote.value).toBe('pushed');
  });

  it('keeps its value when a later question fails, and forgets the failure when one works', async () => {
    const results: Result<string>[] = [ok('a'), fail('unavailable', 'no'), ok('b')];
    const remote = new Remote(() => Promise.resolve(results.shift() ?? ok('none')));
    await remote.load();
    await remote.load();
    expect(remote.value).toBe('a');
    expect(remote.failure?.message).toBe('no');
    await remote.load();
    expect(remote.failure).toBeNull();
    expect(remote.value).toBe('b');
  });

  it('takes an answer although another was asked for meanwhile, so that a slow host is heard', async () => {
    const { remote, answer } = slow();
    const loading = [remote.load(), remote.load(), remote.load()];
    answer(0, ok('first'));
    await loading[0];
    expect(remote.value).toBe('first');
    remote.change((value) => `${value}!`);
    answer(2, ok('third'));
    answer(1, ok('second'));
    await Promise.all(loading);
    expect(remote.value).toBe('third!');
  });

  it('makes a change to its value, and to the answer that is under way', async () => {
    const { remote, answer } = slow();
    const first = remote.load();
    remote.change((value) => `${value}, changed before the first answer`);
    expect(remote.value).toBeNull();
    answer(0, ok('a'));
    await first;
    expect(remote.value).toBe('a, changed before the first answer');

    const second = remote.load();
    remote.change((value) => `${value}, changed again`);
    expect(remote.value).toBe('a, changed before the first answer, changed again');
    answer(1, ok('b'));
    await second;
    expect(remote.value).toBe('b, changed again');
  });

  it('makes no change twice: what came before a question is in its answer', async () => {
    const { remote, answer } = slow();
    const first = remote.load();
    remote.change((value) => `${value}!`);
    const second = remote.load();
    answer(1, ok('b'));
    answer(0, ok('a'));
    await Promise.all([first, second]);
    expect(remote.value).toBe('b');
    remote.change((value) => `${value}?`);
    expect(remote.value).toBe('b?');
  });
});
