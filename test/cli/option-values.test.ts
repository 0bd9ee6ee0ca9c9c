import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { optionValues } from '../../main/cli/option-values.ts';
import { messagesFor } from '../../main/messages/messages.ts';

const values = optionValues(messagesFor('en'));
const { durationMs, momentMs, pair } = values;

test.for([
  ['90s', 90_000],
  ['15m', 900_000],
  ['15min', 900_000],
  ['2h', 7_200_000],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  ['1w', 604_800_000],
] as const)('the duration %s is %i ms', ([word, ms]) => {
  expect(durationMs(word)).toBe(ms);
});

test.for(['', '5', 'h', '1.5h', '-1h', '1h ', '2 h', '1y', '1h2', '9999999h'])(
  'the duration "%s" is refused',
  (word) => {
    expect(() => durationMs(word)).toThrow(InvalidArgumentError);
  },
);

describe('a moment', () => {
  test('with an offset is that moment, and without one of this machine', () => {
    expect(momentMs('2026-03-29T18:00:00+02:00')).toBe(Date.UTC(2026, 2, 29, 16));
    expect(momentMs('2026-03-29T18:00Z')).toBe(Date.UTC(2026, 2, 29, 18));
    expect(momentMs('2026-03-29 18:00')).toBe(new Date(2026, 2, 29, 18).getTime());
  });

  test.for(['tomorrow', '18:00', '2026-03-29', '1774800000000', '2026-13-29T18:00'])(
    '"%s" is refused',
    (word) => {
      expect(() => momentMs(word)).toThrow(InvalidArgumentError);
    },
  );
});

test('whole numbers stay within their bounds', () => {
  const read = values.wholeNumber(1, 200);
  expect([read('1'), read('200')]).toEqual([1, 200]);
  for (const word of ['0', '201', '1.5', '1e2', '', '-1', ' 1']) {
    expect(() => read(word), word).toThrow(InvalidArgumentError);
  }
});

test('pairs add up, and the first = divides', () => {
  expect(pair('b=c=d', pair('a=', undefined))).toEqual({ a: '', b: 'c=d' });
  expect(() => pair('a', undefined)).toThrow(InvalidArgumentError);
  expect(() => pair('=a', undefined)).toThrow(InvalidArgumentError);
});

test('lists are words of the list, or all of them', () => {
  const { parseArg } = values.listOption('--state <states>', '', ['open', 'resolved']);
  expect(parseArg?.('open', undefined)).toEqual(['open']);
  expect(parseArg?.('resolved,open', undefined)).toEqual(['resolved', 'open']);
  expect(parseArg?.('all', undefined)).toEqual(['open', 'resolved']);
  expect(() => parseArg?.('open,opne', undefined)).toThrow(InvalidArgumentError);
});
