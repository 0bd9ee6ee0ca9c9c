import type {
  AlertSnapshot,
  NotificationEvent,
  NotificationStatus,
} from '../../contract/notification.ts';
import type { HoldReason } from '../../contract/reasons/hold-reasons.ts';
import type { HoldKind } from '../../contract/suppression.ts';
import { Columns } from '../columns.ts';
import { Table } from '../row-table.ts';
import { Move } from './move.ts';
import { CHANGED, holdColumns, type ChangedRow, type StoredHold } from './notification-rows.ts';

/** One channel that has or had a notification of an alert. */
export interface ChannelHistory {
  readonly channelId: string;
  /** The route that selected it; null without routes. */
  readonly routeId: string | null;
  /** True if all of it was held on purpose and never attempted, so that the channel knows of nothing. */
  readonly unattempted: boolean;
  /** The reason why it was held; null unless unattempted. */
  readonly hold: HoldReason | null;
  /** True if some of it has not been settled yet. */
  readonly unsettled: boolean;
  /** True if some of it has arrived, or is on its way. */
  readonly delivered: boolean;
}

/** A row's position in the order of its condition on its channel. */
export interface QueuePosition {
  readonly channelId: string;
  readonly conditionId: number;
  readonly seq: number;
}

/** An earlier row that was superseded. */
export interface Earlier extends ChangedRow {
  readonly alertId: string;
}

/** A recovery that waits whether its alert stays resolved, and that nothing else of its condition accompanies. */
export interface HeldRecovery {
  readonly id: string;
  readonly channelId: string;
  readonly alertId: string;
  readonly snapshot: AlertSnapshot;
}

/** A row that was requeued into a summary, and waits until that is complete. */
interface Summarised {
  readonly id: string;
  readonly bundleId: string;
  /** The moment at which it leaves at the latest. */
  readonly dueAt: number;
  /** The bulk work that puts the summary together. */
  readonly ref: string;
  readonly reason: HoldReason;
}

interface HeldAgain {
  readonly hold: StoredHold | null;
  readonly id: string;
  readonly leaseToken: string;
  readonly dueAt: number;
  readonly bundleId: string | null;
  readonly now: number;
}

const HISTORY = new Columns<ChannelHistory>({
  channelId: 'plain',
  routeId: 'plain',
  unattempted: 'flag',
  hold: 'json',
  unsettled: 'flag',
  delivered: 'flag',
});

const RECOVERY = new Columns<HeldRecovery>({
  id: 'plain',
  channelId: 'plain',
  alertId: 'plain',
  snapshot: 'json',
});

/** Nobody has tried to send it yet, in this budget or an earlier one. */
const NEVER_ATTEMPTED = 'retry_count = 0 AND budget = 1';
/** These stay, in their order: started, stopped, started. */
const FLAPPING = `('flapping_started', 'flapping_stopped')`;
const HELD_UNATTEMPTED = `event NOT IN ${FLAPPING} AND status = 'pending' AND hold_kind IS NOT NULL AND ${NEVER_ATTEMPTED}`;
/**
 * The rows that notify of a firing; an acknowledgement is all that a fallback may know of it. A row that was given
 * up before any attempt notified nobody.
 */
const OF_FIRING = `event IN ('raised', 'escalated', 'reminder', 'acknowledged', 'flapping_started', 'flapping_stopped')
  AND NOT (status = 'cancelled' AND ${NEVER_ATTEMPTED} AND cancel_reason IS NOT 'continued')`;
/** Its receiver got the firing, or takes an earlier one for it. */
const DELIVERED = `(status IN ('sent', 'sending') OR cancel_reason IS 'continued')`;
/**
 * Earlier rows of the same condition on the same channel that are held at this moment. Both lists of
 * states, since SQLite takes the partial index only where its own condition is repeated.
 */
const EARLIER = `channel_id = @channelId AND condition_id = @conditionId AND seq < @seq
  AND status IN ('pending', 'failed', 'sending') AND status IN ('pending', 'failed')
  AND hold_kind IS NOT NULL`;

