import { describe, expect, test } from 'vitest';
import { Accounts, type Stored, type StoredNotification } from './accounts.ts';
import { MEASURES, type Sample } from './samples.ts';
import {
  accountVerdict,
  GROWTH,
  refusalVerdict,
  resourceVerdicts,
  WAL_MB_MAX,
} from './verdicts.ts';

/** A soak that cannot fail proves nothing: each way to break a promise must be seen. */

const STEADY = Object.fromEntries(Object.keys(MEASURES).map((name) => [name, 1_000])) as Sample;
const QUIET: Sample = { ...STEADY, walMb: 4 };

/** A run of 40 samples whose measure goes from 1,000 to `last` in steps. */
const rising = (measure: keyof Sample, last: number): Sample[] =>
  Array.from({ length: 40 }, (_, n) => ({
    ...QUIET,
    [measure]: 1_000 + ((last - 1_000) * n) / 39,
  }));

const broken = (samples: readonly Sample[]): string[] =>
  resourceVerdicts(samples).flatMap(({ claim, isKept }) => (isKept ? [] : [claim]));

describe('what was measured', () => {
  test('a steady run keeps every promise', () => {
    expect(broken(Array.from({ length: 40 }, () => QUIET))).toEqual([]);
  });

  test('noise and a high first quarter are no leak', () => {
    const samples = Array.from({ length: 40 }, (_, n) => ({
      ...QUIET,
      residentMb: n < 10 ? 5_000 : 1_000 + (n % 3) * 30,
    }));
    expect(broken(samples)).toEqual([]);
  });

  test.each(GROWTH)('growth is seen: $claim', ({ claim, measure }) => {
    expect(broken(rising(measure, 4_000))).toEqual([claim]);
  });

  test('a log that was too large once is seen', () => {
    const samples = Array.from({ length: 40 }, () => QUIET);
    samples[17] = { ...QUIET, walMb: WAL_MB_MAX + 1 };
    expect(broken(samples)).toEqual(['the write-ahead log is bounded']);
  });

  test('nothing measured keeps no promise', () => {
    expect(broken([])).toHaveLength(GROWTH.length + 1);
  });
});

const row = (more: Partial<StoredNotification>): StoredNotification => ({
  ...{ key: 'n1', alertId: 'a1', channel: 'one', status: 'sent' },
  ...{ hasFailureReason: false, cancelReason: null },
  ...more,
});

function judged(notifications: readonly StoredNotification[], alerts?: Stored['alerts']): string[] {
  const accounts = new Accounts();
  accounts.accepted('text', true);
  accounts.accepted('text', false);
  accounts.arrived('one', 'n1');
  const stored = {
    alerts: alerts ?? [{ id: 'a1', message: 'text', isClosed: true }],
    notifications,
  };
  return accounts.problems(stored, ['one']);
}

describe('the accounts', () => {
  test('balance when all that was accepted is stored and what is sent has arrived', () => {
    expect(judged([row({})])).toEqual([]);
    expect(accountVerdict(2, []).isKept).toBe(true);
  });

  test.each<[string, StoredNotification[], Stored['alerts'] | undefined, RegExp]>([
    ['an alert that is gone', [row({})], [], /no alert is stored/],
    [
      'an alert that is stored twice',
      [row({})],
      ['a1', 'a2'].map((id) => ({ id, message: 'text', isClosed: true })),
      /stored 2 times/,
    ],
    [
      'a resolve that was forgotten',
      [row({})],
      [{ id: 'a1', message: 'text', isClosed: false }],
      /is open/,
    ],
    ['a channel that was left out', [], undefined, /never queued for one/],
    [
      'a notification that never arrived',
      [row({}), row({ key: 'n2' })],
      undefined,
      /never arrived/,
    ],
    [
      'one that is still queued',
      [row({}), row({ key: 'n2', status: 'failed' })],
      undefined,
      /left failed/,
    ],
    [
      'a dead letter without a cause',
      [row({}), row({ key: 'n2', status: 'dead' })],
      undefined,
      /without a cause/,
    ],
    [
      'a cancellation without a reason',
      [row({}), row({ key: 'n2', status: 'cancelled' })],
      undefined,
      /why/,
    ],
    [
      'an arrival without a row',
      [row({ key: 'n2', status: 'dead', hasFailureReason: true })],
      undefined,
      /has no row/,
    ],
  ])('find %s', (_name, notifications, alerts, problem) => {
    const problems = judged(notifications, alerts);
    expect(problems.some((line) => problem.test(line))).toBe(true);
    expect(accountVerdict(2, problems).isKept).toBe(false);
  });

  test('a dead letter with its cause is accounted for', () => {
    expect(judged([row({}), row({ key: 'n2', status: 'dead', hasFailureReason: true })])).toEqual(
      [],
    );
  });

  test('nothing accepted proves nothing, and a refusal is a broken promise', () => {
    expect(accountVerdict(0, []).isKept).toBe(false);
    expect(refusalVerdict({}).isKept).toBe(true);
    expect(refusalVerdict({ '503': 2 }).isKept).toBe(false);
  });
});
