import { describe, expect, it } from 'vitest';
import { attemptRuns } from '../../../renderer/notifications/attempt-runs.ts';
import { attempt } from '../support/samples.ts';

const busy = { statusCode: 503, responseExcerpt: 'busy, request 4711, id 0af3c9d2e1b8' };
const shape = (...attempts: Parameters<typeof attempt>[0][]) =>
  attemptRuns(
    attempts.map((given, index) => attempt({ id: index + 1, number: index + 1, ...given })),
  ).map(({ attempts, changed }) => [attempts.map(({ id }) => id), [...changed]]);

describe('attemptRuns', () => {
  it('puts equal attempts together, newest first, whatever numbers and ids are in the answer', () => {
    expect(
      shape({}, busy, { ...busy, responseExcerpt: 'busy, request 9, id 77b1c9d2e1b8' }, {}),
    ).toEqual([
      [[4], ['answer']],
      [[2, 3], ['answer']],
      [[1], []],
    ]);
  });

  it('tells another status from the same words', () => {
    expect(shape(busy, { ...busy, statusCode: 502 })).toEqual([
      [[2], ['answer']],
      [[1], []],
    ]);
  });

  it('begins another run with each round, and says what differs', () => {
    expect(
      shape({}, { budget: 2, number: 1 }, { budget: 2, outcome: 'sent', request: 'POST /new' }),
    ).toEqual([
      [[3], ['request', 'failure']],
      [[2], []],
      [[1], []],
    ]);
  });

  it('has none of no attempts', () => {
    expect(attemptRuns([])).toEqual([]);
  });
});
