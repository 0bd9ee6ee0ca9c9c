import type { AlertReason } from '../../contract/reasons/heartbeat-reasons.ts';
import { defined } from '../../base/assert.ts';
import { ALERT, type AlertRow, type ReportedAlert } from './alert-rows.ts';
import { Table } from '../row-table.ts';

/** The changes that a newer message makes to the alert of the one it replaces. */
export interface Replacement extends Omit<ReportedAlert, 'id'> {
  readonly messageReason: AlertReason | null;
  readonly idempotencyKey: string | null;
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

const NOTHING_QUEUED = `NOT EXISTS (SELECT 1 FROM notifications n
  WHERE n.alert_id = alerts.id AND n.status IN ('pending', 'failed', 'sending'))`;

/** By name, since the planner would rather walk everything that is open. */
const OPEN_MESSAGES = 'INDEXED BY alerts_open_messages WHERE is_message = 1 AND closed_at IS NULL';

/** Alerts that are messages: what sets them apart from those that are conditions. */
export class MessageTable extends Table {
  /** Makes a message of an alert that was inserted in the same transaction. */
  mark(id: string, idempotencyKey: string | null): AlertRow {
    const marked = this.#update(
      'is_message = 1, idempotency_key = @idempotencyKey WHERE id = @id',
      {
        id,
        idempotencyKey,
      },
    );
    return defined(marked, 'the inserted alert');
  }

  /** The alert must be open; a condition that goes by the name of a message becomes one. */
  replace(before: AlertRow, replacement: Replacement): AlertRow {
    // Whoever acknowledged the last one has not seen this one.
    const replaced = this.#update(
      `is_message = 1, state = 'open', acknowledged_at = NULL, auto_acknowledged = 0,
         severity = @severity, peak_severity = @severity, message = @message, message_reason = @messageReason, labels = @labels,
         annotations = @annotations, url = @url, idempotency_key = @idempotencyKey,
         started_at = @startedAt, last_seen_at = @seenAt, unseen_from = @seenAt, state_from = @seenAt,
         occurrences = occurrences + 1, ends_at = NULL
       WHERE id = @id AND closed_at IS NULL`,
      ALERT.encode({ id: before.id, ...replacement }),
    );
    const after = defined(replaced, 'the open alert');
    this.db.counts.alertChanged(before, after);
    return after;
  }

  /** The message that came under this key before; null when there was none, or retention has taken it. */
  repeated(question: RepeatQuestion): AlertRow | null {
    return this.db.get(
      `SELECT ${ALERT.list} FROM alerts
       WHERE source = @source AND host = @host AND idempotency_key = @idempotencyKey
       ORDER BY seq DESC LIMIT 1`,
      question,
      ALERT.decode,
    );
  }

  /** At most `limit` ids of open messages of one topic and title, oldest first. */
  openOf(question: OlderQuestion): string[] {
    return this.db.values(
      `SELECT id FROM alerts ${OPEN_MESSAGES}
         AND source = @source AND host = @host AND json_extract(labels, '$.title') = @title
       ORDER BY seq LIMIT @limit`,
      question,
    );
  }

  /** At most `limit` open messages of one topic, newest first. */
  openIn(question: TopicQuestion): { readonly id: string; readonly occurrences: number }[] {
    return this.db.all(
      `SELECT id, occurrences FROM alerts ${OPEN_MESSAGES} AND source = @source AND host = @host
       ORDER BY seq DESC LIMIT @limit`,
      question,
    );
  }

  /** Null when it was closed already, or something of it is still queued. */
  closeSettled(id: string, at: number): AlertRow | null {
    const closed = this.#update(
      `state = 'resolved', closed_at = @at, ends_at = NULL, snoozed_until = NULL
       WHERE id = @id AND is_message = 1 AND closed_at IS NULL AND ${NOTHING_QUEUED}`,
      { id, at },
    );
    if (closed) this.db.counts.alertClosed(closed);
    return closed;
  }

  anyOpen(): boolean {
    return this.db.value(`SELECT 1 FROM alerts ${OPEN_MESSAGES} LIMIT 1`) === 1;
  }

  /** Open messages of these notifications of which nothing is queued any more. */
  settledAmong(notificationIds: readonly string[]): string[] {
    return this.db.values(
      `SELECT DISTINCT alerts.id FROM json_each(?) given
         JOIN notifications n ON n.id = given.value JOIN alerts ON alerts.id = n.alert_id
       WHERE alerts.is_message = 1 AND alerts.closed_at IS NULL AND ${NOTHING_QUEUED}`,
      [JSON.stringify(notificationIds)],
    );
  }

  /** At most `limit` open messages of which nothing is queued any more. */
  settled(limit: number): string[] {
    const sql = `SELECT id FROM alerts ${OPEN_MESSAGES} AND ${NOTHING_QUEUED} LIMIT ?`;
    return this.db.values(sql, [limit]);
  }

  /** Returns true if it closed, or was replaced, after this moment: then a further attempt is pointless. */
  overSince(question: OverQuestion): boolean {
    const isOver = this.db.value(
      `SELECT EXISTS (SELECT 1 FROM alerts WHERE id = @alertId AND closed_at > @since)
         OR EXISTS (SELECT 1 FROM notifications WHERE alert_id = @alertId AND channel_id = @channelId
           AND seq > @seq AND created_at > @since AND status IN ('pending', 'failed', 'sending'))`,
      question,
    );
    return isOver === 1;
  }

  #update(changes: string, bound: object): AlertRow | null {
    const sql = `UPDATE alerts SET ${changes} RETURNING ${ALERT.list}`;
    return this.db.get(sql, bound, ALERT.decode);
  }
}
