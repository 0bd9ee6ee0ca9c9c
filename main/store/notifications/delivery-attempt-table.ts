import type { FailureClass } from '../../contract/failure-class.ts';
import type { Attempt, AttemptOutcome } from '../../contract/notification.ts';
import type { FailureReason } from '../../contract/reasons/failure-reasons.ts';
import type { Db } from '../database.ts';
import { toReason } from './notification-rows.ts';

/** Without its sentence. */
export type StoredAttempt = Omit<Attempt, 'error'>;

export interface NewAttempt {
  readonly notificationId: string;
  readonly channelName: string;
  readonly budget: number;
  readonly number: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: AttemptOutcome;
  readonly failureClass: FailureClass | null;
  readonly reason: FailureReason | null;
  readonly receiverText: string | null;
  readonly statusCode: number | null;
  readonly responseExcerpt: string | null;
  /** What was sent, in a line and without any secret. */
  readonly request: string | null;
  readonly requeuedBy: string | null;
}

/** The full record of every try. Append only; retention prunes it. */
export class DeliveryAttemptTable {
  readonly #append;
  readonly #byNotification;
  readonly #interruptions;
  readonly #messagesSince;
  readonly #limitedSince;

  constructor(db: Db) {
    this.#append = db.prepare<Omit<NewAttempt, 'reason'> & { error: string | null }>(
      `INSERT INTO delivery_attempts (notification_id, channel_name, budget, number, started_at,
         duration_ms, outcome, failure_class, error, receiver_text, status_code, response_excerpt, request, requeued_by)
       VALUES (@notificationId, @channelName, @budget, @number, @startedAt,
         @durationMs, @outcome, @failureClass, @error, @receiverText, @statusCode, @responseExcerpt, @request, @requeuedBy)`,
    );
    this.#byNotification = db.prepare<
      [string],
      Omit<StoredAttempt, 'reason'> & { error: string | null }
    >(
      `SELECT id, budget, number, started_at AS startedAt, duration_ms AS durationMs, outcome,
         failure_class AS failureClass, error, receiver_text AS receiverText, status_code AS statusCode,
         response_excerpt AS responseExcerpt, request, requeued_by AS requeuedBy
       FROM delivery_attempts WHERE notification_id = ? ORDER BY id`,
    );
    this.#interruptions = db
      .prepare<[string, number], number>(
        `SELECT count(*) FROM delivery_attempts
         WHERE notification_id = ? AND budget = ? AND outcome = 'interrupted'`,
      )
      .pluck();
    this.#messagesSince = db
      .prepare<[number, string, number], number>(
        `SELECT t.started_at FROM delivery_attempts t JOIN notifications n ON n.id = t.notification_id
         WHERE t.started_at > ? AND n.channel_id = ?
         GROUP BY coalesce(n.bundle_id, n.id), t.started_at ORDER BY t.started_at DESC LIMIT ?`,
      )
      .pluck();
    this.#limitedSince = db
      .prepare<[string, number], number | null>(
        `SELECT min(started_at) FROM delivery_attempts
         WHERE notification_id = ? AND budget = ? AND failure_class = 'rate_limited'`,
      )
      .pluck();
  }

  append({ reason, ...attempt }: NewAttempt): void {
    this.#append.run({ ...attempt, error: reason && JSON.stringify(reason) });
  }

  /** Oldest first. */
  byNotification(notificationId: string): StoredAttempt[] {
    return this.#byNotification
      .all(notificationId)
      .map(({ error, ...attempt }) => ({ ...attempt, reason: toReason(error) }));
  }

  /** How many attempts of a budget were cut off by us. */
  interruptions(notificationId: string, budget: number): number {
    return this.#interruptions.get(notificationId, budget) ?? 0;
  }

  /** When the receiver first refused it in a budget for the number of messages; null when it has not. */
  limitedSince(notificationId: string, budget: number): number | null {
    return this.#limitedSince.get(notificationId, budget) ?? null;
  }

  /** When the newest messages to a channel began after `since`, newest first; a bundle is one message. */
  messagesSince(channelId: string, since: number, limit: number): number[] {
    return this.#messagesSince.all(since, channelId, limit);
  }
}
