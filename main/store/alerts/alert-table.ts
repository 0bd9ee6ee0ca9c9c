import type { AlertState } from '../../contract/alert.ts';
import type { Severity } from '../../contract/primitives.ts';
import { ALERT, type AlertRow, type NewAlert, type Touch } from './alert-rows.ts';
import type { ConditionIdentity } from './condition-table.ts';
import type { Db } from '../database.ts';
import { Table } from '../row-table.ts';
import type { Unit } from '../unit.ts';
import type { PendingTouches } from './pending-touches.ts';

/** Every event asks some of these; text that is composed at each call takes longer to find again. */
const BY_ID = `SELECT ${ALERT.list} FROM alerts WHERE id = ?`;

const IS_CLOSED = 'SELECT closed_at IS NOT NULL FROM alerts WHERE id = ?';

const OPEN_OF_CONDITION = `SELECT ${ALERT.list} FROM alerts INDEXED BY alerts_open_condition
  WHERE condition_id = ? AND closed_at IS NULL`;

const TOUCH = `UPDATE alerts SET severity = @severity, peak_severity = @peakSeverity, message = @message,
    message_reason = @messageReason, labels = @labels, annotations = @annotations, url = @url, last_seen_at = @seenAt, unseen_from = @seenAt,
    last_reported_at = max(coalesce(last_reported_at, @reportedAt), coalesce(@reportedAt, last_reported_at)),
    occurrences = occurrences + 1, ends_at = @endsAt
  WHERE id = @id AND closed_at IS NULL RETURNING ${ALERT.list}`;

const CLOSE = `UPDATE alerts SET state = ?, closed_at = ?, ends_at = NULL, snoozed_until = NULL
  WHERE id = ? AND closed_at IS NULL RETURNING ${ALERT.list}`;

/**
 * Alerts, each one episode of a condition. Every state change is guarded by the state it expects, and
 * comes after the reports that are not written yet.
 */
export class AlertTable extends Table {
  readonly #touches: PendingTouches;

  constructor(db: Db, touches: PendingTouches) {
    super(db);
    this.#touches = touches;
  }

  /** False also for one that is not there. */
  isClosed(id: string): boolean {
    return this.db.value<number>(IS_CLOSED, [id]) === 1;
  }

