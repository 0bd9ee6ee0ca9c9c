import type { AlertSnapshot } from '../contract/notification.ts';
import type { HoldKind } from '../contract/suppression.ts';
import type { Db } from './database.ts';
import type { StoredHold } from './notification-rows.ts';

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
    WHERE alert_id = @alertId AND event IN ('raised', 'escalated') AND ${HELD_UNTOLD}
    RETURNING id, channel_id AS channelId`,
  askAgain: `UPDATE notifications SET due_at = @now, bundle_id = NULL
    WHERE alert_id = @alertId AND status = 'pending' AND hold_kind = 'quiet_hours'
    RETURNING channel_id`,
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
    this.#askAgain = db.prepare<{ alertId: string; now: number }, string>(SQL.askAgain).pluck();
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

  /** Lets what is held and was never attempted speak of the alert as it is now; answers which rows do. */
  refresh(alertId: string, snapshot: AlertSnapshot, now: number): Cancelled[] {
    return this.#refresh.all({ alertId, snapshot: JSON.stringify(snapshot), now });
  }

  /** Asks quiet hours once more about an alert that got worse; answers the channels. */
  askAgain(alertId: string, now: number): string[] {
    return this.#askAgain.all({ alertId, now });
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
