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
});