const CONTINUE = new Move<ChangedRow>({
  ...{ from: `notifications n WHERE id = @id AND status = 'pending'`, to: 'cancelled' },
  ...{ set: `due_at = NULL, cancel_reason = 'continued', updated_at = @now`, returning: CHANGED },
});

/** Rows that wait on purpose, and rows that a newer one makes pointless. */
export class HeldRows extends Table {
  /** Gives a claimed row back, to wait; it spends no attempt. */
  hold({ hold, ...row }: HeldAgain): void {
    const held = this.db.get<{ channelId: string; status: NotificationStatus }>(
      `UPDATE notifications SET status = CASE WHEN retry_count > 0 THEN 'failed' ELSE 'pending' END,
         due_at = @dueAt, lease_token = NULL, lease_until = NULL, bundle_id = @bundleId,
         hold_kind = @kind, hold_ref = @ref, hold_until = @until, hold_reason = @reason, updated_at = @now
       WHERE id = @id AND status = 'sending' AND lease_token = @leaseToken
       RETURNING channel_id AS channelId, status`,
      { ...row, ...holdColumns(hold) },
    );
    if (held) this.db.counts.notification(held.channelId, 'sending', held.status);
  }

  /** Puts a requeued row into a summary, which `release` of its `ref` sends. */
  summarise(row: Summarised): void {
    this.db.run(
      `UPDATE notifications SET bundle_id = @bundleId, due_at = @dueAt,
         hold_kind = 'grouping', hold_ref = @ref, hold_until = NULL, hold_reason = @reason
       WHERE id = @id AND status = 'pending'`,
      { ...row, reason: JSON.stringify(row.reason) },
    );
  }

  /** Makes due what one reason holds; whether another one does is asked when it is claimed. */
  release(kind: HoldKind, ref: string | null, now: number): ChangedRow[] {
    return this.db.all(
      `UPDATE notifications SET due_at = @now
       WHERE hold_kind = @kind AND hold_ref IS @ref AND status IN ('pending', 'failed')
       RETURNING ${CHANGED}`,
      { kind, ref, now },
    );
  }

  /** Makes due what mutes hold until a moment to come; whether they still do is asked when it is claimed. */
  releaseTimed(now: number): ChangedRow[] {
    return this.db.all(
      `UPDATE notifications SET due_at = @now
       WHERE hold_kind IN ('quiet_hours', 'silence', 'maintenance', 'snooze')
         AND status IN ('pending', 'failed') AND due_at > @now
       RETURNING ${CHANGED}`,
      { now },
    );
  }

  /** Makes due what mutes an alert that is no longer what it was. Returns the channels. */
  releaseMutes(alertId: string, now: number): string[] {
    return this.db.values(
      `UPDATE notifications SET due_at = @now, bundle_id = NULL
       WHERE alert_id = @alertId AND status IN ('pending', 'failed')
         AND hold_kind IN ('quiet_hours', 'silence', 'maintenance', 'inhibition')
       RETURNING channel_id`,
      { alertId, now },
    );
  }

  /** Sends it alone after all. */
  alone(id: string): void {
    this.db.run('UPDATE notifications SET bundle_id = NULL WHERE id = ?', [id]);
  }

  /** Sends alone what could not leave with its bundle. */
  detach(bundleId: string): void {
    this.db.run(
      `UPDATE notifications SET bundle_id = NULL
       WHERE bundle_id = ? AND status IN ('pending', 'failed')`,
      [bundleId],
    );
  }

  /** Brings what is held up to date with the alert. Returns those rows. */
  refresh(alertId: string, snapshot: AlertSnapshot, now: number): ChangedRow[] {
    return this.db.all(
      `UPDATE notifications SET snapshot = @snapshot, updated_at = @now
       WHERE alert_id = @alertId AND status IN ('pending', 'failed') AND hold_kind IS NOT NULL
         AND event IN ('raised', 'escalated', 'reminder')
       RETURNING ${CHANGED}`,
      { alertId, snapshot: JSON.stringify(snapshot), now },
    );
  }

