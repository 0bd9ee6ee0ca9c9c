import type { FailureClass } from '../../contract/failure-class.ts';
import type { FailureReason } from '../../contract/reasons/failure-reasons.ts';
import type { Failure } from '../../domain/outcome.ts';
import type { Db } from '../database.ts';
import { SEARCHED } from './notification-pages.ts';
import { toReason } from './notification-rows.ts';

/** Dead letters of one channel whose attempts ended for one cause. */
export interface DeadLetterGroupRow {
  readonly channelId: string;
  readonly class: FailureClass | null;
  readonly cause: string;
  readonly count: number;
  readonly obsolete: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The newest one's. */
  readonly reason: FailureReason | null;
}

/** What null leaves open. `cause` null leaves the class open too, since null is a class. */
export interface DeadLetterFilter {
  readonly channelId: string | null;
  readonly alertId: string | null;
  readonly class: FailureClass | null;
  readonly cause: string | null;
  /** A LIKE pattern (ESCAPE '\'). */
  readonly like: string | null;
}

/** A dead letter that was looked for. */
export interface FoundLetter {
  readonly seq: number;
  readonly channelId: string;
  readonly obsolete: boolean;
}

/** Dead letters after one seq, up to and with another. */
export interface Stretch {
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

/** A row whose state has changed. */
export interface ChangedRow {
  readonly id: string;
  readonly channelId: string;
}

/** What was discarded in one go: all of it in order, and when the last of it was. */
export interface Discarded {
  readonly seqs: number[];
  readonly lastAt: number;
}

export interface Undone {
  readonly seq: number;
  readonly discardId: string;
  /** For what never failed, so that nobody wonders why it is dead. */
  readonly error: string;
  readonly cause: string;
  readonly now: number;
}

type StoredGroup = Omit<DeadLetterGroupRow, 'reason'> & { newestSeq: number };
type StoredFound = Omit<FoundLetter, 'obsolete'> & { obsolete: 0 | 1 };
type ScanParams = DeadLetterFilter & Stretch;

/** Sending it now tells old news; what a message says is none. Retention keeps the alert of what is dead, so one that is not open has closed. */
const obsolete = (openAlerts: string) =>
  `n.is_message = 0 AND n.event NOT IN ('resolved', 'flapping_stopped') AND n.alert_id IS NOT NULL AND ${openAlerts}`;

const SQL = {
  // The planner would rather walk all dead rows; the index holds everything that is asked here.
  groups: `SELECT n.channel_id AS channelId, n.last_error_class AS class, n.cause AS cause, count(*) AS count,
      sum(${obsolete('n.alert_id NOT IN (SELECT id FROM alerts WHERE closed_at IS NULL)')}) AS obsolete,
      min(n.died_at) AS firstAt, max(n.died_at) AS lastAt, max(n.seq) AS newestSeq
    FROM notifications n INDEXED BY notifications_dead WHERE n.status = 'dead'
    GROUP BY n.channel_id, n.last_error_class, n.cause ORDER BY count DESC, lastAt DESC LIMIT ?`,
  // What does not match is answered too: where the next stretch begins must not hang on the matches.
  scan: `SELECT n.seq AS seq, (@channelId IS NULL OR n.channel_id = @channelId)
      AND (@cause IS NULL OR (n.cause = @cause AND n.last_error_class IS @class))
      AND (@alertId IS NULL OR n.alert_id = @alertId)
      AND ${SEARCHED} AS matches, n.channel_id AS channelId, (${obsolete(
        'NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = n.alert_id AND a.closed_at IS NULL)',
      )}) AS obsolete
    FROM notifications n WHERE n.status = 'dead' AND n.seq > @after AND n.seq <= @upTo
    ORDER BY n.seq LIMIT @limit`,
  newestSeq: `SELECT coalesce(max(seq), 0) FROM notifications`,
  named: `SELECT seq, channel_id AS channelId FROM notifications
    WHERE id IN (SELECT value FROM json_each(?)) ORDER BY seq`,
  requeue: `UPDATE notifications SET status = 'pending', budget = budget + 1, retry_count = 0,
      max_attempts = NULL, due_at = @now, last_error_class = NULL, last_error = NULL, receiver_text = NULL, cause = NULL,
      died_at = NULL, bundle_id = NULL, hastened_by = NULL, requeued_by = @actor, updated_at = @now
    WHERE seq IN (SELECT value FROM json_each(@seqs)) AND status = 'dead'
    RETURNING id, channel_id AS channelId`,
  // With a plus no index is used for the status: the seqs name the rows, the status merely guards them.
  discard: `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = 'discarded',
      discard_id = @discardId, updated_at = @now
    WHERE seq IN (SELECT value FROM json_each(@seqs))
      AND (+status = 'dead' OR (@waiting = 1 AND +status IN ('pending', 'failed')))
    RETURNING id, channel_id AS channelId`,
  discarded: `SELECT seq FROM notifications WHERE discard_id = ? ORDER BY seq`,
  updatedAt: `SELECT updated_at FROM notifications WHERE seq = ?`,
  failure: `SELECT last_error AS error, receiver_text AS receiverText FROM notifications WHERE seq = ?`,
  // A channel that was deleted meanwhile will deliver nothing any more.
  undo: `UPDATE notifications SET status = 'dead', cancel_reason = NULL, discard_id = NULL,
      hold_kind = NULL, hold_ref = NULL, hold_until = NULL, hold_reason = NULL,
      last_error = coalesce(last_error, @error), cause = coalesce(cause, @cause),
      died_at = coalesce(died_at, @now), updated_at = @now
    WHERE seq = @seq AND status = 'cancelled' AND cancel_reason = 'discarded' AND discard_id = @discardId
      AND channel_id IN (SELECT id FROM channels)
    RETURNING id, channel_id AS channelId`,
  count: `SELECT count(*) FROM notifications WHERE status = 'dead'`,
  // Repeats the partial index's own condition, without which SQLite would not use it.
  oldest: `SELECT seq FROM notifications WHERE status IN ('sent', 'cancelled', 'dead') AND status = 'dead'
    ORDER BY updated_at LIMIT ?`,
};

/** Dead letters as a whole: by cause, back to life, discarded and brought back. */
export class DeadLetterTable {
  readonly #groups;
  readonly #scan;
  readonly #newestSeq;
  readonly #named;
  readonly #requeue;
  readonly #discard;
  readonly #discarded;
  readonly #updatedAt;
  readonly #failure;
  readonly #undo;
  readonly #count;
  readonly #oldest;

