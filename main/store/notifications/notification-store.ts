import type { AlertSnapshot, NotificationEvent } from '../../contract/notification.ts';
import { causeOf } from '../../domain/cause.ts';
import type { Settlement } from '../../domain/notification-state.ts';
import type { Failure } from '../../domain/outcome.ts';
import { Table } from '../row-table.ts';
import { DeadLetterRows } from './dead-letter-rows.ts';
import { HeldRows } from './held-rows.ts';
import { Move } from './move.ts';
import { NotificationPages } from './notification-pages.ts';
import {
  CHANGED,
  holdColumns,
  NOTIFICATION,
  type ChangedRow,
  type NotificationRow,
  type StoredHold,
} from './notification-rows.ts';
import { WaitingRows } from './waiting-rows.ts';

export interface NewNotification {
  readonly id: string;
  readonly alertId: string | null;
  readonly conditionId: number | null;
  readonly channelId: string;
  readonly channelName: string;
  readonly event: NotificationEvent;
  /** True if its alert is a message; false for a test. */
  readonly isMessage: boolean;
  readonly snapshot: AlertSnapshot;
  readonly dueAt: number;
  readonly createdAt: number;
  /** The route that asked for it; null when there were none, and for a test. */
  readonly routeId: string | null;
  readonly bundleId: string | null;
  readonly hold: StoredHold | null;
  /** The dead notification of another channel whose place this one takes. */
  readonly fallbackOf?: string;
  /** The actor who asked for it in place of that one. */
  readonly requeuedBy?: string;
  /** 0 if left out. */
  readonly loudness?: number;
}

export interface Lease {
  readonly leaseToken: string;
  readonly leaseUntil: number;
  readonly now: number;
}

export interface Claim extends Lease {
  readonly channelId: string;
  /** Only what came to be due up to then. */
  readonly dueBy: number;
  /** 1 if tests are included, else 0. */
  readonly tests: 0 | 1;
  readonly limit: number;
}

/** A row that was just attempted, and since when. */
export interface SupersededQuery {
  readonly channelId: string;
  readonly conditionId: number;
  readonly alertId: string;
  readonly seq: number;
  readonly since: number;
}

