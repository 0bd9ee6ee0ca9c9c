import type { Db } from '../database.ts';
import type { ChangedRow } from './dead-letter-table.ts';
import { SEARCHED } from './notification-pages.ts';

/** 'policy' only shortens waits to the retry policy; 'due' ends them. */
export type RepairPass = 'policy' | 'due';

export interface LaneRepair {
  readonly channelId: string;
  /** How often a person changed the channel or a test arrived. */
  readonly number: number;
  readonly pass: RepairPass;
}

/** A failed row that waits for its next attempt, and is held by nothing else. */
export interface WaitingRow {
  readonly seq: number;
  readonly dueAt: number;
  readonly failedAt: number;
  readonly retryCount: number;
  /** The repair that last made it due early; null when none has in this budget. */
  readonly hastenedBy: number | null;
}

export interface WaitingScan {
  readonly channelId: string;
  readonly after: number;
  readonly now: number;
  readonly limit: number;
}

/** One row's new due time. */
export interface Hastened {
  readonly seq: number;
  readonly dueAt: number;
  readonly hastenedBy: number | null;
}

/** Rows in one of the waiting states, read stretch by stretch; null leaves a field open. */
export interface WaitingFilter {
  readonly status: 'pending' | 'failed';
  readonly channelId: string | null;
  readonly alertId: string | null;
  /** A LIKE pattern (ESCAPE '\\'). */
  readonly like: string | null;
  readonly after: number;
  readonly limit: number;
}

const SQL = {
  begin: `INSERT INTO lane_repairs (channel_id, number, pass) VALUES (@channelId, @counts, @pass)
    ON CONFLICT (channel_id) DO UPDATE SET number = number + @counts,
      pass = CASE WHEN pass = 'due' THEN 'due' ELSE excluded.pass END
    RETURNING channel_id AS channelId, number, pass`,
  underWay: `SELECT channel_id AS channelId, number, pass FROM lane_repairs WHERE pass IS NOT NULL`,
  finish: `UPDATE lane_repairs SET pass = NULL WHERE channel_id = ?`,
  // A failed row without a hold was last written when its attempt ended.
  waiting: `SELECT seq, due_at AS dueAt, updated_at AS failedAt, retry_count AS retryCount,
      hastened_by AS hastenedBy
    FROM notifications INDEXED BY notifications_failed
    WHERE channel_id = @channelId AND status = 'failed' AND seq > @after AND due_at > @now
      AND hold_kind IS NULL
    ORDER BY seq LIMIT @limit`,
  hasten: `UPDATE notifications SET due_at = @dueAt, hastened_by = @hastenedBy
    WHERE seq = @seq AND status = 'failed' AND hold_kind IS NULL AND due_at > @dueAt
    RETURNING id`,
  scanWaiting: `SELECT n.seq AS seq, n.hold_kind IS NOT NULL AS held, (@channelId IS NULL OR n.channel_id = @channelId)
      AND (@alertId IS NULL OR n.alert_id = @alertId) AND ${SEARCHED} AS matches
    FROM notifications n WHERE n.status = @status AND n.seq > @after ORDER BY n.seq LIMIT @limit`,
  named: `SELECT seq FROM notifications WHERE id IN (SELECT value FROM json_each(?)) ORDER BY seq`,
  // Earlier rows of its condition go first, so they are asked for as well.
  retry: `UPDATE notifications SET due_at = @now, past_holds = @pastHolds,
      hold_kind = NULL, hold_ref = NULL, hold_until = NULL, hold_reason = NULL,
      bundle_id = CASE WHEN retry_count > 0 THEN bundle_id END
    WHERE status IN ('pending', 'failed') AND (@pastHolds = 1 OR hold_kind IS NULL) AND seq IN (
      SELECT value FROM json_each(@seqs)
      UNION
      SELECT e.seq FROM json_each(@seqs) CROSS JOIN notifications n ON n.seq = value
        JOIN notifications e INDEXED BY notifications_active
          ON e.channel_id = n.channel_id AND e.condition_id = n.condition_id AND e.seq < n.seq
      WHERE e.status IN ('pending', 'failed', 'sending') AND n.status IN ('pending', 'failed'))
    RETURNING seq, id, channel_id AS channelId`,
};

/** What makes waiting rows due before their time: repairs of a channel, and people. */
export class LaneRepairTable {
  readonly #begin;
  readonly #underWay;
  readonly #finish;
  readonly #waiting;
  readonly #hasten;
  readonly #retry;
  readonly #scanWaiting;
  readonly #named;

  constructor(db: Db) {
    this.#begin = db.prepare<{ channelId: string; counts: 0 | 1; pass: RepairPass }, LaneRepair>(
      SQL.begin,
    );
    this.#underWay = db.prepare<[], LaneRepair>(SQL.underWay);
    this.#finish = db.prepare<[string]>(SQL.finish);
    this.#waiting = db.prepare<WaitingScan, WaitingRow>(SQL.waiting);
    this.#hasten = db.prepare<Hastened, string>(SQL.hasten).pluck();
    this.#retry = db.prepare<
      { seqs: string; pastHolds: 0 | 1; now: number },
      ChangedRow & { seq: number }
    >(SQL.retry);
    this.#scanWaiting = db.prepare<WaitingFilter, { seq: number; held: 0 | 1; matches: 0 | 1 }>(
      SQL.scanWaiting,
    );
    this.#named = db.prepare<[string], number>(SQL.named).pluck();
  }

  /** Stores that a pass over the channel's rows is wanted; `counts` makes it a new repair. */
  begin(channelId: string, pass: RepairPass, counts: boolean): LaneRepair {
    const begun = this.#begin.get({ channelId, pass, counts: counts ? 1 : 0 });
    if (!begun) throw new Error('An upsert returned no row');
    return begun;
  }

  underWay(): LaneRepair[] {
    return this.#underWay.all();
  }

  finish(channelId: string): void {
    this.#finish.run(channelId);
  }

  /** Failed rows that are not due yet, in their order. */
  waiting(scan: WaitingScan): WaitingRow[] {
    return this.#waiting.all(scan);
  }

  /** Returns the row's id; null when it is due no later anyway, or has changed. */
  hasten(row: Hastened): string | null {
    return this.#hasten.get(row) ?? null;
  }

  /** Makes pending and failed rows due now, and what must go before them; held ones only with `pastHolds`. */
  retry(
    seqs: readonly number[],
    pastHolds: boolean,
    now: number,
  ): (ChangedRow & { seq: number })[] {
    return this.#retry.all({ seqs: JSON.stringify(seqs), pastHolds: pastHolds ? 1 : 0, now });
  }

  /** Pending and failed rows after one seq that the filter finds, and how many of those are held. */
  scanWaiting(filter: WaitingFilter): { seqs: number[]; held: number; end: number | null } {
    const found = this.#scanWaiting.all(filter);
    const matching = found.filter(({ matches }) => matches === 1);
    const free = matching.filter(({ held }) => held === 0);
    return {
      seqs: free.map(({ seq }) => seq),
      held: matching.length - free.length,
      end: found.length < filter.limit ? null : (found.at(-1)?.seq ?? null),
    };
  }

  /** In order; ids that are unknown are left out. */
  named(ids: readonly string[]): number[] {
    return this.#named.all(JSON.stringify(ids));
  }
}
