import type { HeartbeatEvent, HeartbeatEventType } from '../contract/heartbeat.ts';
import type { Db } from './database.ts';

/** What a heartbeat's timeline keeps: enough for a look back, and bounded whatever pings arrive. */
const EVENTS_PER_HEARTBEAT_MAX = 100;

export interface NewHeartbeatEvent extends Omit<HeartbeatEvent, 'id'> {
  readonly heartbeatId: string;
}

interface Stored {
  id: number;
  at: number;
  type: HeartbeatEventType;
  run_id: string | null;
  exit_status: number | null;
  duration_ms: number | null;
  detail: string;
  reason: string | null;
}

const toEvent = (stored: Stored): HeartbeatEvent => ({
  id: stored.id,
  at: stored.at,
  type: stored.type,
  runId: stored.run_id,
  exitStatus: stored.exit_status,
  durationMs: stored.duration_ms,
  detail: stored.detail,
  reason: JSON.parse(stored.reason ?? 'null') as HeartbeatEvent['reason'],
});

/** The heartbeats' timelines, each the newest hundred of its events. */
export class HeartbeatEventTable {
  readonly #append;
  readonly #prune;
  readonly #byHeartbeat;
  readonly #startOfRun;
  readonly #newestStart;
  readonly #downBy;

  constructor(db: Db) {
    this.#append = db.prepare<Omit<NewHeartbeatEvent, 'reason'> & Pick<Stored, 'reason'>>(
      `INSERT INTO heartbeat_events (heartbeat_id, at, type, run_id, exit_status, duration_ms, detail, reason)
       VALUES (@heartbeatId, @at, @type, @runId, @exitStatus, @durationMs, @detail, @reason)`,
    );
    this.#prune = db.prepare<{ heartbeatId: string; kept: number }>(
      `DELETE FROM heartbeat_events WHERE heartbeat_id = @heartbeatId AND id <=
         (SELECT id FROM heartbeat_events WHERE heartbeat_id = @heartbeatId ORDER BY id DESC LIMIT 1 OFFSET @kept)`,
    );
    this.#byHeartbeat = db.prepare<[string], Stored>(
      `SELECT id, at, type, run_id, exit_status, duration_ms, detail, reason
       FROM heartbeat_events WHERE heartbeat_id = ? ORDER BY id DESC`,
    );
    this.#startOfRun = db
      .prepare<{ heartbeatId: string; runId: string | null }, number>(
        `SELECT at FROM heartbeat_events
         WHERE heartbeat_id = @heartbeatId AND type = 'started' AND run_id IS @runId AND id > coalesce(
           (SELECT max(id) FROM heartbeat_events
            WHERE heartbeat_id = @heartbeatId AND type IN ('succeeded', 'warned', 'failed') AND run_id IS @runId), 0)
         ORDER BY id DESC LIMIT 1`,
      )
      .pluck();
    this.#newestStart = db.prepare<[string], { runId: string | null }>(
      `SELECT run_id AS runId FROM heartbeat_events
       WHERE heartbeat_id = ? AND type = 'started' ORDER BY id DESC LIMIT 1`,
    );
    this.#downBy = db
      .prepare<[string], 'late' | 'failed'>(
        `SELECT type FROM heartbeat_events
         WHERE heartbeat_id = ? AND type IN ('late', 'failed') ORDER BY id DESC LIMIT 1`,
      )
      .pluck();
  }

  /** What is older than the newest hundred goes. */
  append(event: NewHeartbeatEvent): void {
    this.#append.run({ ...event, reason: event.reason && JSON.stringify(event.reason) });
    this.#prune.run({ heartbeatId: event.heartbeatId, kept: EVENTS_PER_HEARTBEAT_MAX });
  }

  /** Newest first. */
  byHeartbeat(heartbeatId: string): HeartbeatEvent[] {
    return this.#byHeartbeat.all(heartbeatId).map(toEvent);
  }

  /** When the run of that id (null: the runs without one) last started, unless it has finished since. */
  startOfRun(heartbeatId: string, runId: string | null): number | null {
    return this.#startOfRun.get({ heartbeatId, runId }) ?? null;
  }

  /** The run that started last; null when no start is remembered. */
  newestStart(heartbeatId: string): { readonly runId: string | null } | null {
    return this.#newestStart.get(heartbeatId) ?? null;
  }

  /** What made a heartbeat that is down go down; null when that is no longer remembered. */
  downBy(heartbeatId: string): 'late' | 'failed' | null {
    return this.#downBy.get(heartbeatId) ?? null;
  }
}
