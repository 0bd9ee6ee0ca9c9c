import type { SpanHistory, Span } from '../domain/heartbeat-history.ts';
import { Table } from './row-table.ts';

export interface StoredSpan extends SpanHistory {
  readonly heartbeatId: string;
}

/** The amounts that are added to a day or hour. */
type Amounts = Partial<Omit<SpanHistory, keyof Span>>;

const NOTHING = { upMs: 0, downMs: 0, succeeded: 0, warned: 0, failed: 0, late: 0 } as const;

const SPAN = `heartbeat_id AS heartbeatId, length_ms AS lengthMs, at, up_ms AS upMs, down_ms AS downMs,
  succeeded, warned, failed, late`;

/** The heartbeats' last days and hours: at most one row for each that is kept. */
export class HeartbeatHistoryTable extends Table {
  /** Adds to a day or hour. Most of the time its row is there; with a new one those before `since` leave. */
  add(heartbeatId: string, { lengthMs, at }: Span, amounts: Amounts, since: number): void {
    const bound = { heartbeatId, lengthMs, at, ...NOTHING, ...amounts };
    const { changes } = this.db.run(
      `UPDATE heartbeat_history SET up_ms = up_ms + @upMs, down_ms = down_ms + @downMs, succeeded = succeeded + @succeeded,
         warned = warned + @warned, failed = failed + @failed, late = late + @late
       WHERE heartbeat_id = @heartbeatId AND length_ms = @lengthMs AND at = @at`,
      bound,
    );
    if (changes > 0) return;
    this.db.run(
      `INSERT INTO heartbeat_history (heartbeat_id, length_ms, at, up_ms, down_ms, succeeded, warned, failed, late)
       VALUES (@heartbeatId, @lengthMs, @at, @upMs, @downMs, @succeeded, @warned, @failed, @late)`,
      bound,
    );
    this.db.run(
      'DELETE FROM heartbeat_history WHERE heartbeat_id = @heartbeatId AND length_ms = @lengthMs AND at < @since',
      { heartbeatId, lengthMs, since },
    );
  }

  /** All that is stored of some heartbeats. Rows that are older than is kept may be among them. */
  of(heartbeatIds: readonly string[]): StoredSpan[] {
    return this.db.all(
      `SELECT ${SPAN} FROM heartbeat_history WHERE heartbeat_id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(heartbeatIds)],
    );
  }
}
