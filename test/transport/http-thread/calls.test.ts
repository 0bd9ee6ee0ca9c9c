import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../../main/domain/store-unavailable.ts';
import { Answers, Calls, type Served } from '../../../main/transport/http-thread/calls.ts';

/** Both sides, joined; notes how many messages crossed each way. */
function joined(served: Served) {
  const crossed = { calls: 0, answers: 0 };
  const answers = new Answers(served, (text) => {
    crossed.answers += 1;
    calls.receive(text);
  });
  const calls = new Calls((text) => {
    crossed.calls += 1;
    answers.receive(text);
  });
  return { calls, crossed };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('calls of one turn', () => {
  test('cross as one message, in order, and what is answered together comes back as one', async () => {
    const heard: number[] = [];
    const commit = Promise.withResolvers<void>();
    const { calls, crossed } = joined({
      store: async (n: number) => {
        heard.push(n);
        await commit.promise;
        return n * 2;
      },
    });
    const asked = numbers(100).map((n) => calls.call('store', [n]));
    await new Promise(setImmediate);
    expect(heard).toEqual(numbers(100));
    commit.resolve();
    expect(await Promise.all(asked)).toEqual(numbers(100).map((n) => n * 2));
    expect(crossed).toEqual({ calls: 1, answers: 1 });
  });

  test('are answered each in its own time', async () => {
    const slow = Promise.withResolvers<string>();
    const { calls } = joined({ slow: () => slow.promise, quick: () => 'quick' });
    const waiting = calls.call('slow', []);
    expect(await calls.call('quick', [])).toBe('quick');
    slow.resolve('slow');
    expect(await waiting).toBe('slow');
  });

  test('fail each for itself: an error undoes no neighbour', async () => {
    const { calls } = joined({
      store: (n: number) => {
        if (n === 1) throw new StoreUnavailable('the disk is full');
        if (n === 2) throw new TypeError('a bug');
        return n;
      },
    });
    const [first, full, bug, last] = await Promise.allSettled(
      numbers(4).map((n) => calls.call('store', [n])),
    );
    expect([first, last]).toMatchObject([{ value: 0 }, { value: 3 }]);
    expect(full).toMatchObject({ reason: new StoreUnavailable('the disk is full') });
    expect((full as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
    expect((bug as PromiseRejectedResult).reason).not.toBeInstanceOf(StoreUnavailable);
    expect(String((bug as PromiseRejectedResult).reason)).toContain('a bug');
  });

  test('fail alone when they cannot be written', async () => {
    const { calls } = joined({ echo: (value: unknown) => value });
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    const [bad, good] = await Promise.allSettled([
      calls.call('echo', [deep]),
      calls.call('echo', ['fine']),
    ]);
    expect(bad.status).toBe('rejected');
    expect(good).toMatchObject({ value: 'fine' });
  });

  test('are bounded: who comes when too many wait is to come back later', async () => {
    const open = Promise.withResolvers<void>();
    const { calls } = joined({ wait: () => open.promise });
    const asked = numbers(20_000).map(() => calls.call('wait', []));
    await expect(calls.call('wait', [])).rejects.toBeInstanceOf(StoreUnavailable);
    open.resolve();
    await Promise.all(asked);
    await calls.call('wait', []);
  });
});

test('what nobody waits for is heard, and not answered', async () => {
  const heard = Promise.withResolvers<unknown>();
  const { calls, crossed } = joined({ note: (value: unknown) => heard.resolve(value) });
  calls.tell('note', [{ id: 'a' }]);
  expect(await heard.promise).toEqual({ id: 'a' });
  await new Promise(setImmediate);
  expect(crossed).toEqual({ calls: 1, answers: 0 });
});
