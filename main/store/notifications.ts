import type {
  AlertSnapshot,
  CancelReason,
  FailureClass,
  NotificationEvent,
} from '../contract/notification.ts';
import type { Settlement } from '../domain/notification-state.ts';
import type { Db } from './database.ts';
import {
  toNotificationRow,
  type NotificationRow,
  type StoredNotification,
} from './notification-rows.ts';

export interface NewNotification {
  readonly id: string;
  readonly alertId: string | null;
  readonly conditionId: number | null;
  readonly channelId: string;
  readonly channelName: string;
  readonly event: NotificationEvent;
  readonly snapshot: AlertSnapshot;
  readonly dueAt: number;
  readonly createdAt: number;
}

export interface Claim {
  readonly channelId: string;
  readonly now: number;
  readonly limit: number;
  readonly leaseToken: string;
  readonly leaseUntil: number;
}

export interface Settle {
  readonly id: string;
  readonly leaseToken: string;
  readonly settlement: Settlement;
  readonly maxAttempts: number;
  /** Null on success, which leaves an earlier error to be read in the attempts. */
  readonly failure: { readonly class: FailureClass; readonly message: string } | null;
  readonly now: number;
}

const SQL = {
  insert: `INSERT INTO notifications (id, alert_id, condition_id, channel_id, channel_name, event, status,
    due_at, snapshot, created_at, updated_at)
    VALUES (@id, @alertId, @conditionId, @channelId, @channelName, @event, 'pending',
    @dueAt, @snapshot, @createdAt, @createdAt)`,
  // Order per condition and channel: a row waits while an earlier one of its condition is not settled.
  claim: `UPDATE notifications SET status = 'sending', due_at = NULL, lease_token = @leaseToken,
    lease_until = @leaseUntil, updated_at = @now
    WHERE status IN ('pending', 'failed') AND seq IN (
    SELECT n.seq FROM notifications n
    WHERE n.channel_id = @channelId AND n.status IN ('pending', 'failed') AND n.due_at <= @now
      AND NOT EXISTS (
        SELECT 1 FROM notifications e
        WHERE e.channel_id = n.channel_id AND e.condition_id = n.condition_id AND e.seq < n.seq
          AND e.status IN ('pending', 'failed', 'sending'))
    ORDER BY n.due_at, n.seq LIMIT @limit)
    RETURNING *`,
  settle: `UPDATE notifications SET status = @status, due_at = @dueAt, lease_token = NULL, lease_until = NULL,
    retry_count = @retryCount, max_attempts = @maxAttempts, cancel_reason = @cancelReason,
    last_error_class = coalesce(@errorClass, last_error_class),
    last_error = coalesce(@error, last_error), updated_at = @now
    WHERE id = @id AND status = 'sending' AND lease_token = @leaseToken`,
  sending: `SELECT * FROM notifications WHERE status = 'sending' ORDER BY seq`,
  nextDue: `SELECT due_at FROM notifications
    WHERE channel_id = ? AND status IN ('pending', 'failed') AND due_at > ?
    ORDER BY due_at LIMIT 1`,
  requeue: `UPDATE notifications SET status = 'pending', budget = budget + 1, retry_count = 0,
    max_attempts = NULL, due_at = @now, last_error_class = NULL, last_error = NULL, updated_at = @now
    WHERE id = @id AND status = 'dead' RETURNING *`,
  cancel: `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = @reason, updated_at = @now
    WHERE id = @id AND status IN ('pending', 'failed', 'dead') RETURNING *`,
  supersede: `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = 'superseded', updated_at = @now
    WHERE alert_id = @alertId AND status IN ('pending', 'failed') RETURNING id`,
  cancelChannel: `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = 'channel_deleted', updated_at = @now
    WHERE channel_id = @channelId AND status IN ('pending', 'failed', 'dead') RETURNING id`,
  resolvedSince: `SELECT 1 FROM notifications
    WHERE alert_id = ? AND channel_id = ? AND seq > ? AND event = 'resolved' AND created_at >= ? LIMIT 1`,
  successorSent: `SELECT 1 FROM alerts a JOIN notifications n ON n.alert_id = a.id
    WHERE a.condition_id = ? AND n.channel_id = ? AND n.seq > ? AND n.status = 'sent' LIMIT 1`,
  deadOfAlert: `SELECT id FROM notifications WHERE alert_id = ? AND status = 'dead'`,
  cancelOrphans: `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = 'channel_deleted', updated_at = ?
    WHERE status IN ('pending', 'failed') AND channel_id NOT IN (SELECT id FROM channels)`,
  boundDue: `UPDATE notifications SET due_at = ? WHERE status IN ('pending', 'failed') AND due_at > ?`,
  toldChannels: `SELECT DISTINCT channel_id FROM notifications WHERE alert_id = ? AND event = 'raised'`,
  shiftDue: `UPDATE notifications SET due_at = due_at + ? WHERE status IN ('pending', 'failed')`,
};

