import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { HEARTBEAT_HISTORY, heartbeatHistories } from '../../main/contract/heartbeat.ts';
import { spansOf } from '../../main/domain/heartbeat-history.ts';
import { HeartbeatEventTable } from '../../main/store/heartbeat-event-table.ts';
import { HeartbeatHistoryTable } from '../../main/store/heartbeat-history-table.ts';
import { HeartbeatTable } from '../../main/store/heartbeat-table.ts';
import { openDatabase } from '../../main/store/database.ts';
import { migrations } from '../../main/store/migrations.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { plansOf } from '../support/query-plans.ts';
import { tempDir } from '../support/temp-dir.ts';
import { DAY, HOUR, HeartbeatLab } from './heartbeat-lab.ts';

const MORNING = Date.parse('2026-03-01T06:00:00Z');
const hourly = { schedule: { type: 'period', periodMs: HOUR }, graceMs: HOUR } as const;

const start = () => HeartbeatLab.start(new FakeClock(MORNING));

/** Returns the list's entry of the only heartbeat. */
async function onlyOf(lab: HeartbeatLab) {
  const [only, ...others] = heartbeatHistories.parse(await lab.service.history()).items;
  if (!only || others.length > 0) throw new Error('There is one heartbeat');
  return only;
}

/** Lets hours pass, each with what is due in it. */
async function hours(lab: HeartbeatLab, count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) await lab.pass(HOUR);
}

const stored = (lab: HeartbeatLab, id: string) => new HeartbeatHistoryTable(lab.db).of([id]);

