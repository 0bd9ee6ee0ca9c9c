import type { AlertState } from '../../contract/alert.ts';
import type { Severity } from '../../contract/primitives.ts';
import { ALERT_COLUMNS, toAlertRow, type AlertRow, type StoredAlert } from './alert-rows.ts';
import type { ConditionIdentity } from './condition-table.ts';
import type { Db } from '../database.ts';

export interface NewAlert extends ConditionIdentity {
  readonly id: string;
  readonly conditionId: number;
  readonly severity: Severity;
  readonly message: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly url: string | null;
  readonly startedAt: number;
  /** The report's stamp, by the sender's own clock; null for a message. */
  readonly reportedAt: number | null;
  readonly seenAt: number;
  readonly endsAt: number | null;
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
export class AlertTable {
  readonly #byId;
  readonly #openByIdentity;
  readonly #handledUpTo;
  readonly #insert;
  readonly #touch;
  readonly #acknowledge;
  readonly #unacknowledge;
  readonly #snooze;
  readonly #close;
  readonly #ended;
  readonly #nextEnd;
  readonly #graceEnds;
  readonly #newestOfCondition;
  readonly #openCounts;

  constructor(db: Db) {
    this.#byId = db.prepare<[string], StoredAlert>(
      `SELECT ${ALERT_COLUMNS} FROM alerts WHERE id = ?`,
    );
    this.#openByIdentity = db.prepare<ConditionIdentity, StoredAlert>(
      `SELECT ${ALERT_COLUMNS} FROM alerts WHERE source = @source AND host = @host AND kind = @kind
         AND dedup_key = @dedupKey AND closed_at IS NULL`,
    );
    this.#handledUpTo = db
      .prepare<[number], number>(
        `SELECT max(last_reported_at) FROM alerts WHERE condition_id = ? AND closed_by_hand = 1`,
      )
      .pluck();
    this.#insert = db.prepare(
      `INSERT INTO alerts (id, condition_id, source, host, kind, dedup_key, state, severity, peak_severity,
         message, labels, annotations, url, started_at, first_reported_at, last_reported_at,
         last_seen_at, unseen_from, state_from, occurrences, ends_at)
       VALUES (@id, @conditionId, @source, @host, @kind, @dedupKey, 'open', @severity, @severity,
         @message, @labels, @annotations, @url, @startedAt, @reportedAt, @reportedAt,
         @seenAt, @seenAt, @seenAt, 1, @endsAt)
       RETURNING ${ALERT_COLUMNS}`,
    );
    this.#touch = db.prepare(
      `UPDATE alerts SET severity = @severity, peak_severity = @peakSeverity, message = @message,
         labels = @labels, annotations = @annotations, url = @url, last_seen_at = @seenAt, unseen_from = @seenAt,
         last_reported_at = max(coalesce(last_reported_at, @reportedAt), coalesce(@reportedAt, last_reported_at)),
         occurrences = occurrences + 1, ends_at = @endsAt
       WHERE id = @id AND closed_at IS NULL RETURNING ${ALERT_COLUMNS}`,
    );
    this.#acknowledge = db.prepare<{ id: string; at: number; byItself: 0 | 1 }, StoredAlert>(
      `UPDATE alerts SET state = 'acknowledged', acknowledged_at = @at, auto_acknowledged = @byItself,
         state_from = @at
       WHERE id = @id AND state = 'open' RETURNING ${ALERT_COLUMNS}`,
    );
    this.#unacknowledge = db.prepare<{ id: string; at: number }, StoredAlert>(
      `UPDATE alerts SET state = 'open', acknowledged_at = NULL, auto_acknowledged = 0, state_from = @at
       WHERE id = @id AND state = 'acknowledged' RETURNING ${ALERT_COLUMNS}`,
    );
    this.#snooze = db.prepare<{ id: string; until: number | null }, StoredAlert>(
      `UPDATE alerts SET snoozed_until = @until
       WHERE id = @id AND closed_at IS NULL RETURNING ${ALERT_COLUMNS}`,
    );
    this.#close = db.prepare<
      { id: string; state: AlertState; at: number; byHand: number },
      StoredAlert
    >(
      `UPDATE alerts SET state = @state, closed_at = @at, ends_at = NULL, snoozed_until = NULL, closed_by_hand = @byHand
       WHERE id = @id AND closed_at IS NULL RETURNING ${ALERT_COLUMNS}`,
    );
    this.#ended = db
      .prepare<[number, number], string>(
        'SELECT id FROM alerts WHERE ends_at IS NOT NULL AND ends_at <= ? ORDER BY ends_at LIMIT ?',
      )
      .pluck();
    this.#nextEnd = db
      .prepare<[], number | null>('SELECT min(ends_at) FROM alerts WHERE ends_at IS NOT NULL')
      .pluck();
    this.#graceEnds = db
      .prepare<[number, number], string>(
        'UPDATE alerts SET ends_at = ? WHERE ends_at IS NOT NULL AND ends_at < ? RETURNING id',
      )
      .pluck();
    this.#newestOfCondition = db.prepare<[number], StoredAlert>(
      `SELECT ${ALERT_COLUMNS} FROM alerts WHERE condition_id = ? ORDER BY seq DESC LIMIT 1`,
    );
    this.#openCounts = db.prepare<[], { state: AlertState; severity: Severity; count: number }>(
      'SELECT state, severity, count(*) AS count FROM alerts WHERE closed_at IS NULL GROUP BY state, severity',
    );
  }

  byId(id: string): AlertRow | null {
    const stored = this.#byId.get(id);
    return stored ? toAlertRow(stored) : null;
  }

  openByIdentity({ source, host, kind, dedupKey }: ConditionIdentity): AlertRow | null {
    const stored = this.#openByIdentity.get({ source, host, kind, dedupKey });
    return stored ? toAlertRow(stored) : null;
  }

  /** Up to which beginning, by the sender's clock, a person has resolved this condition; null when nobody has. */
  handledUpTo(conditionId: number): number | null {
    return this.#handledUpTo.get(conditionId) ?? null;
  }

  insert(alert: NewAlert): AlertRow {
    return toAlertRow(
      this.#insert.get({
        ...alert,
        labels: JSON.stringify(alert.labels),
        annotations: JSON.stringify(alert.annotations),
      }) as StoredAlert,
    );
  }

  /** Another report of an alert that is not closed. Null when it was closed meanwhile. */
  touch(touch: Touch): AlertRow | null {
    const stored = this.#touch.get({
      ...touch,
      labels: JSON.stringify(touch.labels),
      annotations: JSON.stringify(touch.annotations),
    }) as StoredAlert | undefined;
    return stored ? toAlertRow(stored) : null;
  }

  /** Null unless it was open. `byItself`: nobody but the clock did it. */
  acknowledge(id: string, at: number, byItself: boolean): AlertRow | null {
    const stored = this.#acknowledge.get({ id, at, byItself: byItself ? 1 : 0 });
    return stored ? toAlertRow(stored) : null;
  }

  /** Null unless it was acknowledged. */
  unacknowledge(id: string, at: number): AlertRow | null {
    const stored = this.#unacknowledge.get({ id, at });
    return stored ? toAlertRow(stored) : null;
  }

  /** Null `until` ends a snooze. Answers null when the alert is closed. */
  snooze(id: string, until: number | null): AlertRow | null {
    const stored = this.#snooze.get({ id, until });
    return stored ? toAlertRow(stored) : null;
  }

  /** Null when it was closed already; only the one who gets a row queues a notification. */
  resolve(id: string, at: number, byHand: boolean): AlertRow | null {
    const stored = this.#close.get({ id, state: 'resolved', at, byHand: byHand ? 1 : 0 });
    return stored ? toAlertRow(stored) : null;
  }

  /** Closes one that nobody reports any more, which is not to say that it recovered. */
  expire(id: string, at: number): AlertRow | null {
    const stored = this.#close.get({ id, state: 'expired', at, byHand: 0 });
    return stored ? toAlertRow(stored) : null;
  }

  /** At most `limit` ids of alerts whose own end has passed, oldest end first. */
  ended(now: number, limit: number): string[] {
    return this.#ended.all(now, limit);
  }

  nextEnd(): number | null {
    return this.#nextEnd.get() ?? null;
  }

  /** Puts every stored end off to at least `until`; answers whose moved. */
  putOffEnds(until: number): string[] {
    return this.#graceEnds.all(until, until);
  }

  /** The condition's open episode, else its last; null when retention has taken all. */
  newestOfCondition(conditionId: number): AlertRow | null {
    const stored = this.#newestOfCondition.get(conditionId);
    return stored ? toAlertRow(stored) : null;
  }

  openCounts(): { state: AlertState; severity: Severity; count: number }[] {
    return this.#openCounts.all();
  }
}
