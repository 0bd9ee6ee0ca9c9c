import { describe, expect, test } from 'vitest';
import { Accounts } from './accounts.ts';

const OPEN = new Map([['one', 'open']]);
const RESOLVED = new Map([['one', 'resolved']]);

function heardOf(...types: string[]): Accounts {
  const accounts = new Accounts();
  accounts.raised('one');
  types.forEach((type, index) => accounts.received(`notification-${index}`, 'one', type));
  return accounts;
}

describe('an alert that was accepted', () => {
  test('is in every database', () => {
    const accounts = heardOf('alert.raised');
    expect(accounts.checkAlerts('a', OPEN)).toEqual([]);
    expect(accounts.checkAlerts('b', new Map())).toEqual(['b: alert one was accepted and is gone']);
  });

  test('is resolved where its end was accepted', () => {
    const accounts = heardOf('alert.raised', 'alert.resolved');
    accounts.resolved('one');
    expect(accounts.checkAlerts('a', RESOLVED)).toEqual([]);
    expect(accounts.checkAlerts('a', OPEN)).toEqual(['a: alert one is still open']);
  });
});

describe('the receiver', () => {
  test('hears of each alert', () => {
    expect(heardOf('alert.raised').checkDeliveries()).toEqual([]);
    expect(heardOf().checkDeliveries()).toEqual(['nobody heard of alert one']);
  });

  test('hears of its end, with or without its beginning', () => {
    for (const [types, problems] of [
      [['alert.raised', 'alert.resolved'], 0],
      [['alert.resolved'], 0],
      [['alert.raised'], 1],
    ] as const) {
      const accounts = heardOf(...types);
      accounts.resolved('one');
      expect(accounts.checkDeliveries(), types.join()).toHaveLength(problems);
    }
  });

  test('hears of the beginning before the end', () => {
    const accounts = heardOf('alert.resolved', 'alert.raised');
    accounts.resolved('one');
    expect(accounts.checkDeliveries()).toEqual(['alert one was resolved before it was raised']);
  });

  test('hears twice only of what was cut off', () => {
    const accounts = heardOf('alert.raised');
    accounts.received('notification-0', 'one', 'alert.raised');
    expect(accounts.duplicates).toBe(1);
    expect(accounts.checkDuplicates(new Map([['notification-0', 1]]))).toEqual([]);
    expect(accounts.checkDuplicates(new Map())).toEqual([
      'notification notification-0 arrived 2 times, and was cut off 0 times',
    ]);
  });
});
