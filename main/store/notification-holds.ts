import type { AlertSnapshot } from '../contract/notification.ts';
import type { HoldKind } from '../contract/suppression.ts';
import type { Db } from './database.ts';
import {
  toNotificationRow,
  type NotificationRow,
  type StoredHold,
  type StoredNotification,
} from './notification-rows.ts';

/** One channel that was owed word of an alert. */
export interface Telling {
  readonly channelId: string;
  /** A route through which it was owed; null without routes. */
  readonly routeId: string | null;
  /** Whether all of it was held on purpose and never attempted, so that the channel knows of nothing. */
  readonly untold: boolean;
  /** Why it was held; null unless untold. */
  readonly hold: string | null;
  /** Whether some of it has not been settled yet. */
  readonly unsettled: boolean;
}

/** A row's place in the order of its condition on its channel. */
export interface Place {
  readonly channelId: string;
  readonly conditionId: number;
  readonly seq: number;
}

export interface Cancelled {
  readonly id: string;
  readonly channelId: string;
}

interface HoldAgain extends StoredHold {
  readonly id: string;
  readonly leaseToken: string;
  readonly dueAt: number;
  readonly bundleId: string | null;
  readonly now: number;
}

/** Nobody has tried to send it yet, in this budget or an earlier one. */
const NEVER_ATTEMPTED = 'retry_count = 0 AND budget = 1';
/** Notices about flapping stay, in their order: started, stopped, started. */
const FLAPPING = `('flapping_started', 'flapping_stopped')`;
const HELD_UNTOLD = `event NOT IN ${FLAPPING} AND status = 'pending' AND hold_kind IS NOT NULL AND ${NEVER_ATTEMPTED}`;
/** Events that tell of a firing. What was given up before any attempt told nobody. */
const TELLS = `event IN ('raised', 'escalated', 'reminder', 'flapping_started', 'flapping_stopped')
  AND NOT (status = 'cancelled' AND ${NEVER_ATTEMPTED})`;
const CANCEL = `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = 'superseded', updated_at = @now`;

const SQL = {
  tellings: `SELECT channel_id AS channelId, max(route_id) AS routeId, min(${HELD_UNTOLD}) AS untold,
      max(hold_detail) AS hold, max(status IN ('pending', 'failed', 'sending')) AS unsettled
    FROM notifications WHERE alert_id = ? AND ${TELLS} GROUP BY channel_id`,
  supersedeAlert: `${CANCEL}
    WHERE alert_id = @alertId AND status IN ('pending', 'failed') AND event NOT IN ${FLAPPING}
    RETURNING id, channel_id AS channelId`,
  // Through the partial index of each channel, since a condition may have much history.
  supersedeCondition: `${CANCEL} WHERE seq IN (
      SELECT n.seq FROM channels c JOIN notifications n INDEXED BY notifications_active
        ON n.channel_id = c.id AND n.condition_id = @conditionId
      WHERE n.status IN ('pending', 'failed', 'sending')) AND status IN ('pending', 'failed')
      AND event NOT IN ${FLAPPING}
    RETURNING id, channel_id AS channelId`,
  refresh: `UPDATE notifications SET snapshot = @snapshot, updated_at = @now
    WHERE alert_id = @alertId AND status IN ('pending', 'failed') AND hold_kind IS NOT NULL
      AND event IN ('raised', 'escalated', 'reminder')
    RETURNING id, channel_id AS channelId`,
  askAgain: `UPDATE notifications SET due_at = @now,
      bundle_id = CASE WHEN ${NEVER_ATTEMPTED} THEN NULL ELSE bundle_id END
    WHERE alert_id = @alertId AND status IN ('pending', 'failed')
      AND hold_kind IN ('quiet_hours', 'silence', 'maintenance', 'inhibition')
    RETURNING *`,
  // What the newer word says as well.
  supersedeNews: `${CANCEL} WHERE alert_id = @alertId AND channel_id = @channelId
      AND event IN ('acknowledged', 'escalated', 'reminder') AND ${HELD_UNTOLD}
    RETURNING id, channel_id AS channelId`,
  supersedeAcknowledged: `${CANCEL}
    WHERE alert_id = @alertId AND event = 'acknowledged' AND status IN ('pending', 'failed')
    RETURNING id, channel_id AS channelId`,
  heldElder: `SELECT 1 FROM notifications
    WHERE channel_id = @channelId AND condition_id = @conditionId AND seq < @seq
      AND status IN ('pending', 'failed') AND hold_kind IS NOT NULL LIMIT 1`,
  supersedeElders: `${CANCEL} WHERE channel_id = @channelId AND condition_id = @conditionId
      AND seq < @seq AND ${HELD_UNTOLD}
    RETURNING id, channel_id AS channelId`,
  refreshFlapping: `UPDATE notifications SET snapshot = @snapshot, due_at = @now, updated_at = @now
    WHERE channel_id = @channelId AND condition_id = @conditionId AND seq < @seq
      AND status IN ('pending', 'failed') AND hold_kind IS NOT NULL AND event IN ${FLAPPING}
    RETURNING id, channel_id AS channelId`,
  release: `UPDATE notifications SET due_at = @now
    WHERE hold_kind = @kind AND hold_ref IS @ref AND status IN ('pending', 'failed')
    RETURNING id, channel_id AS channelId`,
  hold: `UPDATE notifications SET status = CASE WHEN retry_count > 0 THEN 'failed' ELSE 'pending' END,
      due_at = @dueAt, lease_token = NULL, lease_until = NULL, bundle_id = @bundleId,
      hold_kind = @kind, hold_ref = @ref, hold_until = @until, hold_detail = @detail, updated_at = @now
    WHERE id = @id AND status = 'sending' AND lease_token = @leaseToken`,
  alone: 'UPDATE notifications SET bundle_id = NULL WHERE id = ?',
  detach: `UPDATE notifications SET bundle_id = NULL
    WHERE bundle_id = ? AND status IN ('pending', 'failed')`,
};

