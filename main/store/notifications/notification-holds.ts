import type { AlertSnapshot, NotificationEvent } from '../../contract/notification.ts';
import type { HoldReason } from '../../contract/reasons/hold-reasons.ts';
import type { HoldKind } from '../../contract/suppression.ts';
import type { Db } from '../database.ts';
import { holdColumns, type StoredHold } from './notification-rows.ts';

/** One channel that has or had a notification of an alert. */
export interface ChannelHistory {
  readonly channelId: string;
  /** The route that selected it; null without routes. */
  readonly routeId: string | null;
  /** Whether all of it was held on purpose and never attempted, so that the channel knows of nothing. */
  readonly unattempted: boolean;
  /** Why it was held; null unless unattempted. */
  readonly hold: HoldReason | null;
  /** Whether some of it has not been settled yet. */
  readonly unsettled: boolean;
  /** Whether some of it has arrived, or is on its way. */
  readonly delivered: boolean;
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

/** A row that was cancelled as old news. */
export interface Earlier extends Cancelled {
  readonly alertId: string;
  readonly event: NotificationEvent;
}

interface HoldAgain {
  readonly hold: StoredHold | null;
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
const HELD_UNATTEMPTED = `event NOT IN ${FLAPPING} AND status = 'pending' AND hold_kind IS NOT NULL AND ${NEVER_ATTEMPTED}`;
/** Events that tell of a firing. What was given up before any attempt told nobody. */
const TELLS = `event IN ('raised', 'escalated', 'reminder', 'flapping_started', 'flapping_stopped')
  AND NOT (status = 'cancelled' AND ${NEVER_ATTEMPTED})`;
/** Earlier rows of the same condition on the same channel that are held at this moment. */
const EARLIER = `channel_id = @channelId AND condition_id = @conditionId AND seq < @seq
      AND status IN ('pending', 'failed', 'sending') AND status IN ('pending', 'failed')
      AND hold_kind IS NOT NULL`;
const CANCEL = `UPDATE notifications SET status = 'cancelled', due_at = NULL, cancel_reason = 'superseded', updated_at = @now`;

const SQL = {
  channelHistories: `SELECT channel_id AS channelId, max(route_id) AS routeId, min(${HELD_UNATTEMPTED}) AS unattempted,
      max(hold_reason) AS hold, max(status IN ('pending', 'failed', 'sending')) AS unsettled,
      max(status IN ('sent', 'sending')) AS delivered
    FROM notifications WHERE alert_id = ? AND ${TELLS} GROUP BY channel_id`,
  supersedeAlert: `${CANCEL}
    WHERE alert_id = @alertId AND status IN ('pending', 'failed') AND event NOT IN ${FLAPPING}
    RETURNING id, channel_id AS channelId`,
  // A disabled channel gets nothing in its place.
  supersedeMessage: `${CANCEL}
    WHERE alert_id = @alertId AND status IN ('pending', 'failed')
      AND channel_id NOT IN (SELECT id FROM channels WHERE enabled = 0)
    RETURNING id, channel_id AS channelId`,
  // Through the partial index of each channel, since a condition may have much history.
  supersedeCondition: `${CANCEL} WHERE seq IN (
      SELECT n.seq FROM channels c CROSS JOIN notifications n INDEXED BY notifications_active
      WHERE n.channel_id = c.id AND n.condition_id = @conditionId AND n.status IN ('pending', 'failed', 'sending')) AND status IN ('pending', 'failed')
      AND event NOT IN ${FLAPPING}
    RETURNING id, channel_id AS channelId`,
  waitingFor: `SELECT DISTINCT n.channel_id FROM channels c
      CROSS JOIN notifications n INDEXED BY notifications_active
    WHERE n.channel_id = c.id AND n.condition_id = ? AND n.status IN ('pending', 'failed', 'sending')`,
  refresh: `UPDATE notifications SET snapshot = @snapshot, updated_at = @now
    WHERE alert_id = @alertId AND status IN ('pending', 'failed') AND hold_kind IS NOT NULL
      AND event IN ('raised', 'escalated', 'reminder')
    RETURNING id, channel_id AS channelId`,
  askAgain: `UPDATE notifications SET due_at = @now, bundle_id = NULL
    WHERE alert_id = @alertId AND status IN ('pending', 'failed')
      AND hold_kind IN ('quiet_hours', 'silence', 'maintenance', 'inhibition')
    RETURNING channel_id`,
  // What the newer word says as well.
  supersedeUpdates: `${CANCEL} WHERE alert_id = @alertId AND channel_id = @channelId
      AND event IN (@event, 'reminder') AND ${HELD_UNATTEMPTED}
    RETURNING id, channel_id AS channelId`,
  // Both lists, since SQLite takes the partial index only where its own condition is repeated.
  earlierHeld: `SELECT 1 FROM notifications INDEXED BY notifications_active
    WHERE ${EARLIER} LIMIT 1`,
  supersedeAcknowledged: `${CANCEL}
    WHERE alert_id = @alertId AND event = 'acknowledged' AND status = 'pending' AND ${NEVER_ATTEMPTED}
    RETURNING id, channel_id AS channelId`,
  acknowledgedTo: `SELECT DISTINCT channel_id FROM notifications
    WHERE alert_id = ? AND event = 'acknowledged' AND NOT (status = 'cancelled' AND ${NEVER_ATTEMPTED})`,
  supersedeEarlier: `${CANCEL} WHERE seq IN (SELECT seq FROM notifications INDEXED BY notifications_active
      WHERE ${EARLIER} AND event NOT IN ${FLAPPING})
    RETURNING id, channel_id AS channelId, alert_id AS alertId, event`,
  // Those that speak of it already are let pass: what holds them does not look at what changed.
  refreshFlapping: `UPDATE notifications SET snapshot = @snapshot, due_at = @now, updated_at = @now
    WHERE seq IN (SELECT seq FROM notifications INDEXED BY notifications_active
      WHERE ${EARLIER} AND event IN ${FLAPPING} AND snapshot <> @snapshot)
    RETURNING id, channel_id AS channelId`,
  reroute: `UPDATE notifications SET route_id = @routeId, due_at = @now, bundle_id = NULL, updated_at = @now
    WHERE alert_id = @alertId AND channel_id = @channelId AND ${HELD_UNATTEMPTED}
    RETURNING channel_id`,
  unattempted: `${CANCEL} WHERE alert_id = @alertId AND ${HELD_UNATTEMPTED}
    RETURNING id, channel_id AS channelId`,
  release: `UPDATE notifications SET due_at = @now
    WHERE hold_kind = @kind AND hold_ref IS @ref AND status IN ('pending', 'failed')
    RETURNING id, channel_id AS channelId`,
  hold: `UPDATE notifications SET status = CASE WHEN retry_count > 0 THEN 'failed' ELSE 'pending' END,
      due_at = @dueAt, lease_token = NULL, lease_until = NULL, bundle_id = @bundleId,
      hold_kind = @kind, hold_ref = @ref, hold_until = @until, hold_reason = @reason, updated_at = @now
    WHERE id = @id AND status = 'sending' AND lease_token = @leaseToken`,
  alone: 'UPDATE notifications SET bundle_id = NULL WHERE id = ?',
  detach: `UPDATE notifications SET bundle_id = NULL
    WHERE bundle_id = ? AND status IN ('pending', 'failed')`,
};

/** Rows that wait on purpose: why, until when, and what becomes of them when the reason goes. */
export class NotificationHolds {
  readonly #channelHistories;
  readonly #supersedeAlert;
  readonly #supersedeCondition;
  readonly #waitingFor;
  readonly #supersedeMessage;
  readonly #refresh;
  readonly #askAgain;
  readonly #supersedeUpdates;
  readonly #supersedeAcknowledged;
  readonly #acknowledgedTo;
  readonly #earlierHeld;
  readonly #supersedeEarlier;
  readonly #refreshFlapping;
  readonly #reroute;
  readonly #unattempted;
  readonly #release;
  readonly #hold;
  readonly #alone;
  readonly #detach;

