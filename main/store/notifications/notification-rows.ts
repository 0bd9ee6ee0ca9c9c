import type { AlertState } from '../../contract/alert.ts';
import type { HoldReason } from '../../contract/reasons/hold-reasons.ts';
import type { HoldKind } from '../../contract/suppression.ts';
import type { FailureClass } from '../../contract/failure-class.ts';
import type { FailureReason } from '../../contract/reasons/failure-reasons.ts';
import type {
  AlertSnapshot,
  CancelReason,
  NotificationEvent,
  NotificationStatus,
} from '../../contract/notification.ts';

/** Why a row waits on purpose. */
export interface StoredHold {
  readonly kind: HoldKind;
  /** The silence, window, inhibition, alert or route that holds it; null where there is only one such thing. */
  readonly ref: string | null;
  /** When it ends; null when it ends with something else. */
  readonly until: number | null;
  readonly reason: HoldReason;
}

/** The columns of a hold. */
export const holdColumns = (hold: StoredHold | null) => ({
  kind: hold?.kind ?? null,
  ref: hold?.ref ?? null,
  until: hold?.until ?? null,
  reason: hold && JSON.stringify(hold.reason),
});

export interface NotificationRow {
  readonly seq: number;
  readonly id: string;
  readonly alertId: string | null;
  readonly conditionId: number | null;
  readonly channelId: string;
  readonly channelName: string;
  readonly event: NotificationEvent;
  /** Of a message, which stays worth sending after its alert has closed. */
  readonly isMessage: boolean;
  readonly status: NotificationStatus;
  readonly dueAt: number | null;
  readonly leaseToken: string | null;
  readonly budget: number;
  readonly retryCount: number;
  readonly maxAttempts: number | null;
  readonly lastErrorClass: FailureClass | null;
  readonly reason: FailureReason | null;
  /** What the receiver itself said. */
  readonly receiverText: string | null;
  readonly cancelReason: CancelReason | null;
  readonly snapshot: AlertSnapshot;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly routeId: string | null;
  readonly bundleId: string | null;
  readonly hold: StoredHold | null;
  readonly readAt: number | null;
  /** What dead ones are grouped by (domain/cause.ts); kept when it is discarded. */
  readonly cause: string | null;
  readonly diedAt: number | null;
  /** The dead notification of another channel whose place this one takes. */
  readonly fallbackOf: string | null;
  /** Who asked for the current budget; null for the first one. */
  readonly requeuedBy: string | null;
  readonly autoRequeuedAt: number | null;
  /** Joins what was discarded in one go. */
  readonly discardId: string | null;
  /** Somebody asked to send it now, whatever holds it. */
  readonly pastHolds: boolean;
  /** Whether a limit, the receiver's or the channel's own, has held it. */
  readonly limited: boolean;
}

/** With the alert's state now; null for a test, and once retention has taken the alert. */
export interface NotificationView extends NotificationRow {
  readonly alertState: AlertState | null;
}

export interface StoredNotification {
  seq: number;
  id: string;
  alert_id: string | null;
  condition_id: number | null;
  channel_id: string;
  channel_name: string;
  event: NotificationEvent;
  is_message: 0 | 1;
  status: NotificationStatus;
  due_at: number | null;
  lease_token: string | null;
  budget: number;
  retry_count: number;
  max_attempts: number | null;
  last_error_class: FailureClass | null;
  last_error: string | null;
  receiver_text: string | null;
  cancel_reason: CancelReason | null;
  snapshot: string;
  created_at: number;
  updated_at: number;
  route_id: string | null;
  bundle_id: string | null;
  hold_kind: HoldKind | null;
  hold_ref: string | null;
  hold_until: number | null;
  hold_reason: string | null;
  read_at: number | null;
  cause: string | null;
  died_at: number | null;
  fallback_of: string | null;
  requeued_by: string | null;
  auto_requeued_at: number | null;
  discard_id: string | null;
  past_holds: 0 | 1;
  limited: 0 | 1;
}

export interface StoredNotificationView extends StoredNotification {
  alert_state: AlertState | null;
}

export const toReason = (stored: string | null): FailureReason | null =>
  stored === null ? null : (JSON.parse(stored) as FailureReason);

export const toNotificationRow = (stored: StoredNotification): NotificationRow => ({
  seq: stored.seq,
  id: stored.id,
  alertId: stored.alert_id,
  conditionId: stored.condition_id,
  channelId: stored.channel_id,
  channelName: stored.channel_name,
  event: stored.event,
  isMessage: stored.is_message === 1,
  status: stored.status,
  dueAt: stored.due_at,
  leaseToken: stored.lease_token,
  budget: stored.budget,
  retryCount: stored.retry_count,
  maxAttempts: stored.max_attempts,
  lastErrorClass: stored.last_error_class,
  reason: toReason(stored.last_error),
  receiverText: stored.receiver_text,
  cancelReason: stored.cancel_reason,
  snapshot: JSON.parse(stored.snapshot) as AlertSnapshot,
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
  routeId: stored.route_id,
  bundleId: stored.bundle_id,
  hold:
    stored.hold_kind === null
      ? null
      : {
          kind: stored.hold_kind,
          ref: stored.hold_ref,
          until: stored.hold_until,
          reason: JSON.parse(stored.hold_reason ?? 'null') as HoldReason,
        },
  readAt: stored.read_at,
  cause: stored.cause,
  diedAt: stored.died_at,
  fallbackOf: stored.fallback_of,
  requeuedBy: stored.requeued_by,
  autoRequeuedAt: stored.auto_requeued_at,
  discardId: stored.discard_id,
  pastHolds: stored.past_holds === 1,
  limited: stored.limited === 1,
});

export const toNotificationView = (stored: StoredNotificationView): NotificationView => ({
  ...toNotificationRow(stored),
  alertState: stored.alert_state,
});
