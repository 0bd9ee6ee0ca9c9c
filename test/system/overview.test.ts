import { describe, expect, test } from 'vitest';
import { OVERVIEW, overview } from '../../main/contract/overview.ts';
import type { Overview } from '../../main/contract/overview.ts';
import { OverviewRows } from '../../main/store/overview-rows.ts';
import { PendingTouches } from '../../main/store/alerts/pending-touches.ts';
import { OverviewService } from '../../main/system/overview-service.ts';
import type { Status } from '../../main/contract/system.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { plansOf } from '../support/query-plans.ts';

const HOUR_MS = 3_600_000;

/** The overview's own facts: its status is the status board's, which the fixture has none of. */
const look = ({ core, clock }: CoreFixture): Omit<Overview, 'status'> => {
  const board = { status: () => ({}) as Status };
  return new OverviewService({ ...core, status: board, clock }).get();
};

const once = { ...EXACT, maxAttempts: 1 };

describe('the overview', () => {
  test('is empty, and whole, on a new installation', async () => {
    await using belfry = await CoreFixture.start();
    const { status: _status, ...facts } = overview.shape;
    const shown = look(belfry);
    for (const [name, schema] of Object.entries(facts))
      expect(schema.safeParse(shown[name as keyof typeof shown]).error).toBeUndefined();
    expect(shown.alerts).toEqual({
      ...{ open: { critical: 0, warning: 0, info: 0 }, acknowledged: 0, items: [] },
    });
    expect(shown.deliveries).toHaveLength(OVERVIEW.hours);
    expect(shown.deliveries.at(-1)?.at).toBe(Math.floor(shown.at / HOUR_MS) * HOUR_MS);
    expect(shown.timeline).toEqual({
      ...{ hosts: [], otherHosts: 0, completeSince: shown.since, holdsAllOpen: true },
    });
  });

  test('shows unacknowledged alerts, the worst first however old, and counts all', async () => {
    await using belfry = await CoreFixture.start();
    const { alerts } = belfry.core;
    await alerts.ingest([firing({ kind: 'oldest', severity: 'critical' })]);
    await belfry.raiseMany(500);
    await alerts.ingest([
      firing({ kind: 'noticed', severity: 'critical' }),
      firing({ kind: 'newest', severity: 'info' }),
      firing({ kind: 'known', severity: 'critical' }),
    ]);
    await alerts.act(belfry.newest().alert.id, { kind: 'acknowledge' }, 'test');
    const { open, acknowledged, items } = look(belfry).alerts;
    expect(open).toEqual({ critical: 2, warning: 500, info: 1 });
    expect(acknowledged).toBe(1);
    expect(items).toHaveLength(OVERVIEW.alertsMax);
    expect(items.slice(0, 3).map(({ kind }) => kind)).toEqual([
      ...['noticed', 'oldest', 'backup_failed'],
    ]);
  });

  test('counts deliveries and failures of a channel by the hour, with how long they took', async () => {
    await using belfry = await CoreFixture.start();
    await using receiver = await HttpReceiver.start();
    const channelId = await belfry.addChannel(receiver.url, once);
    await belfry.core.alerts.ingest([firing({ dedupKey: 'a' })]);
    await belfry.quiet();
    receiver.respond = status(500);
    await belfry.core.alerts.ingest([firing({ dedupKey: 'b' })]);
    await belfry.quiet();
    receiver.respond = status(204);
    await belfry.pass(2 * HOUR_MS);
    await belfry.core.alerts.ingest([firing({ dedupKey: 'c' })]);
    await belfry.quiet();
    const shown = look(belfry);
    expect(shown.deliveries.slice(-3).map(({ sent, failed }) => [sent, failed])).toEqual([
      ...[
        [1, 1],
        [0, 0],
        [1, 0],
      ],
    ]);
    expect(shown.deadLetters).toMatchObject({ total: 1, obsolete: 0, groups: [{ channelId }] });
    expect(shown.deadLetters.hours.at(-3)).toMatchObject({ dead: 1 });
    const [channel] = shown.channels.items;
    expect(channel).toMatchObject({ id: channelId, sent: 2, failed: 1, condition: 'ok' });
    expect(channel?.averageMs).not.toBeNull();
    expect(channel?.hours.filter((ms) => ms !== null)).toHaveLength(2);
    expect(channel?.slowestMs).toBeGreaterThanOrEqual(channel?.averageMs ?? Infinity);
  });

  test('forgets the hours that are past the retention of attempts', async () => {
    await using belfry = await CoreFixture.start();
    await using receiver = await HttpReceiver.start();
    await belfry.addChannel(receiver.url);
    await belfry.core.alerts.ingest([firing(), resolved()]);
    await belfry.quiet();
    belfry.clock.advance(200 * 24 * HOUR_MS);
    await belfry.pass(HOUR_MS);
    expect(belfry.db.value('SELECT count(*) FROM delivery_hours')).toBe(0);
  });

  test('names channels in trouble first', async () => {
    await using belfry = await CoreFixture.start();
    await using refusing = await HttpReceiver.start();
    refusing.respond = status(401);
    await using receiver = await HttpReceiver.start();
    await belfry.addChannel(receiver.url, EXACT, { name: 'fine' });
    await belfry.addChannel(receiver.url, EXACT, { name: 'off', enabled: false });
    await belfry.addChannel(refusing.url, EXACT, { name: 'refused' });
    await belfry.core.alerts.ingest([firing()]);
    await belfry.quiet();
    const { items, total } = look(belfry).channels;
    expect(total).toBe(3);
    expect(items.map(({ name, condition }) => `${name} ${condition}`)).toEqual([
      ...['refused attention', 'off disabled', 'fine ok'],
    ]);
  });

  test('draws alerts by host, what is open before what has closed', async () => {
    await using belfry = await CoreFixture.start();
    const { alerts } = belfry.core;
    await alerts.ingest([firing({ host: 'old' }), resolved({ host: 'old' })]);
    belfry.clock.advance(25 * HOUR_MS);
    await alerts.ingest([
      firing({ host: 'calm', severity: 'critical' }),
      resolved({ host: 'calm', severity: 'critical' }),
      firing({ host: 'pi', severity: 'info' }),
      ...Array.from({ length: 60 }, (_, n) => firing({ host: 'nas', dedupKey: String(n) })),
    ]);
    const { timeline } = look(belfry);
    expect(timeline.hosts.map(({ host }) => host)).toEqual(['nas', 'pi', 'calm']);
    expect(timeline.hosts[0]?.bars).toHaveLength(OVERVIEW.barsPerHostMax);
    expect(timeline.hosts[2]?.bars[0]).toMatchObject({ severity: 'critical', state: 'resolved' });
    expect(timeline.hosts[2]?.bars[0]?.to).not.toBeNull();
  });

  test('says where a busy day is not drawn as a whole', async () => {
    await using belfry = await CoreFixture.start();
    const { alerts } = belfry.core;
    for (let n = 0; n < 45; n += 1) {
      belfry.clock.advance(60_000);
      const both = Array.from({ length: 10 }, (_, host) => ({ host: `h${n}-${host}` }));
      await alerts.ingest([...both.map((it) => firing(it)), ...both.map((it) => resolved(it))]);
    }
    const { timeline, since } = look(belfry);
    expect(timeline.completeSince).toBeGreaterThan(since);
    expect(timeline.hosts).toHaveLength(OVERVIEW.hostsMax);
    expect(timeline.otherHosts).toBeGreaterThan(200);
  });

  test('shows heartbeats that are down first, with what came of each', async () => {
    await using belfry = await CoreFixture.start();
    const { service, pings } = belfry.core.heartbeats;
    const make = async (name: string) => {
      const made = await service.collection.create(
        {
          ...{ name, kind: 'stale_schedule', severity: 'warning', graceMs: 60_000, job: null },
          schedule: { type: 'period', periodMs: 600_000 },
        },
        'test',
      );
      if (!made.ok) throw new Error(made.error.message);
      return made.value.pingId ?? '';
    };
    const steady = await make('a steady one');
    const lost = await make('lost');
    const ping = (pingId: string) =>
      pings.ping({ pingId }, { action: 'success', exitStatus: null, runId: null, body: '' });
    await ping(steady);
    await ping(lost);
    for (let n = 0; n < 4; n += 1) {
      await belfry.pass(300_000);
      await ping(steady);
    }
    const { counts, items } = look(belfry).heartbeats;
    expect(counts).toEqual({ new: 0, up: 1, down: 1, paused: 0 });
    expect(items.map(({ name, outcomes }) => [name, outcomes.map(({ type }) => type)])).toEqual([
      ['lost', ['succeeded', 'late']],
      ['a steady one', Array.from({ length: 5 }, () => 'succeeded')],
    ]);
  });

  test('reads ranges of indexes alone, at any number of rows', async () => {
    await using belfry = await CoreFixture.start();
    await belfry.raiseMany(20);
    const plans = plansOf(belfry.db, (db) => {
      const rows = new OverviewRows(db, new PendingTouches(db));
      rows.openAlerts(5);
      rows.openBars();
      rows.closedBars(0);
      rows.deliveryHours(0);
      rows.deadHours(['a'], 0);
      rows.deadLetterCounts();
    });
    expect(plans.length).toBeGreaterThan(6);
    for (const [sql, steps] of plans) {
      const walked = steps.join('; ');
      // The counts of dead letters have a row for each channel and cause.
      expect(walked, sql).not.toMatch(
        /SCAN (?!dead_letter_counts|alerts USING INDEX alerts_open_(seq|critical)|\(subquery)/,
      );
    }
  });
});