describe('the history of a heartbeat', () => {
  test('counts time as up or down, and only while it is watched', async () => {
    await using lab = await start();
    const made = await lab.make(hourly);
    await hours(lab, 3);
    expect(await onlyOf(lab)).toMatchObject({ uptime90d: null, uptime24h: null });
    await lab.ping(made);
    await hours(lab, 3);
    // Two hours of silence were allowed.
    expect(await onlyOf(lab)).toMatchObject({ uptime90d: 2 / 3, uptime24h: 2 / 3 });
    await lab.service.pause(made.id, 'test');
    await lab.pass(30 * HOUR);
    expect((await onlyOf(lab)).uptime90d).toBe(2 / 3);
    expect((await onlyOf(lab)).uptime24h).toBeNull();
    expect((await onlyOf(lab)).downtime.slice(-2)).toEqual([1 / 3, null]);
  });

  test('divides time among days of UTC, the current one included', async () => {
    await using lab = await start();
    const made = await lab.makeUp({ schedule: { type: 'period', periodMs: 6 * HOUR } });
    // Late at 13:00, so down for 11 hours of the first day, all of the second, 8 of the third.
    await hours(lab, 50);
    const { days } = detailOf(lab, made.id);
    expect(days).toHaveLength(HEARTBEAT_HISTORY.days);
    expect(days.slice(-4).map(({ upMs, downMs }) => [upMs / HOUR, downMs / HOUR])).toEqual([
      [0, 0],
      [7, 11],
      [0, 24],
      [0, 8],
    ]);
    await lab.ping(made);
    await lab.pass(HOUR);
    expect(detailOf(lab, made.id).days.at(-1)).toMatchObject({
      ...{ upMs: HOUR, downMs: 8 * HOUR, succeeded: 1, late: 0 },
    });
  });

  test('counts how runs ended, and missed pings', async () => {
    await using lab = await start();
    const made = await lab.makeUp(hourly);
    await lab.ping(made, { action: 'warning' });
    await lab.ping(made, { action: 'fail', exitStatus: 2 });
    await lab.ping(made, { action: 'start' });
    await lab.ping(made, { action: 'log', body: 'x' });
    await lab.ping(made);
    await hours(lab, 3);
    expect(detailOf(lab, made.id).days.at(-1)).toMatchObject({
      ...{ succeeded: 2, warned: 1, failed: 1, late: 1 },
    });
    expect((await onlyOf(lab)).failures.slice(-2)).toEqual([0, 2]);
  });

  test('says why it is down, and since when', async () => {
    await using lab = await start();
    const made = await lab.makeUp(hourly);
    expect((await onlyOf(lab)).reason).toBeNull();
    await lab.ping(made, { action: 'fail', exitStatus: 2, body: 'disk full\n' });
    expect((await onlyOf(lab)).reason).toMatchObject({
      code: 'heartbeat.reported',
      params: { exitStatus: 2, line: 'disk full' },
    });
    await lab.pass(HOUR);
    await lab.ping(made, { action: 'fail' });
    expect(lab.stored(made).stateSince).toBe(MORNING);
    await lab.ping(made);
    expect(lab.stored(made).stateSince).toBe(MORNING + HOUR);
    await hours(lab, 2);
    expect((await onlyOf(lab)).reason).toMatchObject({ code: 'heartbeat.overdue' });
    expect(lab.stored(made).stateSince).toBe(MORNING + 3 * HOUR);
  });

  test('keeps 90 days and 24 hours, whatever happens', async () => {
    await using lab = await start();
    const made = await lab.makeUp({ schedule: { type: 'period', periodMs: DAY } });
    for (let day = 0; day < 100; day += 1) {
      await lab.ping(made, { action: 'fail' });
      await lab.pass(DAY);
      await lab.ping(made);
    }
    const { days, hours: hoursMax } = HEARTBEAT_HISTORY;
    expect(stored(lab, made.id).filter(({ lengthMs }) => lengthMs === DAY)).toHaveLength(days);
    expect(
      stored(lab, made.id).filter(({ lengthMs }) => lengthMs === HOUR).length,
    ).toBeLessThanOrEqual(hoursMax);
    expect((await onlyOf(lab)).uptime90d).toBeLessThan(0.01);
    await lab.service.collection.delete(made.id, 'test');
    expect(stored(lab, made.id)).toEqual([]);
  });

  test('is divided in bounded steps, and not at all by a clock that was set back', () => {
    expect(spansOf(0, 1_000 * DAY + 1)).toHaveLength(
      HEARTBEAT_HISTORY.days + HEARTBEAT_HISTORY.hours,
    );
    expect(spansOf(MORNING, MORNING - HOUR)).toEqual([]);
  });

  test('is read for many heartbeats at once, by indexes', async () => {
    await using lab = await start();
    for (let n = 0; n < 20; n += 1) await lab.makeUp({ name: `job ${n}`, ...hourly });
    const ids = lab.heartbeats.all().map(({ id }) => id);
    const plans = plansOf(lab.db, (db) => {
      new HeartbeatHistoryTable(db).of(ids);
      new HeartbeatEventTable(db).ofDown();
    });
    expect(plans).toHaveLength(2);
    expect(plans.join('\n')).not.toMatch(/SCAN (e|heartbeat_events|heartbeat_history)\b/);
  });

  test('of more heartbeats than are read in one turn is whole', async () => {
    await using lab = await start();
    for (let n = 0; n < 60; n += 1) await lab.makeUp({ name: `job ${n}`, ...hourly });
    await hours(lab, 1);
    const { items } = await lab.service.history();
    expect(items.map(({ id }) => id)).toEqual(lab.heartbeats.all().map(({ id }) => id));
    expect(items.every(({ uptime90d }) => uptime90d === 1)).toBe(true);
  });

  test('begins with what the timeline still says, after an upgrade', () => {
    using dir = tempDir();
    const old = new DatabaseSync(join(dir.path, 'belfry.db'));
    for (const { sql } of migrations().slice(0, 28)) old.exec(sql);
    old.exec(`PRAGMA user_version = 28;
      INSERT INTO heartbeats (id, ping_id, slug, name, host, kind, severity, schedule, grace_ms, state, last_ping_at, created_at, updated_at)
        VALUES ('up', 'p1', 'a', 'a', 'nas', 'stale_schedule', 'warning', '{}', 1, 'up', 30, 1, 2),
               ('down', 'p2', 'b', 'b', 'nas', 'stale_schedule', 'warning', '{}', 1, 'down', 30, 1, 2);
      INSERT INTO heartbeat_events (heartbeat_id, at, type, detail) VALUES
        ('up', 5, 'created', ''), ('up', 10, 'late', ''), ('up', 20, 'succeeded', ''), ('up', 30, 'succeeded', ''),
        ('down', 10, 'succeeded', ''), ('down', 20, 'failed', ''), ('down', 30, 'failed', '');`);
    old.close();
    const db = openDatabase(dir.path);
    const since = new HeartbeatTable(db).all().map(({ id, stateSince }) => [id, stateSince]);
    const spans = new HeartbeatHistoryTable(db).of(['up', 'down']);
    const reasons = new HeartbeatEventTable(db).ofDown();
    db.close();
    expect(since).toEqual([
      ['up', 20],
      ['down', 20],
    ]);
    expect(spans).toMatchObject([
      { heartbeatId: 'down', at: 0, succeeded: 1, failed: 2, late: 0, upMs: 0 },
      { heartbeatId: 'up', at: 0, succeeded: 2, failed: 0, late: 1, upMs: 0 },
    ]);
    expect(reasons).toMatchObject([{ heartbeatId: 'down', type: 'failed' }]);
  });
});

function detailOf(lab: HeartbeatLab, id: string) {
  const found = lab.service.detail(id);
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
}
