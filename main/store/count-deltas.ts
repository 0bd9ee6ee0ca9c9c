import type { AlertState } from '../contract/alert.ts';
import { notificationStatus, type NotificationStatus } from '../contract/notification.ts';
import type { Severity } from '../contract/primitives.ts';

interface Statements {
  run(sql: string, bound: object): unknown;
}

interface CountedAlert {
  readonly state: AlertState;
  readonly severity: Severity;
  readonly kind: string;
}

/** An attempt as the hours count it. */
export interface CountedAttempt {
  readonly channelId: string;
  /** The moment at which it ended, ms UTC. */
  readonly at: number;
  readonly durationMs: number;
  readonly isSent: boolean;
}

export const HOUR_MS = 3_600_000;

interface HourOfChannel {
  readonly hour: number;
  readonly channelId: string;
  sent: number;
  failed: number;
  sentMs: number;
  slowestMs: number;
}

interface ClosedAlert extends CountedAlert {
  readonly id: string;
  readonly acknowledgedAt: number | null;
}

const STATUSES = notificationStatus.options;

const CHANGE_ALERTS = `INSERT INTO alert_counts (state, severity, kind, count)
  VALUES (@state, @severity, @kind, @count)
  ON CONFLICT (state, severity, kind) DO UPDATE SET count = count + excluded.count`;

const CHANGE_NOTIFICATIONS = `INSERT INTO notification_counts (channel_id, ${STATUSES.join(', ')})
  VALUES (@channelId, ${STATUSES.map((status) => `@${status}`).join(', ')})
  ON CONFLICT (channel_id) DO UPDATE SET
    ${STATUSES.map((status) => `${status} = ${status} + excluded.${status}`).join(', ')}`;

const ADD_TO_HOUR = `INSERT INTO delivery_hours (hour, channel_id, sent, failed, sent_ms, slowest_ms)
  VALUES (@hour, @channelId, @sent, @failed, @sentMs, @slowestMs)
  ON CONFLICT (hour, channel_id) DO UPDATE SET sent = sent + excluded.sent, failed = failed + excluded.failed,
    sent_ms = sent_ms + excluded.sent_ms, slowest_ms = max(slowest_ms, excluded.slowest_ms)`;

/** Becomes obsolete when its alert closes: all that tells of an alert but for how it ended. */
const MAY_BE_OBSOLETE = `n.is_message = 0 AND n.event NOT IN ('resolved', 'flapping_stopped') AND n.alert_id IS NOT NULL`;

/**
 * A dead letter whose alert has closed; not so for a message. Retention keeps the alert of what is dead, so
 * one that is not open has closed.
 */
export const OBSOLETE = `${MAY_BE_OBSOLETE}
  AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = n.alert_id AND a.closed_at IS NULL)`;

/** Dead letters by channel, class and cause, as `dead_letter_counts` has them. */
const changeDeadLetters = (where: string, by: 1 | -1): string =>
  `INSERT INTO dead_letter_counts (channel_id, class, cause, count, obsolete)
   SELECT n.channel_id, coalesce(n.last_error_class, ''), coalesce(n.cause, ''), ${by} * count(*), ${by} * sum(${OBSOLETE})
   FROM notifications n WHERE n.status = 'dead' AND ${where} GROUP BY 1, 2, 3
   ON CONFLICT (channel_id, class, cause) DO UPDATE SET count = count + excluded.count, obsolete = obsolete + excluded.obsolete`;

const ALERT_CLOSED = `UPDATE dead_letter_counts SET obsolete = obsolete + closed.count
  FROM (SELECT n.channel_id, coalesce(n.last_error_class, '') AS class, coalesce(n.cause, '') AS cause, count(*) AS count
    FROM notifications n WHERE n.alert_id = +? AND n.status = 'dead' AND ${MAY_BE_OBSOLETE} GROUP BY 1, 2, 3) AS closed
  WHERE dead_letter_counts.channel_id = closed.channel_id AND dead_letter_counts.class = closed.class
    AND dead_letter_counts.cause = closed.cause`;

