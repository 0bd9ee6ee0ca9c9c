import { expect, test } from 'vitest';
import { OVERVIEW, channelActivities } from '../../main/contract/overview.ts';
import { OverviewRows } from '../../main/store/overview-rows.ts';
import { PendingTouches } from '../../main/store/alerts/pending-touches.ts';
import { channelActivity } from '../../main/system/channel-activity.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { plansOf } from '../support/query-plans.ts';

const HOUR_MS = 3_600_000;

const once = { ...EXACT, maxAttempts: 1 };

const look = ({ core, clock }: CoreFixture) =>
  channelActivities.parse(channelActivity({ ...core, clock }));

test('shows each channel’s deliveries by the hour, the last one, and how long they take', async () => {
  await using belfry = await CoreFixture.start();
  await using good = await HttpReceiver.start();
  await using bad = await HttpReceiver.start();
  bad.respond = status(400);
  const phone = await belfry.addChannel(good.url, once, { name: 'phone' });
  const pager = await belfry.addChannel(bad.url, once, { name: 'pager' });
  const { alerts } = belfry.core;
  await alerts.ingest([firing({ kind: 'a' })]);
  await belfry.quiet();
  const first = belfry.clock.now();
  belfry.clock.advance(HOUR_MS);
  await alerts.ingest([firing({ kind: 'b' }), firing({ kind: 'c' })]);
  await belfry.quiet();
  const { items, since } = look(belfry);
  const of = (id: string) => items.find((item) => item.id === id);
  expect(since).toBe(Math.floor(belfry.clock.now() / HOUR_MS) * HOUR_MS - 23 * HOUR_MS);
  expect(of(phone)?.hours).toHaveLength(OVERVIEW.hours);
  expect(of(phone)?.hours.slice(-2)).toEqual([
    { sent: 1, failed: 0 },
    { sent: 2, failed: 0 },
  ]);
  expect(of(phone)?.lastDeliveredAt).toBeGreaterThanOrEqual(first + HOUR_MS);
  expect(of(phone)?.latency).toMatchObject({ deliveries: 3 });
  expect(of(pager)).toMatchObject({ lastDeliveredAt: null, latency: null });
  expect(of(pager)?.hours.slice(-1)).toEqual([{ sent: 0, failed: 2 }]);
});

test('reads all channels with one bounded statement each, by indexes', async () => {
  await using belfry = await CoreFixture.start();
  const plans = plansOf(belfry.db, (db) => {
    const rows = new OverviewRows(db, new PendingTouches(db));
    rows.recentDeliveries(50);
  });
  expect(plans).toHaveLength(1);
  const [[, steps] = ['', []]] = plans;
  expect(steps.join('\n')).toContain('notifications_listed');
  expect(steps.join('\n')).not.toMatch(/SCAN [nts]\b|TEMP B-TREE/);
});