  /** Sends what was never attempted by another route; false when there is no such row. */
  reroute(alertId: string, channelId: string, routeId: string | null, now: number): boolean {
    const { changes } = this.db.run(
      `UPDATE notifications SET route_id = @routeId, due_at = @now, bundle_id = NULL, updated_at = @now
       WHERE alert_id = @alertId AND channel_id = @channelId AND ${HELD_UNATTEMPTED}`,
      { alertId, channelId, routeId, now },
    );
    return changes > 0;
  }

  /** Every channel that has or had a notification of the alert's firing, and whether any of it can have arrived. */
  channelHistories(alertId: string): ChannelHistory[] {
    return this.db.all(
      `SELECT channel_id AS channelId, max(route_id) AS routeId, min(${HELD_UNATTEMPTED}) AS unattempted,
         iif(min(${HELD_UNATTEMPTED}), max(hold_reason), NULL) AS hold,
         max(status IN ('pending', 'failed', 'sending')) AS unsettled,
         max(${DELIVERED}) AS delivered
       FROM notifications WHERE alert_id = +? AND ${OF_FIRING} GROUP BY channel_id`,
      [alertId],
      HISTORY.decode,
    );
  }

  /**
   * Recoveries of a condition that their routes still hold and nobody has tried to send, for channels that got the
   * firing and for which nothing else of it waits.
   */
  heldRecoveries(conditionId: number): HeldRecovery[] {
    return this.db.all(
      `SELECT ${RECOVERY.list} FROM notifications
       WHERE seq IN (
         SELECT max(n.seq) FROM channels c CROSS JOIN notifications n INDEXED BY notifications_active
         WHERE n.channel_id = c.id AND n.condition_id = @conditionId AND n.status IN ('pending', 'failed', 'sending')
         GROUP BY n.channel_id HAVING count(*) = 1)
       AND event = 'resolved' AND hold_kind = 'hold_for' AND ${HELD_UNATTEMPTED}
       AND EXISTS (SELECT 1 FROM notifications f
         WHERE f.alert_id = notifications.alert_id AND f.channel_id = notifications.channel_id
           AND ${OF_FIRING} AND ${DELIVERED})`,
      { conditionId },
      RECOVERY.decode,
    );
  }

  /** Channels for which anything of a condition waits, or is being sent. */
  waitingFor(conditionId: number): ReadonlySet<string> {
    const channels = this.db.values<string>(
      `SELECT DISTINCT n.channel_id FROM channels c
         CROSS JOIN notifications n INDEXED BY notifications_active
       WHERE n.channel_id = c.id AND n.condition_id = ? AND n.status IN ('pending', 'failed', 'sending')`,
      [conditionId],
    );
    return new Set(channels);
  }

  /** Channels that were notified that somebody has acknowledged the alert. */
  acknowledgedTo(alertId: string): string[] {
    return this.db.values(
      `SELECT DISTINCT channel_id FROM notifications
       WHERE alert_id = ? AND event = 'acknowledged' AND NOT (status = 'cancelled' AND ${NEVER_ATTEMPTED})`,
      [alertId],
    );
  }

  /** Returns true if an earlier row is held; nearly always there is none. */
  hasEarlierHeld(position: QueuePosition): boolean {
    const sql = `SELECT 1 FROM notifications INDEXED BY notifications_active WHERE ${EARLIER} LIMIT 1`;
    return this.db.value(sql, position) !== null;
  }

  /**
   * Brings earlier held rows about flapping up to date and makes them due: they go first, or the last
   * notification would be that it flaps.
   */
  refreshFlapping(position: QueuePosition, snapshot: AlertSnapshot, now: number): ChangedRow[] {
    // Those that are up to date already are let pass: what holds them does not look at what changed.
    return this.db.all(
      `UPDATE notifications SET snapshot = @snapshot, due_at = @now, updated_at = @now
       WHERE seq IN (SELECT seq FROM notifications INDEXED BY notifications_active
         WHERE ${EARLIER} AND event IN ${FLAPPING} AND snapshot <> @snapshot)
       RETURNING ${CHANGED}`,
      { ...position, snapshot: JSON.stringify(snapshot), now },
    );
  }