  constructor(db: Db) {
    this.#groups = db.prepare<[number], StoredGroup>(SQL.groups);
    this.#scan = db.prepare<ScanParams, StoredFound & { matches: number }>(SQL.scan);
    this.#newestSeq = db.prepare<[], number>(SQL.newestSeq).pluck();
    this.#named = db.prepare<[string], { seq: number; channelId: string }>(SQL.named);
    this.#requeue = db.prepare<{ seqs: string; actor: string; now: number }, ChangedRow>(
      SQL.requeue,
    );
    this.#discard = db.prepare<
      { seqs: string; discardId: string | null; waiting: number; now: number },
      ChangedRow
    >(SQL.discard);
    this.#discarded = db.prepare<[string], number>(SQL.discarded).pluck();
    this.#updatedAt = db.prepare<[number], number>(SQL.updatedAt).pluck();
    this.#failure = db.prepare<[number], { error: string | null; receiverText: string | null }>(
      SQL.failure,
    );
    this.#undo = db.prepare<Undone, ChangedRow>(SQL.undo);
    this.#count = db.prepare<[], number>(SQL.count).pluck();
    this.#oldest = db.prepare<[number], number>(SQL.oldest).pluck();
  }

  /** Most first, at most `limit`. */
  groups(limit: number): DeadLetterGroupRow[] {
    return this.#groups.all(limit).map(({ newestSeq, ...group }) => ({
      ...group,
      reason: this.failure(newestSeq)?.reason ?? null,
    }));
  }

  newestSeq(): number {
    return this.#newestSeq.get() ?? 0;
  }

  /** The matching dead letters among the next `limit`, and where that stretch ended; null at the end of all. */
  scan(filter: DeadLetterFilter, stretch: Stretch): { letters: FoundLetter[]; end: number | null } {
    const found = this.#scan.all({ ...filter, ...stretch });
    return {
      letters: found
        .filter(({ matches }) => matches === 1)
        .map(({ seq, channelId, obsolete: isOld }) => ({ seq, channelId, obsolete: isOld === 1 })),
      end: found.length < stretch.limit ? null : (found.at(-1)?.seq ?? null),
    };
  }

  /** In order; ids that are unknown are left out. */
  named(ids: readonly string[]): { seq: number; channelId: string }[] {
    return this.#named.all(JSON.stringify(ids));
  }

  /** The dead among them become pending with a fresh budget, due now, their errors cleared. */
  requeue(seqs: readonly number[], actor: string, now: number): ChangedRow[] {
    return this.#requeue.all({ seqs: JSON.stringify(seqs), actor, now });
  }

  /** Gives up the dead among them, with `waiting` the pending and failed too. */
  discard(
    seqs: readonly number[],
    { discardId, waiting }: { readonly discardId: string | null; readonly waiting: boolean },
    now: number,
  ): ChangedRow[] {
    return this.#discard.all({
      seqs: JSON.stringify(seqs),
      discardId,
      waiting: waiting ? 1 : 0,
      now,
    });
  }

  /** Null when nothing is left of it. */
  discarded(discardId: string): Discarded | null {
    const seqs = this.#discarded.all(discardId);
    const last = seqs.at(-1);
    // It was done in this order.
    return last === undefined ? null : { seqs, lastAt: this.#updatedAt.get(last) ?? 0 };
  }

  /** Why its last attempt failed; null when none has. */
  failure(seq: number): Pick<Failure, 'reason' | 'receiverText'> | null {
    const stored = this.#failure.get(seq);
    const reason = toReason(stored?.error ?? null);
    return reason && { reason, receiverText: stored?.receiverText ?? null };
  }

  /** Back to dead, with count, error and cause as they were; null when it is not of that discard any more. */
  undo(undone: Undone): ChangedRow | null {
    return this.#undo.get(undone) ?? null;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  /** Those that died first. */
  oldest(limit: number): number[] {
    return this.#oldest.all(limit);
  }
}