export interface Completion {
  readonly id: string;
  readonly leaseToken: string;
  readonly settlement: Settlement;
  readonly maxAttempts: number;
  /** Null on success, which leaves an earlier error to be read in the attempts. */
  readonly failure: Failure | null;
  readonly now: number;
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

export interface NotifiedQuery {
  readonly channelId: string;
  readonly alertId: string;
  readonly event: NotificationEvent;
  /** The alert as the notification shows it, which tells a second rise in severity from the first. */
  readonly snapshot: AlertSnapshot;
}

/**
 * Order per condition and channel: a row waits while an earlier one of its condition is not settled,
 * unless that one is held: what may leave is the newer notification, and supersedes it.
 */
const earlierOf = (row: string, others = ''): string => `NOT EXISTS (
  SELECT 1 FROM notifications e
  WHERE e.channel_id = ${row}.channel_id AND e.condition_id = ${row}.condition_id AND e.seq < ${row}.seq
    AND e.status IN ('pending', 'failed', 'sending') ${others}
    AND NOT (e.hold_kind IS NOT NULL AND coalesce(e.due_at, 0) > @now))`;

/**
 * Tests alone belong to no condition, so that finding them costs nothing, however much else waits.
 * Both lists of states, since SQLite takes the partial index only where its own condition is repeated.
 */
const WAITING_TEST = `condition_id IS NULL AND event = 'test'
  AND status IN ('pending', 'failed', 'sending') AND status IN ('pending', 'failed')`;

const lease = (from: string): Move<NotificationRow> =>
  new Move({
    ...{ from, to: 'sending', returning: NOTIFICATION.list, toRow: NOTIFICATION.decode },
    set: `due_at = NULL, lease_token = @leaseToken, lease_until = @leaseUntil, updated_at = @now`,
  });

// A bundle that was attempted goes on as it is: only what was requeued can be earlier than its members.
// SQLite plans a sorted statement again for each value of a bare parameter; one that is part of an
// expression (`+@id`, `@limit + 0`) it plans once.
const CLAIM = lease(`notifications n
  WHERE n.channel_id = +@channelId AND n.status IN ('pending', 'failed') AND n.due_at <= @dueBy
    AND (@tests = 1 OR n.event <> 'test')
    AND ((n.bundle_id IS NOT NULL AND n.retry_count > 0) OR ${earlierOf('n')})
  ORDER BY n.due_at, n.seq LIMIT @limit + 0`);

// Members do not wait for each other, since they leave together.
const CLAIM_BUNDLE = lease(`notifications n
  WHERE n.bundle_id = @bundleId AND n.status IN ('pending', 'failed')
    AND (n.retry_count > 0 OR ${earlierOf('n', 'AND e.bundle_id IS NOT n.bundle_id')})`);

const CLAIM_TESTS = lease(`notifications n INDEXED BY notifications_active
  WHERE channel_id = +@channelId AND ${WAITING_TEST} AND due_at <= @dueBy
  ORDER BY due_at, seq LIMIT @limit + 0`);

const cancelFor = (from: string): Move<ChangedRow> =>
  new Move({
    ...{ from, to: 'cancelled', returning: CHANGED },
    set: `due_at = NULL, cancel_reason = 'channel_deleted', updated_at = @now`,
  });

const CANCEL_CHANNEL = cancelFor(
  `notifications n WHERE channel_id = @channelId AND status IN ('pending', 'failed', 'dead')`,
);
const CANCEL_ORPHANS = cancelFor(`notifications n
  WHERE status IN ('pending', 'failed') AND channel_id NOT IN (SELECT id FROM channels)`);

/** The queue. Every UPDATE is guarded by the status it expects (domain/notification-state.ts). */
export class NotificationStore extends Table {
  readonly holds = new HeldRows(this.db);
  readonly waiting = new WaitingRows(this.db);
  readonly deadLetters = new DeadLetterRows(this.db);
  readonly pages = new NotificationPages(this.db);

  /** Returns its seq, its place in the order of all notifications. */
  insert(notification: NewNotification): number {
    const { lastInsertRowid } = this.db.run(
      `INSERT INTO notifications (id, alert_id, condition_id, channel_id, channel_name, event, is_message, status,
         due_at, snapshot, created_at, updated_at, route_id, bundle_id, hold_kind, hold_ref, hold_until, hold_reason, fallback_of,
         requeued_by, loudness)
       VALUES (@id, @alertId, @conditionId, @channelId, @channelName, @event, @isMessage, 'pending',
         @dueAt, @snapshot, @createdAt, @createdAt, @routeId, @bundleId, @kind, @ref, @until, @reason, @fallbackOf, @requeuedBy, @loudness)`,
      {
        ...{ fallbackOf: null, requeuedBy: null, loudness: 0 },
        ...NOTIFICATION.encode(notification),
        ...holdColumns(notification.hold),
      },
    );
    this.db.counts.notification(notification.channelId, null, 'pending');
    return Number(lastInsertRowid);
  }

  /** Leases up to `limit` due rows of one channel, in order, and changes nothing else about them. */
  claim(claim: Claim): NotificationRow[] {
    return CLAIM.run(this.db, claim);
  }

  /** Leases the other members of a bundle whose first rows were claimed, in order. */
  claimBundle(bundleId: string, lease: Lease): NotificationRow[] {
    return CLAIM_BUNDLE.run(this.db, { bundleId, ...lease });
  }

  /** Leases due tests of a channel, in order, whatever else waits before them. */
  claimTests(claim: Omit<Claim, 'tests'>): NotificationRow[] {
    return CLAIM_TESTS.run(this.db, claim);
  }

