import type { AlertState } from '../../contract/alert.ts';
import type { HoldReason } from '../../contract/reasons/hold-reasons.ts';
import type { HoldKind } from '../../contract/suppression.ts';
import type {
  AlertSnapshot,
  Notification,
  NotificationEvent,
} from '../../contract/notification.ts';
import { Columns, type Fields } from '../columns.ts';
import { wordsFound } from '../search-terms.ts';

/** The reason why a row waits on purpose. */
export interface StoredHold {
  readonly kind: HoldKind;
  /** The silence, window, inhibition, alert or route that holds it; null where there is only one such thing. */
  readonly ref: string | null;
  /** The moment at which it ends; null when it ends with something else. */
  readonly until: number | null;
  readonly reason: HoldReason;
}

/** The values of a hold's columns. */
export const holdColumns = (hold: StoredHold | null) => ({
  kind: hold?.kind ?? null,
  ref: hold?.ref ?? null,
  until: hold?.until ?? null,
  reason: hold && JSON.stringify(hold.reason),
});

/** The fields that the API shows as they are stored. */
type Shown = Omit<
  Notification,
  'maxAttempts' | 'nextAttemptAt' | 'lastError' | 'held' | 'hold' | 'obsolete' | 'alert'
>;

export interface NotificationRow extends Readonly<Shown> {
  readonly seq: number;
  readonly conditionId: number | null;
  /** Of a message, which stays worth sending after its alert has closed. */
  readonly isMessage: boolean;
  readonly dueAt: number | null;
  readonly leaseToken: string | null;
  readonly budget: number;
  readonly maxAttempts: number | null;
  readonly snapshot: AlertSnapshot;
  readonly routeId: string | null;
  readonly hold: StoredHold | null;
  /** Somebody asked to send it now, whatever holds it. */
  readonly pastHolds: boolean;
  /** A limit, the receiver's or the channel's own, has held it. */
  readonly limited: boolean;
  /** The number of steps by which it is louder than usual: a reminder's number on a route that asks for it, else 0. */
  readonly loudness: number;
}

/** With the alert's state now; null for a test, and once retention has taken the alert. */
export interface NotificationView extends NotificationRow {
  readonly alertState: AlertState | null;
}

const FIELDS: Fields<NotificationRow> = {
  seq: 'plain',
  id: 'plain',
  alertId: 'plain',
  conditionId: 'plain',
  channelId: 'plain',
  channelName: 'plain',
  event: 'plain',
  isMessage: 'flag',
  status: 'plain',
  dueAt: 'plain',
  leaseToken: 'plain',
  budget: 'plain',
  retryCount: 'plain',
  maxAttempts: 'plain',
  lastErrorClass: 'plain',
  reason: ['json', 'last_error'],
  receiverText: 'plain',
  cancelReason: 'plain',
  snapshot: 'json',
  createdAt: 'plain',
  updatedAt: 'plain',
  routeId: 'plain',
  bundleId: 'plain',
  hold: [
    'json',
    `iif(hold_kind IS NULL, NULL, json_object('kind', hold_kind, 'ref', hold_ref, 'until', hold_until,
      'reason', json(hold_reason)))`,
  ],
  readAt: 'plain',
  fallbackOf: 'plain',
  requeuedBy: 'plain',
  pastHolds: 'flag',
  limited: 'flag',
  loudness: 'plain',
};

export const NOTIFICATION = new Columns<NotificationRow>(FIELDS);

export const NOTIFICATION_VIEW = new Columns<NotificationView>({
  ...FIELDS,
  alertState: ['plain', '(SELECT state FROM alerts WHERE alerts.id = alert_id)'],
});

/** Returns what the API shows of a row as it is stored. */
export function toShown(row: NotificationView): Shown {
  const {
    seq: _seq,
    conditionId: _conditionId,
    isMessage: _isMessage,
    dueAt: _dueAt,
    leaseToken: _leaseToken,
    budget: _budget,
    maxAttempts: _maxAttempts,
    snapshot: _snapshot,
    routeId: _routeId,
    hold: _hold,
    pastHolds: _pastHolds,
    limited: _limited,
    loudness: _loudness,
    alertState: _alertState,
    ...shown
  } = row;
  return shown;
}

/** A row whose state has changed. */
export interface ChangedRow {
  readonly id: string;
  readonly channelId: string;
  readonly event: NotificationEvent;
}

/** For RETURNING. */
export const CHANGED = 'id, channel_id AS channelId, event';

/** Rows after one seq, up to and with another, in their order. */
export interface Stretch {
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

/** The search of notifications, with the fields of `BoundSearch`. */
export const SEARCHED = `${wordsFound([
  'n.channel_name',
  'n.receiver_text',
  'n.snapshot',
  'iif(n.last_error IS NULL, NULL, failure_words(n.last_error))',
])} AND iif(@matchers IS NULL, 1, snapshot_matches(@matchers, n.snapshot))`;
