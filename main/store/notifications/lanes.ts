import type { Db } from '../database.ts';
import {
  toNotificationRow,
  type NotificationRow,
  type StoredNotification,
} from './notification-rows.ts';
import type { Claim } from './notification-table.ts';

/** A place among the dead letters of a channel, in the order in which they died. */
export interface DiedAt {
  readonly diedAt: number;
  readonly seq: number;
}

export interface RecoveryScan {
  readonly channelId: string;
  readonly after: DiedAt;
  /** When the channel came back; what died, or was requeued by itself, since then is left alone. */
  readonly recoveredAt: number;
  readonly limit: number;
}

/** A dead letter, and whether it may be requeued by itself: not yet, while a fallback's copy of it still waits. */
export interface Recoverable extends DiedAt {
  readonly verdict: 'eligible' | 'undecided' | 'left';
}

export interface LimitedScan {
  readonly channelId: string;
  /** Due from then on, ms UTC. */
  readonly from: number;
  readonly now: number;
  readonly limit: number;
}

export interface Limited {
  readonly dueAt: number;
  readonly bundleId: string | null;
}

/** Both lists, since SQLite takes the partial index only where its own condition is repeated. */
const WAITING = `status IN ('pending', 'failed', 'sending') AND status IN ('pending', 'failed')`;
/** Tests alone belong to no condition, so that finding them costs nothing, however much else waits. */
const TEST = `condition_id IS NULL AND event = 'test'`;

/**
 * What became of the copies of a dead one on other channels, at whatever remove: 'told' when one has
 * arrived or was cancelled as old news, 'waits' when one is on its way; null when there is none, or they died.
 */
const ELSEWHERE = `(
  WITH RECURSIVE copies (id, status, cancel_reason) AS (
    SELECT id, status, cancel_reason FROM notifications WHERE fallback_of = n.id
    UNION ALL
    SELECT c.id, c.status, c.cancel_reason FROM copies JOIN notifications c ON c.fallback_of = copies.id)
  SELECT min(CASE WHEN status IN ('pending', 'failed', 'sending') THEN 'waits' ELSE 'told' END)
  FROM copies WHERE status <> 'dead' AND cancel_reason IS NOT 'channel_deleted')`;

/** Dead letters that are looked at before it is said that none would come back. */
const LOOKED_AT_MAX = 2_000;

// Obsolete is what speaks of a condition that is over, but for the word that it is.
const RECOVERABLE = `SELECT n.seq, n.died_at AS diedAt, CASE WHEN n.event <> 'test'
      AND coalesce(n.last_error_class, '') IN ('timeout', 'dns', 'connection', 'rate_limited',
        'server_error', 'interrupted', 'channel_down')
      AND (n.auto_requeued_at IS NULL OR n.auto_requeued_at < @recoveredAt)
      AND (n.is_message = 1 OR n.event IN ('resolved', 'flapping_stopped') OR a.closed_at IS NULL)
      THEN CASE ${ELSEWHERE} WHEN 'told' THEN 'left' WHEN 'waits' THEN 'undecided' ELSE 'eligible' END
      ELSE 'left' END AS verdict
    FROM notifications n INDEXED BY notifications_died LEFT JOIN alerts a ON a.id = n.alert_id
    WHERE n.status = 'dead' AND n.channel_id = @channelId AND (n.died_at, n.seq) > (@diedAt, @seq)
      AND n.died_at <= @recoveredAt`;

