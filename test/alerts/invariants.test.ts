/** @module-tag slow */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertState } from '../../main/contract/alert.ts';
import type { NotificationEvent } from '../../main/contract/notification.ts';
import { ROUTES, step, World } from './world.ts';

/** Enough to find what was broken on purpose; BELFRY_RUNS asks for more. */
const RUNS = Number(process.env['BELFRY_RUNS'] ?? 20);

const STATES: Partial<Record<string, AlertState>> = {
  raised: 'open',
  acknowledged: 'acknowledged',
  unacknowledged: 'open',
  resolved: 'resolved',
  expired: 'expired',
};

/** An alert's timeline replays to its state, and it closes at most once. */
function checkTimelines(world: World): void {
  for (const { id, state } of world.alerts()) {
    const { timeline } = world.fixture.core.alerts.detail(id) ?? { timeline: [] };
    const replayed = timeline.reduce<AlertState | null>(
      (before, { type }) => STATES[type] ?? before,
      null,
    );
    expect(replayed).toBe(state);
    const closings = timeline.filter(({ type }) => type === 'resolved' || type === 'expired');
    expect(closings.length).toBeLessThanOrEqual(1);
    expect(timeline.filter(({ type }) => type === 'raised')).toHaveLength(1);
  }
}

function checkOpen(world: World): void {
  const open = world.alerts().filter(({ closedAt }) => closedAt === null);
  expect(new Set(open.map((alert) => alert.kind)).size).toBe(open.length);
}

const FIRING: readonly NotificationEvent[] = [
  'raised',
  'escalated',
  'reminder',
  'flapping_started',
  'flapping_stopped',
];

/** Recovery goes to those who were notified of the firing only, once; notices about flapping alternate. */
function checkEnqueued(world: World): void {
  const perStory = Map.groupBy(world.rows(), (row) => `${row.condition_id} ${row.channel_id}`);
  for (const rows of perStory.values()) {
    for (const some of [rows, rows.filter(({ status }) => status === 'sent')]) {
      const notices = some
        .map(({ event }) => event)
        .filter((event) => event.startsWith('flapping'));
      for (const [i, event] of notices.entries()) {
        expect(event).toBe(i % 2 === 0 ? 'flapping_started' : 'flapping_stopped');
      }
    }
    for (const [i, row] of rows.entries()) {
      // While it flaps nothing else is queued.
      if (rows[i - 1]?.event === 'flapping_started') expect(row.event).toBe('flapping_stopped');
      if (row.event !== 'resolved') continue;
      const earlier = rows.slice(0, i).filter(({ alert_id }) => alert_id === row.alert_id);
      expect(earlier.some(({ event }) => FIRING.includes(event))).toBe(true);
      expect(earlier.some(({ event }) => event === 'resolved')).toBe(false);
    }
  }
}

/** Checks each receiver's belief, drawn from its deliveries alone, against the truth. */
function checkBelief(world: World): void {
  const open = new Set(
    world
      .alerts()
      .filter((a) => a.closedAt === null)
      .map((a) => a.id),
  );
  const expired = new Set(
    world
      .alerts()
      .filter((a) => a.state === 'expired')
      .map((a) => a.id),
  );
  const perStory = Map.groupBy(world.rows(), (row) => `${row.condition_id} ${row.channel_id}`);
  for (const rows of perStory.values()) {
    const last = rows.filter(({ status }) => status === 'sent').at(-1);
    const { closedAt } = JSON.parse(last?.snapshot ?? '{}') as { closedAt?: number | null };
    expect(rows.every(({ status }) => status === 'sent' || status === 'cancelled')).toBe(true);
    if (!last || last.event === 'flapping_started') continue;
    // What fired again before its recovery was sent is believed by what was sent of the alert before.
    const continued = rows.findLast(
      ({ seq, cancel_reason }) => seq > last.seq && cancel_reason === 'continued',
    );
    const about = (continued ?? last).alert_id;
    if (expired.has(about)) continue;
    const believed =
      last.event === 'flapping_stopped' ? closedAt === null : last.event !== 'resolved';
    if (believed) expect(open.has(about)).toBe(true);
    else expect(rows.filter(({ alert_id }) => open.has(alert_id))).toEqual([]);
  }
}

test.each(Object.keys(ROUTES) as (keyof typeof ROUTES)[])(
  'whatever happens with %s routes, timelines, notifications and beliefs agree with the truth',
  async (way) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = await World.start(way);
        await using _stop = world.fixture;
        for (const what of steps) {
          await world.take(what);
          checkOpen(world);
          checkEnqueued(world);
        }
        checkTimelines(world);
        await world.lift();
        checkTimelines(world);
        checkEnqueued(world);
        checkBelief(world);
        expect(world.broken).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  },
  240_000,
);