/** The queue itself. Every UPDATE is guarded by the status it expects (domain/notification-state.ts). */
export class NotificationTable {
  readonly #insert;
  readonly #claim;
  readonly #settle;
  readonly #sending;
  readonly #nextDue;
  readonly #requeue;
  readonly #cancel;
  readonly #supersede;
  readonly #cancelChannel;
  readonly #resolvedSince;
  readonly #successorSent;
  readonly #deadOfAlert;
  readonly #cancelOrphans;
  readonly #boundDue;
  readonly #toldChannels;
  readonly #shiftDue;

  constructor(db: Db) {
    this.#insert = db.prepare(SQL.insert);
    this.#claim = db.prepare<Claim, StoredNotification>(SQL.claim);
    this.#settle = db.prepare(SQL.settle);
    this.#sending = db.prepare<[], StoredNotification>(SQL.sending);
    this.#nextDue = db.prepare<[string, number], number>(SQL.nextDue).pluck();
    this.#requeue = db.prepare<{ id: string; now: number }, StoredNotification>(SQL.requeue);
    this.#cancel = db.prepare<
      { id: string; reason: CancelReason; now: number },
      StoredNotification
    >(SQL.cancel);
    this.#supersede = db.prepare<{ alertId: string; now: number }, string>(SQL.supersede).pluck();
    this.#cancelChannel = db
      .prepare<{ channelId: string; now: number }, string>(SQL.cancelChannel)
      .pluck();
    this.#resolvedSince = db
      .prepare<[string, string, number, number], number>(SQL.resolvedSince)
      .pluck();
    this.#successorSent = db.prepare<[number, string, number], number>(SQL.successorSent).pluck();
    this.#deadOfAlert = db.prepare<[string], string>(SQL.deadOfAlert).pluck();
    this.#cancelOrphans = db.prepare<[number]>(SQL.cancelOrphans);
    this.#boundDue = db.prepare<[number, number]>(SQL.boundDue);
    this.#toldChannels = db.prepare<[string], string>(SQL.toldChannels).pluck();
    this.#shiftDue = db.prepare<[number]>(SQL.shiftDue);
  }

  insert(notification: NewNotification): void {
    this.#insert.run({ ...notification, snapshot: JSON.stringify(notification.snapshot) });
  }

  /** Leases up to `limit` due rows of one channel, in order, and changes nothing else about them. */
  claim(claim: Claim): NotificationRow[] {
    return this.#claim
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
      error: failure?.message ?? null,
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

  /** Null when it is not dead. */
  requeue(id: string, now: number): NotificationRow | null {
    const stored = this.#requeue.get({ id, now });
    return stored ? toNotificationRow(stored) : null;
  }

  /** Null when it is on its way or settled. */
  cancel(id: string, reason: CancelReason, now: number): NotificationRow | null {
    const stored = this.#cancel.get({ id, reason, now });
    return stored ? toNotificationRow(stored) : null;
  }

  /** Cancels what is still owed for an alert that resolved; dead ones stay, as obsolete. */
  supersede(alertId: string, now: number): string[] {
    return this.#supersede.all({ alertId, now });
  }

  cancelChannel(channelId: string, now: number): string[] {
    return this.#cancelChannel.all({ channelId, now });
  }

  /** Whether this alert's `resolved` came to be owed to the channel, behind the row `seq`, since then. */
  resolvedSince(alertId: string, channelId: string, seq: number, since: number): boolean {
    return this.#resolvedSince.get(alertId, channelId, seq, since) === 1;
  }

  /** Whether the channel has already been told something newer about the condition than the row `seq`. */
  successorSent(conditionId: number, channelId: string, seq: number): boolean {
    return this.#successorSent.get(conditionId, channelId, seq) === 1;
  }

  deadOfAlert(alertId: string): string[] {
    return this.#deadOfAlert.all(alertId);
  }

  /** Cancels what is owed to channels that are not there; answers how many. */
  cancelOrphans(now: number): number {
    return this.#cancelOrphans.run(now).changes;
  }

  /** Nothing waits beyond `latest`, whatever the clock was when its wait was written. */
  boundDue(latest: number): void {
    this.#boundDue.run(latest, latest);
  }

  /** Channels that were owed the alert's `raised`. */
  toldChannels(alertId: string): string[] {
    return this.#toldChannels.all(alertId);
  }

  /** Moves every waiting row by `deltaMs`, after somebody set the clock back. */
  shiftDue(deltaMs: number): void {
    this.#shiftDue.run(deltaMs);
  }
}