const SQL = {
  claimTests: `UPDATE notifications SET status = 'sending', due_at = NULL, lease_token = @leaseToken,
      lease_until = @leaseUntil, updated_at = @now
    WHERE status IN ('pending', 'failed') AND seq IN (
      SELECT seq FROM notifications INDEXED BY notifications_active
      WHERE channel_id = @channelId AND ${TEST} AND ${WAITING} AND due_at <= @dueBy
      ORDER BY due_at, seq LIMIT @limit)
    RETURNING *`,
  firstTestDue: `SELECT min(due_at) FROM notifications INDEXED BY notifications_active
    WHERE channel_id = ? AND ${TEST} AND ${WAITING}`,
  firstDue: `SELECT due_at FROM notifications WHERE channel_id = ? AND status IN ('pending', 'failed')
    ORDER BY due_at LIMIT 1`,
  due: `SELECT count(*) FROM (SELECT 1 FROM notifications
    WHERE channel_id = ? AND status IN ('pending', 'failed') AND due_at <= ? LIMIT ?)`,
  // From where the last look ended, so that a long queue is not read at each.
  limit: `UPDATE notifications SET limited = 1 WHERE seq IN (
      SELECT seq FROM notifications INDEXED BY notifications_due
      WHERE channel_id = @channelId AND status IN ('pending', 'failed') AND due_at BETWEEN @from AND @now
        AND limited = 0
      ORDER BY due_at, seq LIMIT @limit)
    RETURNING due_at AS dueAt, bundle_id AS bundleId`,
  recoverable: `${RECOVERABLE} ORDER BY n.died_at, n.seq LIMIT @limit`,
  // The newest first, since the older ones are the likelier to be old news.
  mayRecover: `SELECT max(verdict = 'eligible') FROM (
    ${RECOVERABLE} ORDER BY n.died_at DESC, n.seq DESC LIMIT ${LOOKED_AT_MAX})`,
  diedBy: `UPDATE notifications SET died_at = @now, auto_requeued_at = min(auto_requeued_at, @now - 1)
    WHERE status = 'dead' AND channel_id = @channelId AND died_at > @now`,
  autoRequeue: `UPDATE notifications SET status = 'pending', budget = budget + 1, retry_count = 0,
      max_attempts = NULL, due_at = @now, last_error_class = NULL, last_error = NULL, receiver_text = NULL, bundle_id = NULL,
      cause = NULL, died_at = NULL, hastened_by = NULL, requeued_by = 'belfry', auto_requeued_at = @now, updated_at = @now
    WHERE seq IN (SELECT value FROM json_each(@seqs)) AND status = 'dead'
    RETURNING id`,
};

/** What is queued for one channel, seen as a queue that is held, let pass or filled again as a whole. */
export class LaneTable {
  readonly #claimTests;
  readonly #firstTestDue;
  readonly #firstDue;
  readonly #due;
  readonly #limit;
  readonly #recoverable;
  readonly #mayRecover;
  readonly #diedBy;
  readonly #autoRequeue;

  constructor(db: Db) {
    this.#claimTests = db.prepare<Claim, StoredNotification>(SQL.claimTests);
    this.#firstTestDue = db.prepare<[string], number | null>(SQL.firstTestDue).pluck();
    this.#firstDue = db.prepare<[string], number>(SQL.firstDue).pluck();
    this.#due = db.prepare<[string, number, number], number>(SQL.due).pluck();
    this.#limit = db.prepare<LimitedScan, Limited>(SQL.limit);
    this.#recoverable = db.prepare<Omit<RecoveryScan, 'after'> & DiedAt, Recoverable>(
      SQL.recoverable,
    );
    this.#mayRecover = db
      .prepare<Omit<RecoveryScan, 'after' | 'limit'> & DiedAt, number | null>(SQL.mayRecover)
      .pluck();
    this.#diedBy = db.prepare<{ channelId: string; now: number }>(SQL.diedBy);
    this.#autoRequeue = db.prepare<{ seqs: string; now: number }, string>(SQL.autoRequeue).pluck();
  }

  /** Leases due tests of a channel, in order, whatever else waits before them. */
  claimTests(claim: Claim): NotificationRow[] {
    return this.#claimTests
      .all(claim)
      .map(toNotificationRow)
      .sort((a, b) => a.seq - b.seq);
  }

  /** When the first of what waits is or was due; null when nothing waits. */
  firstDue(channelId: string): number | null {
    return this.#firstDue.get(channelId) ?? null;
  }

  /** The same for tests alone. */
  firstTestDue(channelId: string): number | null {
    return this.#firstTestDue.get(channelId) ?? null;
  }

  /** How much is due, counted up to `limit`. */
  due(channelId: string, now: number, limit: number): number {
    return this.#due.get(channelId, now, limit) ?? 0;
  }

  /** Notes that a limit holds what is due and was not held by one before; answers those rows. */
  limit(scan: LimitedScan): Limited[] {
    return this.#limit.all(scan);
  }

  /** The next dead letters up to the recovery, in the order in which they died. */
  recoverable({ after, ...scan }: RecoveryScan): Recoverable[] {
    return this.#recoverable.all({ ...scan, ...after });
  }

  /** Whether anything that died since `diedAfter` would come back by itself if the channel came back. */
  mayRecover(channelId: string, diedAfter: number): boolean {
    // Also what died by a clock that ran ahead.
    const recoveredAt = Number.MAX_SAFE_INTEGER;
    return this.#mayRecover.get({ channelId, recoveredAt, diedAt: diedAfter, seq: 0 }) === 1;
  }

  /** Nothing has died later than now, whatever the clock was at the time. */
  diedBy(channelId: string, now: number): void {
    this.#diedBy.run({ channelId, now });
  }

  /** Gives what died of an outage a fresh budget, due now; answers the rows' ids. */
  autoRequeue(seqs: readonly number[], now: number): string[] {
    return this.#autoRequeue.all({ seqs: JSON.stringify(seqs), now });
  }
}