/**
 * By how much the open transaction changes the kept counts. Whoever changes a row says so here; each count
 * is then written once, just before the COMMIT, where a trigger would write it with every row.
 */
export class CountDeltas {
  readonly #db: Statements;
  readonly #alerts = new Map<string, CountedAlert & { count: number }>();
  readonly #notifications = new Map<string, Record<NotificationStatus, number>>();
  readonly #hours = new Map<string, HourOfChannel>();

  constructor(db: Statements) {
    this.#db = db;
  }

  /** Counts an alert that has changed. `before` is what it was counted as. */
  alertChanged(before: Omit<CountedAlert, 'kind'>, after: CountedAlert): void {
    if (before.state === after.state && before.severity === after.severity) return;
    this.alert({ ...before, kind: after.kind }, -1);
    this.alert(after, 1);
  }

  /** Counts an alert that has closed, and its dead letters as obsolete. */
  alertClosed(after: ClosedAlert): void {
    const { id, acknowledgedAt, severity } = after;
    const state = acknowledgedAt === null ? 'open' : 'acknowledged';
    this.alertChanged({ state, severity }, after);
    this.#db.run(ALERT_CLOSED, [id]);
  }

  /** Counts an alert that has come, or with -1 gone. */
  alert({ state, severity, kind: itsKind }: CountedAlert, by: 1 | -1): void {
    // Only what is open is counted by kind.
    const kind = state === 'open' || state === 'acknowledged' ? itsKind : '';
    const key = `${state} ${severity} ${kind}`;
    const known = this.#alerts.get(key);
    if (known) known.count += by;
    else this.#alerts.set(key, { state, severity, kind, count: by });
  }

  /** Counts a notification of a channel that went from one status to another; null is not there. */
  notification(
    channelId: string,
    from: NotificationStatus | null,
    to: NotificationStatus | null,
  ): void {
    let known = this.#notifications.get(channelId);
    if (!known) {
      known = { pending: 0, sending: 0, sent: 0, failed: 0, dead: 0, cancelled: 0 };
      this.#notifications.set(channelId, known);
    }
    if (from) known[from] -= 1;
    if (to) known[to] += 1;
  }

  /**
   * Counts the dead letters that an SQL condition on `n` finds: with 1 when they have died, with -1 before
   * they go, or become something else.
   */
  deadLetters(where: string, bound: object, by: 1 | -1): void {
    this.#db.run(changeDeadLetters(where, by), bound);
  }

  /** Counts an attempt in its hour. */
  attempt({ channelId, at, durationMs, isSent }: CountedAttempt): void {
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    const key = `${hour} ${channelId}`;
    let known = this.#hours.get(key);
    if (!known) {
      known = { hour, channelId, sent: 0, failed: 0, sentMs: 0, slowestMs: 0 };
      this.#hours.set(key, known);
    }
    if (!isSent) {
      known.failed += 1;
      return;
    }
    known.sent += 1;
    known.sentMs += durationMs;
    known.slowestMs = Math.max(known.slowestMs, durationMs);
  }

  /** Writes what was counted. Call before COMMIT, and before kept counts are read. */
  write(): void {
    for (const delta of this.#alerts.values()) {
      if (delta.count !== 0) this.#db.run(CHANGE_ALERTS, delta);
    }
    for (const [channelId, deltas] of this.#notifications) {
      this.#db.run(CHANGE_NOTIFICATIONS, { channelId, ...deltas });
    }
    for (const hour of this.#hours.values()) this.#db.run(ADD_TO_HOUR, hour);
    this.forget();
  }

  /** The transaction was rolled back. */
  forget(): void {
    this.#alerts.clear();
    this.#notifications.clear();
    this.#hours.clear();
  }
}
