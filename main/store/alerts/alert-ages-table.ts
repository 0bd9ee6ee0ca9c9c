import { toAlertRow, ALERT_COLUMNS, type AlertRow, type StoredAlert } from './alert-rows.ts';
import type { Db } from '../database.ts';

/** Moments by our clock: what was last heard of, or has been open, since before is too old. Null is never. */
export interface AgeCutoffs {
  readonly unseen: number | null;
  readonly acknowledged: number | null;
  readonly open: number | null;
}

/** `NULL` cut-offs compare to NULL, which selects nothing. Messages do not age: they close once they are told. */
const SQL = {
  expired: `SELECT id FROM alerts INDEXED BY alerts_open_seq WHERE closed_at IS NULL AND is_message = 0 AND (
      ((state = 'open' OR auto_acknowledged = 1) AND unseen_from < @unseen)
      OR (state = 'acknowledged' AND auto_acknowledged = 0 AND max(unseen_from, state_from) < @acknowledged))
    LIMIT @limit`,
  unattended: `SELECT id FROM alerts INDEXED BY alerts_open_seq
    WHERE closed_at IS NULL AND is_message = 0 AND state = 'open' AND state_from < @open LIMIT @limit`,
  // Never into the future: a clock that was set back must not make them younger than new.
  shift: `UPDATE alerts SET unseen_from = min(unseen_from + @deltaMs, @now), state_from = min(state_from + @deltaMs, @now)
    WHERE closed_at IS NULL`,
  open: `SELECT ${ALERT_COLUMNS} FROM alerts INDEXED BY alerts_open_seq WHERE closed_at IS NULL`,
  snoozed: 'SELECT id, snoozed_until AS until FROM alerts WHERE snoozed_until IS NOT NULL',
};

/** Everything that is not closed, looked at as a whole: by age, or to be matched against rules. */
export class AlertAgesTable {
  readonly #expired;
  readonly #unattended;
  readonly #shift;
  readonly #open;
  readonly #snoozed;

  constructor(db: Db) {
    this.#expired = db.prepare<AgeCutoffs & { limit: number }, string>(SQL.expired).pluck();
    this.#unattended = db.prepare<AgeCutoffs & { limit: number }, string>(SQL.unattended).pluck();
    this.#shift = db.prepare<{ deltaMs: number; now: number }>(SQL.shift);
    this.#open = db.prepare<[], StoredAlert>(SQL.open);
    this.#snoozed = db.prepare<[], { id: string; until: number }>(SQL.snoozed);
  }

  /** At most `limit` ids of alerts that nobody has reported for too long. */
  expired(cutoffs: AgeCutoffs, limit: number): string[] {
    return this.#expired.all({ ...cutoffs, limit });
  }

  /** At most `limit` ids of open alerts that nobody has acknowledged for too long. */
  unattended(cutoffs: AgeCutoffs, limit: number): string[] {
    return this.#unattended.all({ ...cutoffs, limit });
  }

  /** Time in which nobody could be heard does not age anything. */
  shift(deltaMs: number, now: number): void {
    this.#shift.run({ deltaMs, now });
  }

  *open(): Generator<AlertRow> {
    for (const stored of this.#open.all()) yield toAlertRow(stored);
  }

  snoozed(): { readonly id: string; readonly until: number }[] {
    return this.#snoozed.all();
  }
}
