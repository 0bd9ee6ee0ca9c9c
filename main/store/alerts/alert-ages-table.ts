import { ALERT, type AlertRow } from './alert-rows.ts';
import { Table } from '../row-table.ts';

/** Moments by our clock: what was last heard of, or has been open, since before is too old. Null is never. */
export interface AgeCutoffs {
  readonly unseen: number | null;
  readonly acknowledged: number | null;
  readonly open: number | null;
}

/**
 * Everything that is not closed, looked at as a whole: by age, or to be matched against rules. NULL
 * cut-offs compare to NULL, which selects nothing. Messages do not age: they close once they are sent.
 */
export class AlertAgesTable extends Table {
  /** At most `limit` ids of alerts that nobody has reported for too long. */
  expired(cutoffs: AgeCutoffs, limit: number): string[] {
    return this.db.values(
      `SELECT id FROM alerts INDEXED BY alerts_open_seq WHERE closed_at IS NULL AND is_message = 0 AND (
         ((state = 'open' OR auto_acknowledged = 1) AND unseen_from < @unseen)
         OR (state = 'acknowledged' AND auto_acknowledged = 0 AND max(unseen_from, state_from) < @acknowledged))
       LIMIT @limit`,
      { ...cutoffs, limit },
    );
  }

  /** At most `limit` ids of open alerts that nobody has acknowledged for too long. */
  unattended(cutoffs: AgeCutoffs, limit: number): string[] {
    return this.db.values(
      `SELECT id FROM alerts INDEXED BY alerts_open_seq
       WHERE closed_at IS NULL AND is_message = 0 AND state = 'open' AND state_from < @open LIMIT @limit`,
      { ...cutoffs, limit },
    );
  }

  /** Time in which nobody could be heard does not age anything. */
  shift(deltaMs: number, now: number): void {
    // Never into the future: a clock that was set back must not make them younger than new.
    this.db.run(
      `UPDATE alerts SET unseen_from = min(unseen_from + @deltaMs, @now), state_from = min(state_from + @deltaMs, @now)
       WHERE closed_at IS NULL`,
      { deltaMs, now },
    );
  }

  open(): AlertRow[] {
    return this.db.all(
      `SELECT ${ALERT.list} FROM alerts INDEXED BY alerts_open_seq WHERE closed_at IS NULL`,
      [],
      ALERT.decode,
    );
  }

  snoozed(): { readonly id: string; readonly until: number }[] {
    return this.db.all(
      'SELECT id, snoozed_until AS until FROM alerts WHERE snoozed_until IS NOT NULL',
    );
  }
}