/** Rows that wait on purpose: why, until when, and what becomes of them when the reason goes. */
export class NotificationHolds {
  readonly #tellings;
  readonly #supersedeAlert;
  readonly #supersedeCondition;
  readonly #refresh;
  readonly #askAgain;
  readonly #supersedeNews;
  readonly #supersedeAcknowledged;
  readonly #heldElder;
  readonly #supersedeElders;
  readonly #refreshFlapping;
  readonly #release;
  readonly #hold;
  readonly #alone;
  readonly #detach;

  constructor(db: Db) {
    this.#tellings = db.prepare<
      [string],
      Omit<Telling, 'untold' | 'unsettled'> & { untold: 0 | 1; unsettled: 0 | 1 }
    >(SQL.tellings);
    this.#supersedeAlert = db.prepare<{ alertId: string; now: number }, Cancelled>(
      SQL.supersedeAlert,
    );
    this.#supersedeCondition = db.prepare<{ conditionId: number; now: number }, Cancelled>(
      SQL.supersedeCondition,
    );
    this.#refresh = db.prepare<{ alertId: string; snapshot: string; now: number }, Cancelled>(
      SQL.refresh,
    );
    this.#askAgain = db.prepare<{ alertId: string; now: number }, StoredNotification>(SQL.askAgain);
    this.#supersedeNews = db.prepare<
      { alertId: string; channelId: string; now: number },
      Cancelled
    >(SQL.supersedeNews);
    this.#supersedeAcknowledged = db.prepare<{ alertId: string; now: number }, Cancelled>(
      SQL.supersedeAcknowledged,
    );
    this.#heldElder = db.prepare<Place, number>(SQL.heldElder).pluck();
    this.#supersedeElders = db.prepare<Place & { now: number }, Cancelled>(SQL.supersedeElders);
    this.#refreshFlapping = db.prepare<Place & { snapshot: string; now: number }, Cancelled>(
      SQL.refreshFlapping,
    );
    this.#release = db.prepare<{ kind: HoldKind; ref: string | null; now: number }, Cancelled>(
      SQL.release,
    );
    this.#hold = db.prepare<HoldAgain>(SQL.hold);
    this.#alone = db.prepare<[string]>(SQL.alone);
    this.#detach = db.prepare<[string]>(SQL.detach);
  }

  /** Every channel that was owed word of the alert's firing, and whether any of it can have arrived. */
  tellings(alertId: string): Telling[] {
    return this.#tellings.all(alertId).map(({ channelId, routeId, untold, hold, unsettled }) => ({
      channelId,
      routeId,
      untold: untold === 1,
      hold: untold === 1 ? hold : null,
      unsettled: unsettled === 1,
    }));
  }

  /** Cancels what is still owed for an alert that resolved; dead ones stay, as obsolete. */
  supersedeAlert(alertId: string, now: number): Cancelled[] {
    return this.#supersedeAlert.all({ alertId, now });
  }

  /** Cancels what is still owed for a condition, whichever episode it was about. */
  supersedeCondition(conditionId: number, now: number): Cancelled[] {
    return this.#supersedeCondition.all({ conditionId, now });
  }

  /** Lets what is held speak of the alert as it is now; answers which rows do. */
  refresh(alertId: string, snapshot: AlertSnapshot, now: number): Cancelled[] {
    return this.#refresh.all({ alertId, snapshot: JSON.stringify(snapshot), now });
  }

  /** What mutes an alert is to be asked once more, since the alert is no longer what it was. */
  askAgain(alertId: string, now: number): NotificationRow[] {
    return this.#askAgain.all({ alertId, now }).map(toNotificationRow);
  }

  /** Cancels what is held of an alert's earlier news, for a channel that is owed newer. */
  supersedeNews(alertId: string, channelId: string, now: number): Cancelled[] {
    return this.#supersedeNews.all({ alertId, channelId, now });
  }

  /** Cancels word of an acknowledgement that was taken back before it could be told. */
  supersedeAcknowledged(alertId: string, now: number): Cancelled[] {
    return this.#supersedeAcknowledged.all({ alertId, now });
  }

  /**
   * Word that may leave at once must not wait behind what is held: that is old news by it. Notices about
   * flapping stay, and speak of the alert as it is now, so that they may leave as well.
   */
  giveWay(place: Place, snapshot: AlertSnapshot, now: number): Cancelled[] {
    if (this.#heldElder.get(place) === undefined) return [];
    return [
      ...this.#supersedeElders.all({ ...place, now }),
      ...this.#refreshFlapping.all({ ...place, snapshot: JSON.stringify(snapshot), now }),
    ];
  }

  /** Makes due what one reason holds; whether another one does is asked when it is claimed. */
  release(kind: HoldKind, ref: string | null, now: number): Cancelled[] {
    return this.#release.all({ kind, ref, now });
  }

  /** Gives a claimed row back, to wait; it spends no attempt. */
  hold(held: HoldAgain): void {
    this.#hold.run(held);
  }

  /** It leaves by itself after all. */
  alone(id: string): void {
    this.#alone.run(id);
  }

  /** What could not leave with its bundle leaves by itself. */
  detach(bundleId: string): void {
    this.#detach.run(bundleId);
  }
}