  constructor(db: Db) {
    this.#channelHistories = db.prepare<
      [string],
      Omit<ChannelHistory, 'unattempted' | 'hold' | 'unsettled' | 'delivered'> & {
        unattempted: 0 | 1;
        hold: string | null;
        unsettled: 0 | 1;
        delivered: 0 | 1;
      }
    >(SQL.channelHistories);
    this.#supersedeAlert = db.prepare<{ alertId: string; now: number }, Cancelled>(
      SQL.supersedeAlert,
    );
    this.#supersedeCondition = db.prepare<{ conditionId: number; now: number }, Cancelled>(
      SQL.supersedeCondition,
    );
    this.#waitingFor = db.prepare<[number], string>(SQL.waitingFor).pluck();
    this.#supersedeMessage = db.prepare<{ alertId: string; now: number }, Cancelled>(
      SQL.supersedeMessage,
    );
    this.#refresh = db.prepare<{ alertId: string; snapshot: string; now: number }, Cancelled>(
      SQL.refresh,
    );
    this.#askAgain = db.prepare<{ alertId: string; now: number }, string>(SQL.askAgain).pluck();
    this.#supersedeUpdates = db.prepare<
      { alertId: string; channelId: string; event: NotificationEvent; now: number },
      Cancelled
    >(SQL.supersedeUpdates);
    this.#supersedeAcknowledged = db.prepare<{ alertId: string; now: number }, Cancelled>(
      SQL.supersedeAcknowledged,
    );
    this.#acknowledgedTo = db.prepare<[string], string>(SQL.acknowledgedTo).pluck();
    this.#earlierHeld = db.prepare<Place, number>(SQL.earlierHeld).pluck();
    this.#supersedeEarlier = db.prepare<Place & { now: number }, Earlier>(SQL.supersedeEarlier);
    this.#reroute = db
      .prepare<{ alertId: string; channelId: string; routeId: string | null; now: number }, string>(
        SQL.reroute,
      )
      .pluck();
    this.#unattempted = db.prepare<{ alertId: string; now: number }, Cancelled>(SQL.unattempted);
    this.#refreshFlapping = db.prepare<Place & { snapshot: string; now: number }, Cancelled>(
      SQL.refreshFlapping,
    );
    this.#release = db.prepare<{ kind: HoldKind; ref: string | null; now: number }, Cancelled>(
      SQL.release,
    );
    this.#hold = db.prepare<Omit<HoldAgain, 'hold'> & ReturnType<typeof holdColumns>>(SQL.hold);
    this.#alone = db.prepare<[string]>(SQL.alone);
    this.#detach = db.prepare<[string]>(SQL.detach);
  }

  /** Every channel that has or had a notification of the alert's firing, and whether any of it can have arrived. */
  channelHistories(alertId: string): ChannelHistory[] {
    return this.#channelHistories.all(alertId).map((stored) => ({
      ...stored,
      unattempted: stored.unattempted === 1,
      hold:
        stored.unattempted === 1 ? (JSON.parse(stored.hold ?? 'null') as HoldReason | null) : null,
      unsettled: stored.unsettled === 1,
      delivered: stored.delivered === 1,
    }));
  }

  /** Cancels what is still queued for an alert that resolved; dead ones stay, as obsolete. */
  supersedeAlert(alertId: string, now: number): Cancelled[] {
    return this.#supersedeAlert.all({ alertId, now });
  }

  /** The same for a message, of which disabled channels keep what was queued for them. */
  supersedeMessage(alertId: string, now: number): Cancelled[] {
    return this.#supersedeMessage.all({ alertId, now });
  }

  /** Channels for which anything of a condition waits, or is being sent. */
  waitingFor(conditionId: number): ReadonlySet<string> {
    return new Set(this.#waitingFor.all(conditionId));
  }

  /** Cancels what is still queued for a condition, whichever episode it was about. */
  supersedeCondition(conditionId: number, now: number): Cancelled[] {
    return this.#supersedeCondition.all({ conditionId, now });
  }

  /** Lets what is held speak of the alert as it is now; answers which rows do. */
  refresh(alertId: string, snapshot: AlertSnapshot, now: number): Cancelled[] {
    return this.#refresh.all({ alertId, snapshot: JSON.stringify(snapshot), now });
  }

  /** What mutes an alert is to be asked once more, since it is no longer what it was; answers the channels. */
  askAgain(alertId: string, now: number): string[] {
    return this.#askAgain.all({ alertId, now });
  }

  /** Cancels what is held of an alert's earlier news of the same sort, and reminders, for a channel that is queued newer. */
  supersedeUpdates(
    alertId: string,
    channelId: string,
    event: NotificationEvent,
    now: number,
  ): Cancelled[] {
    return this.#supersedeUpdates.all({ alertId, channelId, event, now });
  }

  /** Cancels word of an acknowledgement that was taken back before it could be told. */
  supersedeAcknowledged(alertId: string, now: number): Cancelled[] {
    return this.#supersedeAcknowledged.all({ alertId, now });
  }

  /** Channels that believe somebody has acknowledged the alert. */
  acknowledgedTo(alertId: string): string[] {
    return this.#acknowledgedTo.all(alertId);
  }

  /** Whether any word that comes before this place is held; nearly always there is none. */
  hasEarlierHeld(place: Place): boolean {
    return this.#earlierHeld.get(place) !== undefined;
  }

  /** Old news, held, by the word at this place that may leave now. */
  supersedeEarlier(place: Place, now: number): Earlier[] {
    return this.#supersedeEarlier.all({ ...place, now });
  }

  /**
   * Held notices about flapping that come before this place speak of the alert as it is now, and are asked
   * about again: they go first, or the last word would be that it flaps.
   */
  refreshFlapping(place: Place, snapshot: AlertSnapshot, now: number): Cancelled[] {
    return this.#refreshFlapping.all({ ...place, snapshot: JSON.stringify(snapshot), now });
  }

  /** What was never attempted goes by another route now; false when there is no such row. */
  reroute(alertId: string, channelId: string, routeId: string | null, now: number): boolean {
    return this.#reroute.get({ alertId, channelId, routeId, now }) !== undefined;
  }

  /** Cancels what is held of an alert and was never attempted. */
  cancelUnnotified(alertId: string, now: number): Cancelled[] {
    return this.#unattempted.all({ alertId, now });
  }

  /** Makes due what one reason holds; whether another one does is asked when it is claimed. */
  release(kind: HoldKind, ref: string | null, now: number): Cancelled[] {
    return this.#release.all({ kind, ref, now });
  }

  /** Gives a claimed row back, to wait; it spends no attempt. */
  hold({ hold, ...row }: HoldAgain): void {
    this.#hold.run({ ...row, ...holdColumns(hold) });
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
