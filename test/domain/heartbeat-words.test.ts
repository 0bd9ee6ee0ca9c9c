import { describe, expect, test } from 'vitest';
import {
  absenceReason,
  lateReason,
  recoveryReason,
  reportReason,
} from '../../main/domain/heartbeat-text.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { renderReason } from '../../main/messages/reasons.ts';
import { slugFrom } from '../../main/domain/heartbeat-slug.ts';

const messages = messagesFor('en');
const NOW = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;
const daily = { type: 'period', periodMs: 24 * HOUR } as const;
const nightly = { type: 'cron', expression: '0 2 * * *', timeZone: 'Europe/Berlin' } as const;

describe('why it is late', () => {
  test.for([
    [
      { schedule: daily, lastPingAt: NOW - 26 * HOUR },
      'No ping in time (interval 1 day). Last ping 1 day, 2 hours ago',
    ],
    [
      { schedule: nightly, lastPingAt: NOW - 26 * HOUR },
      'No ping in time (schedule “0 2 * * *”, Europe/Berlin). Last ping 1 day, 2 hours ago',
    ],
    [{}, 'No ping in time (interval 1 day). No ping received yet'],
    [
      { schedule: nightly },
      'No ping in time (schedule “0 2 * * *”, Europe/Berlin). No ping received yet',
    ],
    [{ startedAt: NOW - 2 * HOUR }, 'Started 2 hours ago and has not finished'],
    [{ lastPingAt: NOW + HOUR }, 'No ping in time (interval 1 day). Last ping 0 seconds ago'],
  ] as const)('%#', ([over, text]) => {
    const silent = { schedule: daily, lastPingAt: null, startedAt: null, ...over };
    expect(renderReason(messages, lateReason(silent, NOW))).toBe(text);
  });
});

describe('a failure says', () => {
  test.for([
    [null, '', 'Reported failure'],
    [3, '', 'Reported failure: exit status 3'],
    [null, 'more\r\nno space left \n \r\n-----\n', 'Reported failure: no space left'],
    [1, 'no space left\r\n', 'Reported failure: exit status 1: no space left'],
  ] as const)('%#', ([exitStatus, body, text]) => {
    expect(renderReason(messages, reportReason(true, { exitStatus, body }))).toBe(text);
  });
});

test('the end of a run is said in the language of its reader', () => {
  const said = reportReason(false, { exitStatus: 3, body: 'two files are open' });
  expect(renderReason(messagesFor('de'), said)).toBe(
    'Mit Warnungen beendet: Exit-Status 3: two files are open',
  );
  expect(renderReason(messagesFor('de'), recoveryReason(90_000))).toBe(
    'Wieder erfolgreich, Dauer 1 Minute, 30 Sekunden',
  );
});

test('why pings may have been missed', () => {
  const sentences = [0, 9 * HOUR, -HOUR].map((deltaMs) =>
    renderReason(messages, absenceReason(deltaMs)),
  );
  expect(sentences).toEqual([
    'The machine was asleep.',
    'The clock jumped forward by 9 hours, or the machine was asleep.',
    'The clock was set back by 1 hour.',
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
