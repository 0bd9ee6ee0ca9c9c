import type { AlertSnapshot, NotificationEvent } from '../../contract/notification.ts';
import { causeOf } from '../../domain/cause.ts';
import type { Settlement } from '../../domain/notification-state.ts';
import type { Failure } from '../../domain/outcome.ts';
import type { Db } from '../database.ts';
import {
  holdColumns,
  toNotificationRow,
  type NotificationRow,
  type StoredHold,
  type StoredNotification,
} from './notification-rows.ts';

export interface NewNotification {
  readonly id: string;
  readonly alertId: string | null;
  readonly conditionId: number | null;
  readonly channelId: string;
  readonly channelName: string;
  readonly event: NotificationEvent;
  /** Whether its alert is a message; false for a test. */
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
}

export interface Claim {
  readonly channelId: string;
  readonly now: number;
  /** Only what came to be due up to then. */
  readonly dueBy: number;
  /** Whether tests are among it. */
  readonly tests: 0 | 1;
  readonly limit: number;
  readonly leaseToken: string;
  readonly leaseUntil: number;
}

export interface BundleClaim {
  readonly bundleId: string;
  readonly now: number;
  readonly leaseToken: string;
  readonly leaseUntil: number;
}

/** A row that was just attempted, and since when. */
export interface SupersededQuery {
  readonly channelId: string;
  readonly conditionId: number;
  readonly alertId: string;
  readonly seq: number;
  readonly since: number;
}

export interface Settle {
  readonly id: string;
  readonly leaseToken: string;
  readonly settlement: Settlement;
  readonly maxAttempts: number;
  /** Null on success, which leaves an earlier error to be read in the attempts. */
  readonly failure: Failure | null;
  readonly now: number;
}

const SQL = {
  insert: `INSERT INTO notifications (id, alert_id, condition_id, channel_id, channel_name, event, is_message, status,
    due_at, snapshot, created_at, updated_at, route_id, bundle_id, hold_kind, hold_ref, hold_until, hold_reason, fallback_of)
    VALUES (@id, @alertId, @conditionId, @channelId, @channelName, @event, @isMessage, 'pending',
    @dueAt, @snapshot, @createdAt, @createdAt, @routeId, @bundleId, @kind, @ref, @until, @reason, @fallbackOf)`,
  // Order per condition and channel: a row waits while an earlier one of its condition is not settled,
  // unless that one is held: what may leave is the newer word, and supersedes it.
  // A bundle that was attempted goes on as it is: only what was requeued can be earlier than its members.
  claim: `UPDATE notifications SET status = 'sending', due_at = NULL, lease_token = @leaseToken,
    lease_until = @leaseUntil, updated_at = @now
    WHERE status IN ('pending', 'failed') AND seq IN (
    SELECT n.seq FROM notifications n
    WHERE n.channel_id = @channelId AND n.status IN ('pending', 'failed') AND n.due_at <= @dueBy
      AND (@tests = 1 OR n.event <> 'test')
      AND ((n.bundle_id IS NOT NULL AND n.retry_count > 0) OR NOT EXISTS (
        SELECT 1 FROM notifications e
        WHERE e.channel_id = n.channel_id AND e.condition_id = n.condition_id AND e.seq < n.seq
          AND e.status IN ('pending', 'failed', 'sending')
          AND NOT (e.hold_kind IS NOT NULL AND coalesce(e.due_at, 0) > @now)))
    ORDER BY n.due_at, n.seq LIMIT @limit)
    RETURNING *`,
  // Members do not wait for each other, since they leave together.
  claimBundle: `UPDATE notifications AS n SET status = 'sending', due_at = NULL, lease_token = @leaseToken,
    lease_until = @leaseUntil, updated_at = @now
    WHERE n.bundle_id = @bundleId AND n.status IN ('pending', 'failed')
      AND (n.retry_count > 0 OR NOT EXISTS (
        SELECT 1 FROM notifications e
        WHERE e.channel_id = n.channel_id AND e.condition_id = n.condition_id AND e.seq < n.seq
          AND e.status IN ('pending', 'failed', 'sending') AND e.bundle_id IS NOT n.bundle_id
          AND NOT (e.hold_kind IS NOT NULL AND coalesce(e.due_at, 0) > @now)))
    RETURNING *`,
  settle: `UPDATE notifications SET status = @status, due_at = @dueAt, lease_token = NULL, lease_until = NULL,
    retry_count = @retryCount, max_attempts = @maxAttempts, cancel_reason = @cancelReason,
    hold_kind = NULL, hold_ref = NULL, hold_until = NULL, hold_reason = NULL, past_holds = 0,
    last_error_class = coalesce(@errorClass, last_error_class),
    receiver_text = iif(@error IS NULL, receiver_text, @receiverText),
    last_error = coalesce(@error, last_error), cause = @cause, died_at = @diedAt,
    limited = max(limited, @limited), updated_at = @now
    WHERE id = @id AND status = 'sending' AND lease_token = @leaseToken`,
  sending: `SELECT * FROM notifications WHERE status = 'sending' ORDER BY seq`,
  nextDue: `SELECT due_at FROM notifications
    WHERE channel_id = ? AND status IN ('pending', 'failed') AND due_at > ?
    ORDER BY due_at LIMIT 1`,
  cancelChannel: `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = 'channel_deleted', updated_at = @now
    WHERE channel_id = @channelId AND status IN ('pending', 'failed', 'dead') RETURNING id`,
  // What makes it moot waits behind it, since it is of the same condition.
  isSupersededSince: `SELECT 1 FROM notifications
    WHERE channel_id = @channelId AND condition_id = @conditionId AND seq > @seq
      AND status IN ('pending', 'failed', 'sending') AND created_at >= @since
      AND (event = 'flapping_started' OR (event = 'resolved' AND alert_id = @alertId)) LIMIT 1`,
  // Alert by alert: by status it would walk everything that was ever sent since.
  successorSent: `SELECT 1 FROM alerts a CROSS JOIN notifications n INDEXED BY notifications_alert
    WHERE n.alert_id = a.id AND a.condition_id = ? AND n.channel_id = ? AND n.seq > ? AND n.status = 'sent' LIMIT 1`,
  deadOfAlert: `SELECT id FROM notifications WHERE alert_id = ? AND status = 'dead'`,
  cancelOrphans: `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = 'channel_deleted', updated_at = ?
    WHERE status IN ('pending', 'failed') AND channel_id NOT IN (SELECT id FROM channels)`,
  boundDue: `UPDATE notifications SET due_at = ? WHERE status IN ('pending', 'failed') AND due_at > ?`,
  shiftDue: `UPDATE notifications SET due_at = due_at + ? WHERE status IN ('pending', 'failed')`,
};

