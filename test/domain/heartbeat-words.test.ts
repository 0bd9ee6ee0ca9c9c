import { describe, expect, test } from 'vitest';
import { absenceText, failureText, lateText } from '../../main/domain/heartbeat-text.ts';
import { slugFrom } from '../../main/domain/heartbeat-slug.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;
const daily = { type: 'period', periodMs: 24 * HOUR } as const;
const nightly = { type: 'cron', expression: '0 2 * * *', timeZone: 'Europe/Berlin' } as const;

describe('why it is late', () => {
  test.for([
    [
      { schedule: daily, lastPingAt: NOW - 26 * HOUR },
      'Expected every 1 d, last heard 1 d 2 h ago',
    ],
    [
      { schedule: nightly, lastPingAt: NOW - 26 * HOUR },
      'Expected at "0 2 * * *" (Europe/Berlin), last heard 1 d 2 h ago',
    ],
    [{ startedAt: NOW - 2 * HOUR }, 'Started 2 h ago and has not finished'],
    [{ lastPingAt: NOW + HOUR }, 'Expected every 1 d, last heard less than a second ago'],
  ] as const)('%#', ([over, text]) => {
    const silent = { schedule: daily, lastPingAt: null, startedAt: null, ...over };
    expect(lateText(silent, NOW)).toBe(text);
  });
});

describe('a failure says', () => {
  test.for([
    [null, '', 'Reported failure'],
    [3, '', 'Reported failure: exit status 3'],
    [null, 'more\r\nno space left \n \r\n-----\n', 'Reported failure: no space left'],
    [1, 'no space left\r\n', 'Reported failure: exit status 1: no space left'],
  ] as const)('%#', ([exitStatus, body, text]) => {
    expect(failureText({ exitStatus, body })).toBe(text);
  });
});

test('why pings may have gone unheard', () => {
  expect([0, 9 * HOUR, -HOUR].map(absenceText)).toEqual([
    'The machine was asleep',
    'The clock went 9 h ahead, or the machine was asleep',
    'The clock was set back by 1 h',
  ]);
});

test.for([
  ['Backup of the NAS', 'backup-of-the-nas'],
  ['Ström & Wärme', 'strom-warme'],
  ['  --_x_--  ', 'x_'],
  ['резервная копия', 'heartbeat'],
  ['a'.repeat(63) + ' b', 'a'.repeat(63)],
] as const)('"%s" makes the slug "%s"', ([name, slug]) => {
  expect(slugFrom(name)).toBe(slug);
});
