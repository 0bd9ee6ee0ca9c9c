import type { HeartbeatState } from '../contract/heartbeat.ts';
import type { HeartbeatSummary, TimelineBar } from '../contract/overview.ts';
import { ALERT, type AlertRow } from './alerts/alert-rows.ts';
import { HOUR_MS } from './count-deltas.ts';
import { Columns } from './columns.ts';
import type { Db } from './database.ts';
import { Table } from './row-table.ts';
import type { PendingTouches } from './alerts/pending-touches.ts';

export interface HourOfChannel {
  readonly hour: number;
  readonly channelId: string;
  readonly sent: number;
  readonly failed: number;
  /** How long its deliveries took in all, and the slowest of them, in ms. */
  readonly sentMs: number;
  readonly slowestMs: number;
}

export interface RecentDelivery {
  readonly channelId: string;
  readonly durationMs: number;
  /** The moment at which it ended, ms UTC. */
  readonly at: number;
}

export interface HostBar extends TimelineBar {
  readonly host: string;
}

/** Newest open alerts that are looked at for the worst, and drawn. Critical ones are always found. */
const OPEN_LOOKED_AT = 300;
/** Newest closed alerts that are drawn. */
const CLOSED_LOOKED_AT = 300;
/** More dead letters of a channel than are usually kept. */
const DEAD_LOOKED_AT = 20_000;

const BAR = `id AS alertId, host, kind, severity, state, started_at AS "from", closed_at AS "to"`;

const HEARTBEAT = new Columns<Omit<HeartbeatSummary, 'outcomes'>>({
  id: 'plain',
  name: 'plain',
  state: 'plain',
  schedule: 'json',
  lastPingAt: 'plain',
  startedAt: 'plain',
  expectedAt: 'plain',
  lateAt: 'plain',
});

/**
 * The rows that the overview reads. Each statement is a range of an index with a limit, or
 * of a table that people fill.
 */
export class OverviewRows extends Table {
  readonly #touches: PendingTouches;

  constructor(db: Db, touches: PendingTouches) {
    super(db);
    this.#touches = touches;
  }

