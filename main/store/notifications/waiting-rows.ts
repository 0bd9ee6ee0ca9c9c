import { Table } from '../row-table.ts';
import type { BoundSearch } from '../search-terms.ts';
import { CHANGED, SEARCHED, type ChangedRow } from './notification-rows.ts';

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
export interface WaitingFilter extends BoundSearch {
  readonly status: 'pending' | 'failed';
  readonly channelId: string | null;
  readonly alertId: string | null;
  readonly after: number;
  readonly limit: number;
}

/** Rows that are looked at for one to probe with. */
const LOOKED_AT_MAX = 500;

/** Pending and failed rows that a repair of their channel, or a person, makes due before their time. */
export class WaitingRows extends Table {
  /** Failed rows that are not due yet, in their order. */
  failed(scan: WaitingScan): WaitingRow[] {
    // A failed row without a hold was last written when its attempt ended.
    return this.db.all(
      `SELECT seq, due_at AS dueAt, updated_at AS failedAt, retry_count AS retryCount,
         hastened_by AS hastenedBy
       FROM notifications INDEXED BY notifications_failed
       WHERE channel_id = +@channelId AND status = 'failed' AND seq > @after AND due_at > @now
         AND hold_kind IS NULL
       ORDER BY seq LIMIT @limit + 0`,
      scan,
    );
  }

  /**
   * Returns the seq of the failed row with the fewest attempts that could not reach its receiver and still
   * waits, among the first of its channel; null when there is none. Never one with one attempt left.
   */
  firstOfOutage(channelId: string, maxAttempts: number, now: number): number | null {
    return this.db.value(
      `SELECT seq FROM (
         SELECT seq, retry_count, last_error_class AS class, due_at
         FROM notifications INDEXED BY notifications_failed
         WHERE channel_id = +@channelId AND status = 'failed' AND hold_kind IS NULL
         ORDER BY seq LIMIT ${LOOKED_AT_MAX})
       WHERE class IN ('timeout', 'dns', 'connection') AND due_at > @now
         AND retry_count + 1 < @maxAttempts
       ORDER BY retry_count, seq LIMIT 1`,
      { channelId, maxAttempts, now },
    );
  }

  /** Returns the row's id; null when it is due no later anyway, or has changed. */
  hasten(row: Hastened): string | null {
    return this.db.value(
      `UPDATE notifications SET due_at = @dueAt, hastened_by = @hastenedBy
       WHERE seq = @seq AND status = 'failed' AND hold_kind IS NULL AND due_at > @dueAt
       RETURNING id`,
      row,
    );
  }

  /** Makes rows due now, and what must go before them; held ones only with `pastHolds`. */
  retry(
    seqs: readonly number[],
    pastHolds: boolean,
    now: number,
  ): (ChangedRow & { seq: number })[] {
    // Earlier rows of its condition go first, so they are retried as well.
    return this.db.all(
      `UPDATE notifications SET due_at = @now, past_holds = @pastHolds,
         hold_kind = NULL, hold_ref = NULL, hold_until = NULL, hold_reason = NULL,
         bundle_id = CASE WHEN retry_count > 0 THEN bundle_id END
       WHERE status IN ('pending', 'failed') AND (@pastHolds = 1 OR hold_kind IS NULL) AND seq IN (
         SELECT value FROM json_each(@seqs)
         UNION
         SELECT e.seq FROM json_each(@seqs) CROSS JOIN notifications n ON n.seq = value
           JOIN notifications e INDEXED BY notifications_active
             ON e.channel_id = n.channel_id AND e.condition_id = n.condition_id AND e.seq < n.seq
         WHERE e.status IN ('pending', 'failed', 'sending') AND n.status IN ('pending', 'failed'))
       RETURNING seq, ${CHANGED}`,
      { seqs: JSON.stringify(seqs), pastHolds: pastHolds ? 1 : 0, now },
    );
  }

  /** Rows after one seq that the filter finds, how many of those are held, and where that stretch ended. */
  scan(filter: WaitingFilter): { seqs: number[]; held: number; end: number | null } {
    const found = this.db.all<{ seq: number; held: 0 | 1; matches: 0 | 1 }>(
      `SELECT n.seq AS seq, n.hold_kind IS NOT NULL AS held,
         (@channelId IS NULL OR n.channel_id = @channelId)
           AND (@alertId IS NULL OR n.alert_id = @alertId) AND ${SEARCHED} AS matches
       FROM notifications n WHERE n.status = @status AND n.seq > @after ORDER BY n.seq LIMIT @limit`,
      filter,
    );
    const matching = found.filter(({ matches }) => matches === 1);
    const free = matching.filter(({ held }) => held === 0);
    return {
      seqs: free.map(({ seq }) => seq),
      held: matching.length - free.length,
      end: found.length < filter.limit ? null : (found.at(-1)?.seq ?? null),
    };
  }
}
