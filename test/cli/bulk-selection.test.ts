import { describe, expect, test } from 'vitest';
import { watchBulk } from '../../main/cli/bulk-progress.ts';
import type { Caller } from '../../main/cli/session.ts';
import type { BulkJob } from '../../main/contract/notification.ts';
import { fail, ok, type Result } from '../../main/contract/result.ts';
import { FakeClock } from '../support/fake-clock.ts';

const JOB: BulkJob = {
  id: '0199b9c8-5d2e-7c3a-8f00-0123456789ab',
  action: 'requeue',
  toChannelId: null,
  state: 'running',
  total: 1_000,
  skipped: 0,
  changed: 0,
  unchanged: 0,
  problem: null,
  reason: null,
  startedAt: 0,
  endedAt: null,
  undoUntil: null,
};
const never = new Promise<void>(() => undefined);

/** A stub of the API that answers from a list, and advances time whenever it is waited for. */
function watched(answers: Result<BulkJob>[], stopped: Promise<void> = never) {
  const clock = new FakeClock();
  const waits: number[] = [];
  const hurried = {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    after(delayMs: number, task: () => void): Disposable {
      waits.push(delayMs);
      queueMicrotask(task);
      return { [Symbol.dispose]: () => undefined };
    },
  };
  const client: Caller = {
    call: async () => (answers.shift() ?? fail('internal', 'asked too often')) as never,
  };
  const seen: number[] = [];
  const result = watchBulk(client, hurried, JOB, stopped, ({ changed }) => seen.push(changed));
  return { result, seen, waits };
}

describe('watching bulk work', () => {
  test('reports each look and ends with it, looking ever more rarely', async () => {
    const running = Array.from({ length: 7 }, (_, index) => ok({ ...JOB, changed: index + 1 }));
    const ended = { ...JOB, state: 'finished', changed: 1_000 } as const;
    const { result, seen, waits } = watched([...running, ok(ended)]);
    expect(await result).toEqual(ok(ended));
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  test('answers with the last look when it is stopped', async () => {
    const { result } = watched([], Promise.resolve());
    expect(await result).toEqual(ok(JOB));
  });

  test('hands a failure on', async () => {
    const lost = fail('unavailable', 'gone');
    expect(await watched([lost]).result).toEqual(lost);
  });
});
