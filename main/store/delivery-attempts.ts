import type { Attempt, AttemptOutcome, FailureClass } from '../contract/notification.ts';
import type { Db } from './database.ts';

export interface NewAttempt {
  readonly notificationId: string;
  readonly channelName: string;
  readonly budget: number;
  readonly number: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: AttemptOutcome;
  readonly failureClass: FailureClass | null;
  readonly error: string | null;
  readonly statusCode: number | null;
  readonly responseExcerpt: string | null;
}

/** The full record of every try. Append only; retention prunes it. */
export class DeliveryAttemptTable {
  readonly #append;
  readonly #byNotification;
  readonly #interruptions;

  constructor(db: Db) {
    this.#append = db.prepare<NewAttempt>(
      `INSERT INTO delivery_attempts (notification_id, channel_name, budget, number, started_at,
         duration_ms, outcome, failure_class, error, status_code, response_excerpt)
       VALUES (@notificationId, @channelName, @budget, @number, @startedAt,
         @durationMs, @outcome, @failureClass, @error, @statusCode, @responseExcerpt)`,
    );
    this.#byNotification = db.prepare<[string], Attempt>(
      `SELECT id, budget, number, started_at AS startedAt, duration_ms AS durationMs, outcome,
         failure_class AS failureClass, error, status_code AS statusCode,
         response_excerpt AS responseExcerpt
       FROM delivery_attempts WHERE notification_id = ? ORDER BY id`,
    );
    this.#interruptions = db
      .prepare<[string, number], number>(
        `SELECT count(*) FROM delivery_attempts
         WHERE notification_id = ? AND budget = ? AND outcome = 'interrupted'`,
      )
      .pluck();
  }

  append(attempt: NewAttempt): void {
    this.#append.run(attempt);
  }

  /** Oldest first. */
  byNotification(notificationId: string): Attempt[] {
    return this.#byNotification.all(notificationId);
  }

  /** How many attempts of a budget were cut off by us. */
  interruptions(notificationId: string, budget: number): number {
    return this.#interruptions.get(notificationId, budget) ?? 0;
  }
}