  byId(id: string): AlertRow | null {
    return this.db.get(BY_ID, [id], this.#shown);
  }

  /** The condition's open episode; null when it has none. */
  openOf(conditionId: number): AlertRow | null {
    return this.db.get(OPEN_OF_CONDITION, [conditionId], this.#shown);
  }

  openByIdentity({ source, host, kind, dedupKey }: ConditionIdentity): AlertRow | null {
    const sql =
      'SELECT id FROM conditions WHERE source = ? AND host = ? AND kind = ? AND dedup_key = ?';
    const conditionId = this.db.value<number>(sql, [source, host, kind, dedupKey]);
    return conditionId === null ? null : this.openOf(conditionId);
  }

  insert(alert: NewAlert): AlertRow {
    const { reportedAt, seenAt, ...row } = alert;
    const { lastInsertRowid } = this.db.run(
      `INSERT INTO alerts (id, condition_id, source, host, kind, dedup_key, state, severity, peak_severity,
         message, message_reason, labels, annotations, url, started_at, first_reported_at, last_reported_at,
         last_seen_at, unseen_from, state_from, occurrences, ends_at)
       VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
      [
        row.id,
        row.conditionId,
        row.source,
        row.host,
        row.kind,
        row.dedupKey,
        row.severity,
        row.severity,
        row.message,
        row.messageReason ? JSON.stringify(row.messageReason) : null,
        JSON.stringify(row.labels),
        JSON.stringify(row.annotations),
        row.url,
        row.startedAt,
        reportedAt,
        reportedAt,
        seenAt,
        seenAt,
        seenAt,
        row.endsAt,
      ],
    );
    const inserted: AlertRow = {
      ...row,
      seq: Number(lastInsertRowid),
      state: 'open',
      peakSeverity: alert.severity,
      lastReportedAt: reportedAt,
      lastSeenAt: seenAt,
      stateFrom: seenAt,
      occurrences: 1,
      acknowledgedAt: null,
      autoAcknowledged: false,
      snoozedUntil: null,
      closedAt: null,
      isMessage: false,
    };
    this.db.counts.alert(inserted, 1);
    return inserted;
  }

  /** Another report of an alert that is not closed. Null when it was closed meanwhile. */
  touch(unit: Unit, before: AlertRow, touch: Touch): AlertRow | null {
    const bound = ALERT.encode({ id: before.id, ...touch });
    return this.#update(unit, before.id, TOUCH, bound, ({ state }) => ({
      state,
      severity: before.severity,
    }));
  }

  /** Null unless it was open. `byItself`: nobody but the clock did it. */
  acknowledge(unit: Unit, id: string, at: number, byItself: boolean): AlertRow | null {
    return this.#update(
      unit,
      id,
      `UPDATE alerts SET state = 'acknowledged', acknowledged_at = @at, auto_acknowledged = @byItself, state_from = @at
       WHERE id = @id AND state = 'open' RETURNING ${ALERT.list}`,
      { id, at, byItself: byItself ? 1 : 0 },
      ({ severity }) => ({ state: 'open', severity }),
    );
  }

  /** Null unless it was acknowledged. */
  unacknowledge(unit: Unit, id: string, at: number): AlertRow | null {
    return this.#update(
      unit,
      id,
      `UPDATE alerts SET state = 'open', acknowledged_at = NULL, auto_acknowledged = 0, state_from = @at
       WHERE id = @id AND state = 'acknowledged' RETURNING ${ALERT.list}`,
      { id, at },
      ({ severity }) => ({ state: 'acknowledged', severity }),
    );
  }

  /** Null `until` ends a snooze. Returns null when the alert is closed. */
  snooze(unit: Unit, id: string, until: number | null): AlertRow | null {
    return this.#update(
      unit,
      id,
      `UPDATE alerts SET snoozed_until = ? WHERE id = ? AND closed_at IS NULL RETURNING ${ALERT.list}`,
      [until, id],
    );
  }

  /** Null when it was closed already; only the one who gets a row queues a notification. */
  resolve(unit: Unit, id: string, at: number): AlertRow | null {
    return this.#close(unit, id, 'resolved', at);
  }

  /** Closes one that nobody reports any more, which is not to say that it recovered. */
  expire(unit: Unit, id: string, at: number): AlertRow | null {
    return this.#close(unit, id, 'expired', at);
  }

  /** At most `limit` ids of alerts whose own end has passed, oldest end first. */
  ended(now: number, limit: number): string[] {
    return this.db.values(
      'SELECT id FROM alerts WHERE ends_at IS NOT NULL AND ends_at <= ? ORDER BY ends_at LIMIT ? + 0',
      [now, limit],
    );
  }

  nextEnd(): number | null {
    return this.db.value('SELECT min(ends_at) FROM alerts WHERE ends_at IS NOT NULL');
  }

  /** Puts every stored end off to at least `until`. Returns the ids of those that moved. */
  putOffEnds(until: number): string[] {
    return this.db.values(
      'UPDATE alerts SET ends_at = @until WHERE ends_at IS NOT NULL AND ends_at < @until RETURNING id',
      { until },
    );
  }

  /** The condition's open episode, else its last; null when retention has taken all. */
  newestOfCondition(conditionId: number): AlertRow | null {
    return this.db.get(
      `SELECT ${ALERT.list} FROM alerts WHERE condition_id = +? ORDER BY seq DESC LIMIT 1`,
      [conditionId],
      this.#shown,
    );
  }

  openCounts(): { state: AlertState; severity: Severity; count: number }[] {
    this.db.counts.write();
    return this.db.all(
      `SELECT state, severity, sum(count) AS count FROM alert_counts
       WHERE state IN ('open', 'acknowledged') AND count > 0 GROUP BY state, severity`,
    );
  }

  #close(unit: Unit, id: string, state: AlertState, at: number): AlertRow | null {
    const alert = this.#update(unit, id, CLOSE, [state, at, id]);
    if (alert) this.db.counts.alertClosed(alert);
    return alert;
  }

  /** `before` says of the changed row how it was counted; without it, the change does not matter for that. */
  #update(
    unit: Unit,
    id: string,
    sql: string,
    bound: object,
    before?: (after: AlertRow) => Pick<AlertRow, 'state' | 'severity'>,
  ): AlertRow | null {
    this.#touches.write(unit, id);
    const after = this.db.get(sql, bound, ALERT.decode);
    if (after && before) this.db.counts.alertChanged(before(after), after);
    return after;
  }

  readonly #shown = (selected: object): AlertRow => this.#touches.shown(ALERT.decode(selected));
}