  /** False when the lease is no longer ours, and then nothing was written. */
  complete({ id, leaseToken, settlement, maxAttempts, failure, now }: Completion): boolean {
    const channelId = this.db.value<string>(
      `UPDATE notifications SET status = @status, due_at = @dueAt, lease_token = NULL, lease_until = NULL,
         retry_count = @retryCount, max_attempts = @maxAttempts, cancel_reason = @cancelReason,
         hold_kind = NULL, hold_ref = NULL, hold_until = NULL, hold_reason = NULL, past_holds = 0,
         last_error_class = coalesce(@errorClass, last_error_class),
         receiver_text = iif(@error IS NULL, receiver_text, @receiverText),
         last_error = coalesce(@error, last_error), cause = @cause, died_at = @diedAt,
         limited = max(limited, @limited), updated_at = @now
       WHERE id = @id AND status = 'sending' AND lease_token = @leaseToken RETURNING channel_id`,
      {
        id,
        leaseToken,
        status: settlement.status,
        retryCount: settlement.retryCount,
        dueAt: settlement.status === 'failed' ? settlement.dueAt : null,
        cancelReason: settlement.status === 'cancelled' ? settlement.reason : null,
        maxAttempts,
        errorClass: failure?.class ?? null,
        error: failure && JSON.stringify(failure.reason),
        receiverText: failure?.receiverText ?? null,
        cause: settlement.status === 'dead' && failure ? causeOf(failure) : null,
        diedAt: settlement.status === 'dead' ? now : null,
        limited: failure?.class === 'rate_limited' ? 1 : 0,
        now,
      },
    );
    if (channelId === null) return false;
    this.db.counts.notification(channelId, 'sending', settlement.status);
    if (settlement.status === 'dead') this.db.counts.deadLetters('n.id = @id', { id }, 1);
    return true;
  }

  /** Rows that a process has claimed and not completed: at start, all of them were interrupted. */
  sending(): NotificationRow[] {
    return this.db.all(
      `SELECT ${NOTIFICATION.list} FROM notifications WHERE status = 'sending' ORDER BY seq`,
      [],
      NOTIFICATION.decode,
    );
  }

  /** The first due moment after `after` in a channel's lane; null when nothing waits for a time. */
  nextDue(channelId: string, after: number): number | null {
    return this.db.value(
      `SELECT due_at FROM notifications
       WHERE channel_id = ? AND status IN ('pending', 'failed') AND due_at > ?
       ORDER BY due_at LIMIT 1`,
      [channelId, after],
    );
  }

  /** Returns when the first of the waiting rows is or was due; null when nothing waits. */
  firstDue(channelId: string): number | null {
    return this.db.value(
      `SELECT due_at FROM notifications WHERE channel_id = ? AND status IN ('pending', 'failed')
       ORDER BY due_at LIMIT 1`,
      [channelId],
    );
  }

  /** The same for tests alone. */
  firstTestDue(channelId: string): number | null {
    return this.db.value(
      `SELECT min(due_at) FROM notifications INDEXED BY notifications_active
       WHERE channel_id = ? AND ${WAITING_TEST}`,
      [channelId],
    );
  }

  /** How much of a channel is due, counted up to `limit`. */
  countDue(channelId: string, now: number, limit: number): number {
    const count = this.db.value<number>(
      `SELECT count(*) FROM (SELECT 1 FROM notifications
         WHERE channel_id = ? AND status IN ('pending', 'failed') AND due_at <= ? LIMIT ? + 0)`,
      [channelId, now, limit],
    );
    return count ?? 0;
  }

  /** Notes that a limit holds what is due and was not held by one before. Returns those rows. */
  noteLimited(scan: LimitedScan): Limited[] {
    // From where the last look ended, so that a long queue is not read at each.
    return this.db.all(
      `UPDATE notifications SET limited = 1 WHERE seq IN (
         SELECT seq FROM notifications INDEXED BY notifications_due
         WHERE channel_id = +@channelId AND status IN ('pending', 'failed')
           AND due_at BETWEEN @from AND @now AND limited = 0
         ORDER BY due_at, seq LIMIT @limit + 0)
       RETURNING due_at AS dueAt, bundle_id AS bundleId`,
      scan,
    );
  }

  /** Cancels what waits or is dead for a channel that is deleted. Returns the rows' ids. */
  cancelChannel(channelId: string, now: number): string[] {
    this.db.counts.deadLetters('n.channel_id = @channelId', { channelId }, -1);
    return CANCEL_CHANNEL.run(this.db, { channelId, now }).map(({ id }) => id);
  }

