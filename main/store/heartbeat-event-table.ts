import type { HeartbeatEvent } from '../contract/heartbeat.ts';
import { Columns } from './columns.ts';
import { Table } from './row-table.ts';

/** Enough of a timeline for a look back, and bounded whatever pings arrive. */
const EVENTS_PER_HEARTBEAT_MAX = 100;

export interface NewHeartbeatEvent extends Omit<HeartbeatEvent, 'id'> {
  readonly heartbeatId: string;
}

const EVENT = new Columns<HeartbeatEvent>({
  id: 'plain',
  at: 'plain',
  type: 'plain',
  runId: 'plain',
  exitStatus: 'plain',
  durationMs: 'plain',
  detail: 'plain',
  reason: 'json',
});

/** The newest event that may have made a heartbeat go down. */
export interface DownEvent extends Pick<
  HeartbeatEvent,
  'type' | 'exitStatus' | 'detail' | 'reason'
> {
  readonly heartbeatId: string;
}

const DOWN_EVENT = new Columns<DownEvent>({
  heartbeatId: 'plain',
  type: 'plain',
  exitStatus: 'plain',
  detail: 'plain',
  reason: 'json',
});

/** The heartbeats' timelines, each the newest hundred of its events. */
export class HeartbeatEventTable extends Table {
  /** Also removes what is older than the newest hundred. */
  append(event: NewHeartbeatEvent): void {
    this.db.run(
      `INSERT INTO heartbeat_events (heartbeat_id, at, type, run_id, exit_status, duration_ms, detail, reason)
       VALUES (@heartbeatId, @at, @type, @runId, @exitStatus, @durationMs, @detail, @reason)`,
      EVENT.encode(event),
    );
    this.db.run(
      `DELETE FROM heartbeat_events WHERE heartbeat_id = @heartbeatId AND id <=
         (SELECT id FROM heartbeat_events WHERE heartbeat_id = @heartbeatId ORDER BY id DESC LIMIT 1 OFFSET @kept)`,
      { heartbeatId: event.heartbeatId, kept: EVENTS_PER_HEARTBEAT_MAX },
    );
  }

  /** Newest first. */
  byHeartbeat(heartbeatId: string): HeartbeatEvent[] {
    return this.db.all(
      `SELECT ${EVENT.list} FROM heartbeat_events WHERE heartbeat_id = ? ORDER BY id DESC`,
      [heartbeatId],
      EVENT.decode,
    );
  }

  /** Returns when the run of that id (null: the runs without one) last started; null if it has finished since. */
  startOfRun(heartbeatId: string, runId: string | null): number | null {
    return this.db.value(
      `SELECT at FROM heartbeat_events
       WHERE heartbeat_id = @heartbeatId AND type = 'started' AND run_id IS @runId AND id > coalesce(
         (SELECT max(id) FROM heartbeat_events
          WHERE heartbeat_id = @heartbeatId AND type IN ('succeeded', 'warned', 'failed') AND run_id IS @runId), 0)
       ORDER BY id DESC LIMIT 1`,
      { heartbeatId, runId },
    );
  }

  /** The run that started last; null when no start is remembered. */
  newestStart(heartbeatId: string): { readonly runId: string | null } | null {
    return this.db.get(
      `SELECT run_id AS runId FROM heartbeat_events
       WHERE heartbeat_id = ? AND type = 'started' ORDER BY id DESC LIMIT 1`,
      [heartbeatId],
    );
  }

  /**
   * Returns why heartbeats are down: of each that is, its last absence or
   * failure, as far as it is remembered.
   */
  ofDown(): DownEvent[] {
    return this.db.all(
      `SELECT ${DOWN_EVENT.list} FROM heartbeat_events WHERE id IN (
         SELECT (SELECT max(e.id) FROM heartbeat_events e
                 WHERE e.heartbeat_id = h.id AND e.type IN ('late', 'failed'))
         FROM heartbeats h WHERE h.state = 'down')`,
      [],
      DOWN_EVENT.decode,
    );
  }

  /** Returns what made a heartbeat that is down go down; null when that is no longer remembered. */
  downBy(heartbeatId: string): 'late' | 'failed' | null {
    return this.db.value(
      `SELECT type FROM heartbeat_events
       WHERE heartbeat_id = ? AND type IN ('late', 'failed') ORDER BY id DESC LIMIT 1`,
      [heartbeatId],
    );
  }
}