  /** Cancels earlier held rows, since the one at this position may leave now. */
  supersedeEarlier(position: QueuePosition, now: number): Earlier[] {
    return this.#supersede<Earlier>(
      `seq IN (SELECT seq FROM notifications INDEXED BY notifications_active
         WHERE ${EARLIER} AND event NOT IN ${FLAPPING})`,
      { ...position, now },
      `${CHANGED}, alert_id AS alertId`,
    );
  }

  /** Cancels what is still queued for an alert that resolved; dead ones stay, as obsolete. */
  supersedeAlert(alertId: string, now: number): ChangedRow[] {
    return this.#supersede(
      `alert_id = @alertId AND status IN ('pending', 'failed') AND event NOT IN ${FLAPPING}`,
      { alertId, now },
    );
  }

  /** The same for a message; a disabled channel keeps what was queued for it, since it gets nothing new. */
  supersedeMessage(alertId: string, now: number): ChangedRow[] {
    return this.#supersede(
      `alert_id = @alertId AND status IN ('pending', 'failed')
         AND channel_id NOT IN (SELECT id FROM channels WHERE enabled = 0)`,
      { alertId, now },
    );
  }

  /** Cancels what is still queued for a condition, whichever episode it was about. */
  supersedeCondition(conditionId: number, now: number): ChangedRow[] {
    // Through the partial index of each channel, since a condition may have much history.
    return this.#supersede(
      `seq IN (
         SELECT n.seq FROM channels c CROSS JOIN notifications n INDEXED BY notifications_active
         WHERE n.channel_id = c.id AND n.condition_id = @conditionId AND n.status IN ('pending', 'failed', 'sending'))
       AND status IN ('pending', 'failed') AND event NOT IN ${FLAPPING}`,
      { conditionId, now },
    );
  }

  /** Cancels a recovery whose condition fires again. */
  supersedeRecovery(id: string, now: number): ChangedRow[] {
    return this.#supersede(`id = @id AND status IN ('pending', 'failed')`, { id, now });
  }

  /** Cancels a new row of a firing of which its channel hears nothing new. */
  continue(id: string, now: number): void {
    CONTINUE.run(this.db, { id, now });
  }

  /** Cancels held updates of an alert that a new one for the channel says as well, and reminders. */
  supersedeUpdates(
    alertId: string,
    channelId: string,
    event: NotificationEvent,
    now: number,
  ): ChangedRow[] {
    return this.#supersede(
      `alert_id = @alertId AND channel_id = @channelId
         AND event IN (@event, 'reminder') AND ${HELD_UNATTEMPTED}`,
      { alertId, channelId, event, now },
    );
  }

  /** Cancels the reminders of an alert that wait, whether they were tried or not. */
  supersedeReminders(alertId: string, now: number): ChangedRow[] {
    return this.#supersede(
      `alert_id = @alertId AND event = 'reminder' AND status IN ('pending', 'failed')`,
      { alertId, now },
    );
  }

  /** Cancels the notification of an acknowledgement that was taken back before it was sent. */
  supersedeAcknowledged(alertId: string, now: number): ChangedRow[] {
    return this.#supersede(
      `alert_id = @alertId AND event = 'acknowledged' AND status = 'pending' AND ${NEVER_ATTEMPTED}`,
      { alertId, now },
    );
  }

  /** Cancels what is held of an alert and was never attempted. */
  supersedeUnattempted(alertId: string, now: number): ChangedRow[] {
    return this.#supersede(`alert_id = @alertId AND ${HELD_UNATTEMPTED}`, { alertId, now });
  }

  #supersede<Row extends ChangedRow = ChangedRow>(
    where: string,
    bound: object,
    returning = CHANGED,
  ): Row[] {
    const move = new Move<Row>({
      ...{ from: `notifications n WHERE ${where}`, to: 'cancelled', returning },
      set: `due_at = NULL, cancel_reason = 'superseded', updated_at = @now`,
    });
    return move.run(this.db, bound);
  }
}
