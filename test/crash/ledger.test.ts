import { describe, expect, it } from 'vitest';
import { Ledger } from './ledger.ts';
import type { Receipt } from './receiver.ts';

/** A crash test that cannot fail proves nothing: each way to break the promise must be seen. */

const receipt = (notificationId: string, alertId: string, type = 'alert.raised'): Receipt => ({
  channel: '/one',
  notificationId,
  type,
  alertId,
});

describe('the ledger of the crash test', () => {
  it('finds nothing wrong when all that was promised was kept', () => {
    const ledger = new Ledger();
    ledger.raised('a');
    ledger.received(receipt('n1', 'a'));
    ledger.killed(['n1']);
    ledger.received(receipt('n1', 'a'));
    ledger.checkAlerts(new Map([['a', 'open']]));
    ledger.checkDeliveries(['/one']);
    ledger.checkDuplicates();
    ledger.checkRows([{ id: 'n1', status: 'sent', channel: '/one' }]);
    expect(ledger.violations).toEqual([]);
    expect(ledger.summary).toMatchObject({ receipts: 2, duplicates: 1, inFlightAtKills: 1 });
  });

  it('finds an accepted event whose alert is gone', () => {
    const ledger = new Ledger();
    ledger.raised('a');
    ledger.checkAlerts(new Map());
    expect(ledger.violations).toHaveLength(1);
  });

  it('finds an accepted resolve that was forgotten', () => {
    const ledger = new Ledger();
    ledger.raised('a');
    ledger.resolved('a');
    ledger.checkAlerts(new Map([['a', 'open']]));
    expect(ledger.violations).toHaveLength(1);
  });

  it('finds a notification that never arrived on one of the channels', () => {
    const ledger = new Ledger();
    ledger.raised('a');
    ledger.received(receipt('n1', 'a'));
    ledger.checkDeliveries(['/one', '/two']);
    expect(ledger.violations).toHaveLength(1);
  });

  it('finds a resolve that was accepted and of which the receiver only heard the raise', () => {
    const ledger = new Ledger();
    ledger.raised('a');
    ledger.resolved('a');
    ledger.received(receipt('n1', 'a'));
    ledger.checkDeliveries(['/one']);
    expect(ledger.violations).toHaveLength(1);
  });

  it('finds a duplicate that no kill explains', () => {
    const ledger = new Ledger();
    ledger.received(receipt('n1', 'a'));
    ledger.received(receipt('n1', 'a'));
    ledger.checkDuplicates();
    expect(ledger.violations).toHaveLength(1);
  });

  it.each([
    ['is left on its way', [{ id: 'n1', status: 'sending', channel: '/one' }]],
    ['died', [{ id: 'n1', status: 'dead', channel: '/one' }]],
    ['has no row', []],
    [
      'says sent and never arrived',
      [
        { id: 'n1', status: 'sent', channel: '/one' },
        { id: 'n2', status: 'sent', channel: '/one' },
      ],
    ],
  ])('finds a notification that %s', (_what, rows) => {
    const ledger = new Ledger();
    ledger.received(receipt('n1', 'a'));
    ledger.checkRows(rows);
    expect(ledger.violations).toHaveLength(1);
  });
});