  /** Alerts that nobody has acknowledged: critical ones, then the worst of the newest; each part newest first. */
  openAlerts(limit: number): AlertRow[] {
    const critical = this.#alerts(
      `SELECT ${ALERT.list} FROM alerts INDEXED BY alerts_open_critical
       WHERE closed_at IS NULL AND state = 'open' AND severity = 'critical' ORDER BY seq DESC LIMIT ?`,
      [limit],
    );
    if (critical.length === limit) return critical;
    const others = this.#alerts(
      `SELECT ${ALERT.list} FROM alerts WHERE seq IN (
         SELECT seq FROM (SELECT seq, state, severity FROM alerts INDEXED BY alerts_open_seq
           WHERE closed_at IS NULL ORDER BY seq DESC LIMIT ${OPEN_LOOKED_AT})
         WHERE state = 'open' AND severity <> 'critical' ORDER BY severity = 'warning' DESC, seq DESC LIMIT ?)
       ORDER BY severity = 'warning' DESC, seq DESC`,
      [limit - critical.length],
    );
    return [...critical, ...others];
  }

  /** The newest alerts that are not closed, newest first, and whether these are all. */
  openBars(): { bars: HostBar[]; isAll: boolean } {
    const bars = this.db.all<HostBar>(
      `SELECT ${BAR} FROM alerts INDEXED BY alerts_open_seq
       WHERE closed_at IS NULL ORDER BY seq DESC LIMIT ${OPEN_LOOKED_AT + 1}`,
    );
    return { bars: bars.slice(0, OPEN_LOOKED_AT), isAll: bars.length <= OPEN_LOOKED_AT };
  }

  /** Returns the alerts that closed since then, the last first, and the moment from which on these are all. */
  closedBars(since: number): { bars: HostBar[]; completeSince: number } {
    const bars = this.db.all<HostBar>(
      `SELECT ${BAR} FROM alerts INDEXED BY alerts_closed
       WHERE closed_at >= ? ORDER BY closed_at DESC LIMIT ${CLOSED_LOOKED_AT}`,
      [since],
    );
    const oldest = bars.length < CLOSED_LOOKED_AT ? since : (bars.at(-1)?.to ?? since);
    return { bars, completeSince: oldest };
  }

  /** Attempts of each channel, by hour, oldest first. */
  deliveryHours(since: number): HourOfChannel[] {
    this.db.counts.write();
    return this.db.all(
      `SELECT hour, channel_id AS channelId, sent, failed, sent_ms AS sentMs, slowest_ms AS slowestMs
       FROM delivery_hours WHERE hour >= ? ORDER BY hour`,
      [since],
    );
  }

  /**
   * The newest deliveries of every channel, at most `perChannel` of each. The condition of the partial index
   * is repeated, without which SQLite would not use it.
   */
  recentDeliveries(perChannel: number): RecentDelivery[] {
    return this.db.all(
      `SELECT c.id AS channelId, t.duration_ms AS durationMs, t.started_at + t.duration_ms AS at
       FROM channels c CROSS JOIN notifications n CROSS JOIN delivery_attempts t
       WHERE n.seq IN (SELECT s.seq FROM notifications s INDEXED BY notifications_listed
                       WHERE s.channel_id = c.id AND s.status = 'sent' AND s.status IN ('sent', 'cancelled') ORDER BY s.seq DESC LIMIT ?)
         AND t.notification_id = n.id AND t.outcome = 'sent'`,
      [perChannel],
    );
  }

  /** How many of the dead letters of these channels died in each hour. */
  deadHours(channelIds: readonly string[], since: number): ReadonlyMap<number, number> {
    const hours = new Map<number, number>();
    for (const channelId of channelIds) {
      const found = this.db.all<{ hour: number; count: number }>(
        `SELECT died_at / ${HOUR_MS} * ${HOUR_MS} AS hour, count(*) AS count FROM (
           SELECT died_at FROM notifications INDEXED BY notifications_died
           WHERE status = 'dead' AND channel_id = ? AND died_at >= ? LIMIT ${DEAD_LOOKED_AT}) GROUP BY 1`,
        [channelId, since],
      );
      for (const { hour, count } of found) hours.set(hour, (hours.get(hour) ?? 0) + count);
    }
    return hours;
  }

  deadLetterCounts(): { total: number; obsolete: number } {
    this.db.counts.write();
    const sql = 'SELECT sum(count) AS total, sum(obsolete) AS obsolete FROM dead_letter_counts';
    const { total, obsolete } = this.db.get<{ total: number | null; obsolete: number | null }>(
      sql,
    ) ?? { total: null, obsolete: null };
    return { total: total ?? 0, obsolete: obsolete ?? 0 };
  }

  heartbeatCounts(): Record<HeartbeatState, number> {
    const counts = { new: 0, up: 0, down: 0, paused: 0 };
    const found = this.db.all<{ state: HeartbeatState; count: number }>(
      'SELECT state, count(*) AS count FROM heartbeats GROUP BY state',
    );
    for (const { state, count } of found) counts[state] = count;
    return counts;
  }

  /** Those that are down, then those that should have reported by now, then by name. */
  heartbeats(now: number, limit: number, outcomesMax: number): HeartbeatSummary[] {
    const rows = this.db.all(
      `SELECT ${HEARTBEAT.list} FROM heartbeats
       ORDER BY state = 'down' DESC, coalesce(expected_at < ?, 0) DESC, state = 'paused', name, id LIMIT ?`,
      [now, limit],
      HEARTBEAT.decode,
    );
    return rows.map((row) => ({
      ...row,
      outcomes: this.db
        .all<HeartbeatSummary['outcomes'][number]>(
          `SELECT at, type, duration_ms AS durationMs FROM heartbeat_events
           WHERE heartbeat_id = ? AND type IN ('succeeded', 'warned', 'failed', 'late') ORDER BY id DESC LIMIT ?`,
          [row.id, outcomesMax],
        )
        .reverse(),
    }));
  }

  #alerts(sql: string, bound: object): AlertRow[] {
    return this.db.all(sql, bound, (selected) => this.#touches.shown(ALERT.decode(selected)));
  }
}
