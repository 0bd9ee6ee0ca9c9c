import { defined } from '../../base/assert.ts';
import { ALERT_COLUMNS, toAlertRow, type AlertRow, type StoredAlert } from './alert-rows.ts';
import type { Severity } from '../../contract/primitives.ts';
import type { Db } from '../database.ts';

/** What a newer message changes in the alert of the one it replaces. */
export interface Replacement {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly url: string | null;
  readonly idempotencyKey: string | null;
  readonly startedAt: number;
  readonly seenAt: number;
}

/** A row of a message that was just attempted, and since when. */
export interface OverQuestion {
  readonly alertId: string;
  readonly channelId: string;
  readonly seq: number;
  readonly since: number;
}

interface RepeatQuestion {
  readonly source: string;
  readonly host: string;
  readonly idempotencyKey: string;
}

interface TopicQuestion {
  readonly source: string;
  readonly host: string;
  readonly limit: number;
}

interface OlderQuestion extends TopicQuestion {
  readonly title: string;
}

const NOTHING_OWED = `NOT EXISTS (SELECT 1 FROM notifications n
  WHERE n.alert_id = alerts.id AND n.status IN ('pending', 'failed', 'sending'))`;

/** By name, since the planner would rather walk everything that is open. */
const OPEN_MESSAGES = 'INDEXED BY alerts_open_messages WHERE is_message = 1 AND closed_at IS NULL';

const SQL = {
  mark: `UPDATE alerts SET is_message = 1, idempotency_key = @idempotencyKey WHERE id = @id
    RETURNING ${ALERT_COLUMNS}`,
  // Whoever acknowledged the last one has not seen this one.
  replace: `UPDATE alerts SET is_message = 1, state = 'open', acknowledged_at = NULL, auto_acknowledged = 0,
      severity = @severity, peak_severity = @severity, message = @message, labels = @labels,
      annotations = @annotations, url = @url, idempotency_key = @idempotencyKey,
      started_at = @startedAt, last_seen_at = @seenAt, unseen_from = @seenAt, state_from = @seenAt,
      occurrences = occurrences + 1, ends_at = NULL
    WHERE id = @id AND closed_at IS NULL RETURNING ${ALERT_COLUMNS}`,
  repeated: `SELECT ${ALERT_COLUMNS} FROM alerts
    WHERE source = @source AND host = @host AND idempotency_key = @idempotencyKey
    ORDER BY seq DESC LIMIT 1`,
  older: `SELECT id FROM alerts ${OPEN_MESSAGES}
      AND source = @source AND host = @host AND json_extract(labels, '$.title') = @title
    ORDER BY seq LIMIT @limit`,
  openIn: `SELECT id, occurrences FROM alerts ${OPEN_MESSAGES} AND source = @source AND host = @host
    ORDER BY seq DESC LIMIT @limit`,
  close: `UPDATE alerts SET state = 'resolved', closed_at = @at, ends_at = NULL, snoozed_until = NULL
    WHERE id = @id AND is_message = 1 AND closed_at IS NULL AND ${NOTHING_OWED}
    RETURNING ${ALERT_COLUMNS}`,
  anyOpen: `SELECT 1 FROM alerts ${OPEN_MESSAGES} LIMIT 1`,
  settledAmong: `SELECT DISTINCT alerts.id FROM json_each(@ids) given
    JOIN notifications owed ON owed.id = given.value JOIN alerts ON alerts.id = owed.alert_id
    WHERE alerts.is_message = 1 AND alerts.closed_at IS NULL AND ${NOTHING_OWED}`,
  settled: `SELECT id FROM alerts ${OPEN_MESSAGES} AND ${NOTHING_OWED} LIMIT ?`,
  overSince: `SELECT EXISTS (SELECT 1 FROM alerts WHERE id = @alertId AND closed_at > @since)
    OR EXISTS (SELECT 1 FROM notifications WHERE alert_id = @alertId AND channel_id = @channelId
      AND seq > @seq AND created_at > @since AND status IN ('pending', 'failed', 'sending'))`,
};

/** Alerts that are messages: what sets them apart from those that are conditions. */
export class MessageTable {
  readonly #mark;
  readonly #replace;
  readonly #repeated;
  readonly #older;
  readonly #openIn;
  readonly #close;
  readonly #anyOpen;
  readonly #settledAmong;
  readonly #settled;
  readonly #overSince;

  constructor(db: Db) {
    this.#mark = db.prepare<{ id: string; idempotencyKey: string | null }, StoredAlert>(SQL.mark);
    this.#replace = db.prepare(SQL.replace);
    this.#repeated = db.prepare<RepeatQuestion, StoredAlert>(SQL.repeated);
    this.#older = db.prepare<OlderQuestion, string>(SQL.older).pluck();
    this.#openIn = db.prepare<TopicQuestion, { id: string; occurrences: number }>(SQL.openIn);
    this.#close = db.prepare<{ id: string; at: number }, StoredAlert>(SQL.close);
    this.#anyOpen = db.prepare<[], number>(SQL.anyOpen).pluck();
    this.#settledAmong = db.prepare<{ ids: string }, string>(SQL.settledAmong).pluck();
    this.#settled = db.prepare<[number], string>(SQL.settled).pluck();
    this.#overSince = db.prepare<OverQuestion, number>(SQL.overSince).pluck();
  }

  /** Makes a message of an alert that was inserted in the same transaction. */
  mark(id: string, idempotencyKey: string | null): AlertRow {
    return toAlertRow(defined(this.#mark.get({ id, idempotencyKey }), 'the inserted alert'));
  }

  /** The alert must be open; a condition that goes by the name of a message becomes one. */
  replace(replacement: Replacement): AlertRow {
    const stored = this.#replace.get({
      ...replacement,
      labels: JSON.stringify(replacement.labels),
      annotations: JSON.stringify(replacement.annotations),
    }) as StoredAlert | undefined;
    return toAlertRow(defined(stored, 'the open alert'));
  }

  /** The message that came under this key before; null when there was none, or retention has taken it. */
  repeated(question: RepeatQuestion): AlertRow | null {
    const stored = this.#repeated.get(question);
    return stored ? toAlertRow(stored) : null;
  }

  /** At most `limit` ids of open messages of one topic and title, oldest first. */
  openOf(question: OlderQuestion): string[] {
    return this.#older.all(question);
  }

  /** At most `limit` open messages of one topic, newest first. */
  openIn(question: TopicQuestion): { readonly id: string; readonly occurrences: number }[] {
    return this.#openIn.all(question);
  }

  /** Null when it was closed already, or something of it is still queued. */
  closeSettled(id: string, at: number): AlertRow | null {
    const stored = this.#close.get({ id, at });
    return stored ? toAlertRow(stored) : null;
  }

  anyOpen(): boolean {
    return this.#anyOpen.get() === 1;
  }

  /** Open messages of these notifications of which nothing is queued any more. */
  settledAmong(notificationIds: readonly string[]): string[] {
    return this.#settledAmong.all({ ids: JSON.stringify(notificationIds) });
  }

  /** At most `limit` open messages of which nothing is queued any more. */
  settled(limit: number): string[] {
    return this.#settled.all(limit);
  }

  /** Whether it closed, or came to be replaced, after this moment: then a further attempt is pointless. */
  overSince(question: OverQuestion): boolean {
    return this.#overSince.get(question) === 1;
  }
}