  /** Cancels what is queued for channels that do not exist. */
  cancelOrphans(now: number): void {
    CANCEL_ORPHANS.run(this.db, { now });
  }

  /** Returns true if something was queued since then that makes a further attempt at the row pointless. */
  isSupersededSince(query: SupersededQuery): boolean {
    // That waits behind it, since it is of the same condition.
    const found = this.db.value(
      `SELECT 1 FROM notifications
       WHERE channel_id = @channelId AND condition_id = @conditionId AND seq > @seq
         AND status IN ('pending', 'failed', 'sending') AND created_at >= @since
         AND (event = 'flapping_started' OR (event = 'resolved' AND alert_id = @alertId)) LIMIT 1`,
      query,
    );
    return found !== null;
  }

  /**
   * Returns true if something newer about a row's condition has left for its channel. Whether it arrived is
   * not always known: an answer may be on its way, or lost.
   */
  successorLeft({ conditionId, channelId, seq, bundleId }: NotificationRow): boolean {
    // Alert by alert: by status it would walk everything that was ever sent since.
    const found = this.db.value(
      `SELECT 1 FROM alerts a CROSS JOIN notifications n INDEXED BY notifications_alert
       WHERE n.alert_id = a.id AND a.condition_id = @conditionId AND n.channel_id = @channelId AND n.seq > @seq
         AND (n.status IN ('sent', 'sending') OR n.retry_count > 0 OR n.budget > 1)
         AND (@bundleId IS NULL OR n.bundle_id IS NOT @bundleId) LIMIT 1`,
      { conditionId, channelId, seq, bundleId },
    );
    return found !== null;
  }

  /** Returns true if a channel has a notification of the condition that was louder than usual. */
  wasLouder(channelId: string, conditionId: number): boolean {
    const found = this.db.value(
      `SELECT 1 FROM notifications INDEXED BY notifications_louder
       WHERE channel_id = ? AND condition_id = ? AND loudness > 0 LIMIT 1`,
      [channelId, conditionId],
    );
    return found !== null;
  }

  /** The channels of a row and of those whose place it takes, itself first. */
  lineage(id: string): string[] {
    return this.db.values(
      `WITH RECURSIVE line (id, channel_id, fallback_of) AS (
         SELECT id, channel_id, fallback_of FROM notifications WHERE id = ?
         UNION
         SELECT n.id, n.channel_id, n.fallback_of FROM line JOIN notifications n ON n.id = line.fallback_of)
       SELECT channel_id FROM line`,
      [id],
    );
  }

  /** Returns true if the same notification is queued for the channel or was sent there, also in place of another. */
  isNotified(query: NotifiedQuery): boolean {
    const found = this.db.value(
      `SELECT 1 FROM notifications
       WHERE alert_id = @alertId AND channel_id = @channelId AND event = @event AND snapshot = @snapshot
         AND status NOT IN ('dead', 'cancelled') LIMIT 1`,
      NOTIFICATION.encode(query),
    );
    return found !== null;
  }

  /**
   * Nothing waits beyond `latest`, whatever the clock was when its wait was written, and no failed row for longer than
   * was asked of it when its attempt ended, by a clock that was ahead of today’s.
   */
  boundDue(now: number, latest: number): void {
    this.db.run(
      `UPDATE notifications SET due_at = @now + due_at - updated_at
       WHERE status = 'failed' AND hold_kind IS NULL AND updated_at > @now AND due_at > updated_at`,
      { now },
    );
    this.db.run(
      `UPDATE notifications SET due_at = @latest WHERE status IN ('pending', 'failed') AND due_at > @latest`,
      { latest },
    );
  }

  /** Moves every waiting row by `deltaMs`, after somebody set the clock back. */
  shiftDue(deltaMs: number): void {
    const sql = `UPDATE notifications SET due_at = due_at + ? WHERE status IN ('pending', 'failed')`;
    this.db.run(sql, [deltaMs]);
  }
}
