import type { AlertState } from '../../contract/alert.ts';
import type { Severity } from '../../contract/primitives.ts';
import { ALERT, type AlertRow } from './alert-rows.ts';
import type { ConditionIdentity } from './condition-table.ts';
import { Table } from '../row-table.ts';

/** What a report says of an alert. */
export interface ReportedAlert {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly url: string | null;
  readonly startedAt: number;
  readonly seenAt: number;
}

export interface NewAlert extends ConditionIdentity, ReportedAlert {
  readonly conditionId: number;
  /** The report's stamp, by the sender's own clock; null for a message. */
  readonly reportedAt: number | null;
  readonly endsAt: number | null;
  /** Whether its condition flaps. */
  readonly flapping: boolean;
}

export type Touch = Pick<
  NewAlert,
  | 'id'
  | 'severity'
  | 'message'
  | 'labels'
  | 'annotations'
  | 'url'
  | 'reportedAt'
  | 'seenAt'
  | 'endsAt'
> & { readonly peakSeverity: Severity };

/** Alerts, each one episode of a condition. Every state change is guarded by the state it expects. */
export class AlertTable extends Table {
  byId(id: string): AlertRow | null {
    return this.#find('WHERE id = @id', { id });
  }

  openByIdentity(identity: ConditionIdentity): AlertRow | null {
    return this.#find(
      `WHERE source = @source AND host = @host AND kind = @kind
         AND dedup_key = @dedupKey AND closed_at IS NULL`,
      identity,
    );
  }

  insert(alert: NewAlert): AlertRow {
    const { reportedAt, seenAt, ...row } = alert;
    const { lastInsertRowid } = this.db.run(
      `INSERT INTO alerts (id, condition_id, source, host, kind, dedup_key, state, severity, peak_severity,
         message, labels, annotations, url, started_at, first_reported_at, last_reported_at,
         last_seen_at, unseen_from, state_from, occurrences, ends_at)
       VALUES (@id, @conditionId, @source, @host, @kind, @dedupKey, 'open', @severity, @severity,
         @message, @labels, @annotations, @url, @startedAt, @reportedAt, @reportedAt,
         @seenAt, @seenAt, @seenAt, 1, @endsAt)`,
      ALERT.encode(alert),
    );
    return {
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
  }

  /** Another report of an alert that is not closed. Null when it was closed meanwhile. */
  touch(touch: Touch): AlertRow | null {
    return this.#update(
      `severity = @severity, peak_severity = @peakSeverity, message = @message,
         labels = @labels, annotations = @annotations, url = @url, last_seen_at = @seenAt, unseen_from = @seenAt,
         last_reported_at = max(coalesce(last_reported_at, @reportedAt), coalesce(@reportedAt, last_reported_at)),
         occurrences = occurrences + 1, ends_at = @endsAt
       WHERE id = @id AND closed_at IS NULL`,
      ALERT.encode(touch),
    );
  }

  /** Null unless it was open. `byItself`: nobody but the clock did it. */
  acknowledge(id: string, at: number, byItself: boolean): AlertRow | null {
    return this.#update(
      `state = 'acknowledged', acknowledged_at = @at, auto_acknowledged = @byItself, state_from = @at
       WHERE id = @id AND state = 'open'`,
      { id, at, byItself: byItself ? 1 : 0 },
    );
  }

  /** Null unless it was acknowledged. */
  unacknowledge(id: string, at: number): AlertRow | null {
    return this.#update(
      `state = 'open', acknowledged_at = NULL, auto_acknowledged = 0, state_from = @at
       WHERE id = @id AND state = 'acknowledged'`,
      { id, at },
    );
  }

  /** Null `until` ends a snooze. Returns null when the alert is closed. */
  snooze(id: string, until: number | null): AlertRow | null {
    return this.#update('snoozed_until = @until WHERE id = @id AND closed_at IS NULL', {
      id,
      until,
    });
  }

  /** Null when it was closed already; only the one who gets a row queues a notification. */
  resolve(id: string, at: number): AlertRow | null {
    return this.#close(id, 'resolved', at);
  }

  /** Closes one that nobody reports any more, which is not to say that it recovered. */
  expire(id: string, at: number): AlertRow | null {
    return this.#close(id, 'expired', at);
  }

  /** At most `limit` ids of alerts whose own end has passed, oldest end first. */
  ended(now: number, limit: number): string[] {
    return this.db.values(
      'SELECT id FROM alerts WHERE ends_at IS NOT NULL AND ends_at <= ? ORDER BY ends_at LIMIT ?',
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
    return this.#find('WHERE condition_id = @conditionId ORDER BY seq DESC LIMIT 1', {
      conditionId,
    });
  }

  openCounts(): { state: AlertState; severity: Severity; count: number }[] {
    return this.db.all(
      `SELECT state, severity, sum(count) AS count FROM alert_counts
       WHERE state IN ('open', 'acknowledged') AND count > 0 GROUP BY state, severity`,
    );
  }

  #close(id: string, state: AlertState, at: number): AlertRow | null {
    return this.#update(
      `state = @state, closed_at = @at, ends_at = NULL, snoozed_until = NULL
       WHERE id = @id AND closed_at IS NULL`,
      { id, state, at },
    );
  }

  #find(rest: string, bound: object): AlertRow | null {
    return this.db.get(`SELECT ${ALERT.list} FROM alerts ${rest}`, bound, ALERT.decode);
  }

  #update(changes: string, bound: object): AlertRow | null {
    const sql = `UPDATE alerts SET ${changes} RETURNING ${ALERT.list}`;
    return this.db.get(sql, bound, ALERT.decode);
  }
}
