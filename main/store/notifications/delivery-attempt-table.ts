import type { Attempt } from '../../contract/notification.ts';
import { Columns } from '../columns.ts';
import { Table } from '../row-table.ts';

/** Without its sentence. */
export type StoredAttempt = Omit<Attempt, 'error'>;

export interface NewAttempt extends Readonly<Omit<StoredAttempt, 'id'>> {
  readonly notificationId: string;
  readonly channelId: string;
  readonly channelName: string;
  /** ms UTC; the hour in which it is counted. */
  readonly endedAt: number;
}

const ATTEMPT = new Columns<StoredAttempt>({
  id: 'plain',
  budget: 'plain',
  number: 'plain',
  startedAt: 'plain',
  durationMs: 'plain',
  outcome: 'plain',
  failureClass: 'plain',
  receiverText: 'plain',
  statusCode: 'plain',
  responseExcerpt: 'plain',
  request: 'plain',
  requeuedBy: 'plain',
  templateProblem: 'json',
  reason: ['json', 'error'],
});

/** The full record of every try. Append only; retention prunes it. */
export class DeliveryAttemptTable extends Table {
  /** Also counts it in its hour. */
  append(attempt: NewAttempt): void {
    this.db.run(
      `INSERT INTO delivery_attempts (notification_id, channel_name, budget, number, started_at,
         duration_ms, outcome, failure_class, error, receiver_text, status_code, response_excerpt, request, requeued_by,
         template_problem)
       VALUES (@notificationId, @channelName, @budget, @number, @startedAt,
         @durationMs, @outcome, @failureClass, @reason, @receiverText, @statusCode, @responseExcerpt, @request, @requeuedBy,
         @templateProblem)`,
      ATTEMPT.encode(attempt),
    );
    const { channelId, durationMs, endedAt, outcome } = attempt;
    this.db.counts.attempt({ channelId, at: endedAt, durationMs, isSent: outcome === 'sent' });
  }

  /** Oldest first. */
  byNotification(notificationId: string): StoredAttempt[] {
    return this.db.all(
      `SELECT ${ATTEMPT.list} FROM delivery_attempts WHERE notification_id = ? ORDER BY id`,
      [notificationId],
      ATTEMPT.decode,
    );
  }

  /** How many attempts of a budget were cut off by us. */
  interruptions(notificationId: string, budget: number): number {
    const count = this.db.value<number>(
      `SELECT count(*) FROM delivery_attempts
       WHERE notification_id = ? AND budget = ? AND outcome = 'interrupted'`,
      [notificationId, budget],
    );
    return count ?? 0;
  }

  /** Returns when the receiver first refused it in a budget for the number of messages; null when it has not. */
  limitedSince(notificationId: string, budget: number): number | null {
    return this.db.value(
      `SELECT min(started_at) FROM delivery_attempts
       WHERE notification_id = ? AND budget = ? AND failure_class = 'rate_limited'`,
      [notificationId, budget],
    );
  }

  /** Returns when the newest messages to a channel began after `since`, newest first; a bundle is one message. */
  messagesSince(channelId: string, since: number, limit: number): number[] {
    return this.db.values(
      `SELECT t.started_at FROM delivery_attempts t JOIN notifications n ON n.id = t.notification_id
       WHERE t.started_at > ? AND n.channel_id = ?
       GROUP BY coalesce(n.bundle_id, n.id), t.started_at ORDER BY t.started_at DESC LIMIT ?`,
      [since, channelId, limit],
    );
  }
}