/** The queue itself. Every UPDATE is guarded by the status it expects (domain/notification-state.ts). */
export class NotificationTable {
  readonly #insert;
  readonly #claim;
  readonly #claimBundle;
  readonly #settle;
  readonly #sending;
  readonly #nextDue;
  readonly #cancelChannel;
  readonly #isSupersededSince;
  readonly #successorSent;
  readonly #deadOfAlert;
  readonly #cancelOrphans;
  readonly #boundDue;
  readonly #shiftDue;

  constructor(db: Db) {
    this.#insert = db.prepare(SQL.insert);
    this.#claim = db.prepare<Claim, StoredNotification>(SQL.claim);
    this.#claimBundle = db.prepare<BundleClaim, StoredNotification>(SQL.claimBundle);
    this.#settle = db.prepare(SQL.settle);
    this.#sending = db.prepare<[], StoredNotification>(SQL.sending);
    this.#nextDue = db.prepare<[string, number], number>(SQL.nextDue).pluck();
    this.#cancelChannel = db
      .prepare<{ channelId: string; now: number }, string>(SQL.cancelChannel)
      .pluck();
    this.#isSupersededSince = db.prepare<SupersededQuery, number>(SQL.isSupersededSince).pluck();
    this.#successorSent = db.prepare<[number, string, number], number>(SQL.successorSent).pluck();
    this.#deadOfAlert = db.prepare<[string], string>(SQL.deadOfAlert).pluck();
    this.#cancelOrphans = db.prepare<[number]>(SQL.cancelOrphans);
    this.#boundDue = db.prepare<[number, number]>(SQL.boundDue);
    this.#shiftDue = db.prepare<[number]>(SQL.shiftDue);
  }

  /** Answers its place in the order of all notifications. */
  insert(notification: NewNotification): number {
    const { snapshot, hold, isMessage, ...row } = notification;
    const { lastInsertRowid } = this.#insert.run({
      fallbackOf: null,
      ...row,
      ...holdColumns(hold),
      isMessage: isMessage ? 1 : 0,
      snapshot: JSON.stringify(snapshot),
    });
    return Number(lastInsertRowid);
  }

  /** Leases up to `limit` due rows of one channel, in order, and changes nothing else about them. */
  claim(claim: Claim): NotificationRow[] {
    return this.#claim
      .all(claim)
      .map(toNotificationRow)
      .sort((a, b) => a.seq - b.seq);
  }

  /** Leases what else leaves with a bundle whose first rows were claimed, in order. */
  claimBundle(claim: BundleClaim): NotificationRow[] {
    return this.#claimBundle
      .all(claim)
      .map(toNotificationRow)
      .sort((a, b) => a.seq - b.seq);
  }

  /** False when the lease is no longer ours, and then nothing was written. */
  settle({ id, leaseToken, settlement, maxAttempts, failure, now }: Settle): boolean {
    const { changes } = this.#settle.run({
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
    });
    return changes === 1;
  }

  /** Rows that a process has claimed and not settled: at start, all of them were interrupted. */
  sending(): NotificationRow[] {
    return this.#sending.all().map(toNotificationRow);
  }

  /** The first due moment after `now` in a channel's lane; null when nothing waits for a time. */
  nextDue(channelId: string, now: number): number | null {
    return this.#nextDue.get(channelId, now) ?? null;
  }

  cancelChannel(channelId: string, now: number): string[] {
    return this.#cancelChannel.all({ channelId, now });
  }

  /** Whether something was queued since then that makes a further attempt at the row pointless. */
  isSupersededSince(question: SupersededQuery): boolean {
    return this.#isSupersededSince.get(question) === 1;
  }

  /** Whether the channel has already been told something newer about the condition than the row `seq`. */
  successorSent(conditionId: number, channelId: string, seq: number): boolean {
    return this.#successorSent.get(conditionId, channelId, seq) === 1;
  }

  deadOfAlert(alertId: string): string[] {
    return this.#deadOfAlert.all(alertId);
  }

  /** Cancels what is queued to channels that are not there; answers how many. */
  cancelOrphans(now: number): number {
    return this.#cancelOrphans.run(now).changes;
  }

  /** Nothing waits beyond `latest`, whatever the clock was when its wait was written. */
  boundDue(latest: number): void {
    this.#boundDue.run(latest, latest);
  }

  /** Moves every waiting row by `deltaMs`, after somebody set the clock back. */
  shiftDue(deltaMs: number): void {
    this.#shiftDue.run(deltaMs);
  }
}
