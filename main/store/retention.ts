import type { AlertRow } from './alerts/alert-rows.ts';
import type { NotificationRow } from './notifications/notification-rows.ts';
import { Table } from './row-table.ts';

/** Oldest moments to keep, in ms UTC, by what they apply to. */
export interface Cutoffs {
  readonly delivered: number;
  readonly dead: number;
  readonly attempts: number;
  readonly audit: number;
  readonly closedAlerts: number;
}

/**
 * An alert's age counts from when it closed. What was delivered about one that expires may be older than
 * any retention by then, and still says which channels show it.
 */
const IS_KEPT = '(a.closed_at IS NULL OR a.closed_at >= @before)';

const OF_NO_KEPT_ALERT = `NOT EXISTS (
  SELECT 1 FROM alerts a WHERE a.id = notifications.alert_id AND ${IS_KEPT})`;

const AMONG = 'seq IN (SELECT value FROM json_each(@seqs))';

/** Repeats the partial index's own condition, without which SQLite would not use it. */
const SETTLED = `status IN ('sent', 'cancelled', 'dead')`;

/** Deletes what is past its retention. Nothing of an alert that is not closed ever goes. */
export class Retention extends Table {
  /** Removes at most `limit` rows of each sort. Returns how many of the fullest. */
  prune(cutoffs: Cutoffs, limit: number): number {
    const deleted = (sql: string, before: number) => this.db.run(sql, { before, limit }).changes;
    return Math.max(
      this.#closedAlerts(cutoffs.closedAlerts, limit),
      this.#notifications(`status IN ('sent', 'cancelled')`, cutoffs.delivered, limit),
      this.#notifications(`status = 'dead'`, cutoffs.dead, limit),
      deleted(
        `DELETE FROM delivery_attempts WHERE id IN (SELECT t.id FROM delivery_attempts t
           WHERE t.started_at < @before AND NOT EXISTS (
             SELECT 1 FROM notifications n JOIN alerts a ON a.id = n.alert_id
             WHERE n.id = t.notification_id AND ${IS_KEPT}) LIMIT @limit)`,
        cutoffs.attempts,
      ),
      deleted(
        `DELETE FROM delivery_hours WHERE (hour, channel_id) IN (
           SELECT hour, channel_id FROM delivery_hours WHERE hour < @before LIMIT @limit)`,
        cutoffs.attempts,
      ),
      deleted(
        'DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < @before LIMIT @limit)',
        cutoffs.audit,
      ),
      // Conditions of which nothing but an end was ever reported.
      deleted(
        `DELETE FROM conditions WHERE id IN (SELECT c.id FROM conditions c
           WHERE c.ended_through < @before AND c.flapping_since IS NULL
             AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.condition_id = c.id) LIMIT @limit)`,
        cutoffs.delivered,
      ),
      deleted(
        `DELETE FROM bundles WHERE id IN (SELECT b.id FROM bundles b
           WHERE b.opened_at < @before
             AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.bundle_id = b.id) LIMIT @limit)`,
        cutoffs.delivered,
      ),
    );
  }

  #notifications(which: string, before: number, limit: number): number {
    const found = this.db.values<number>(
      `SELECT seq FROM notifications WHERE ${SETTLED} AND ${which} AND updated_at < @before
         AND ${OF_NO_KEPT_ALERT} LIMIT @limit`,
      { before, limit },
    );
    if (found.length === 0) return 0;
    const bound = { seqs: JSON.stringify(found) };
    this.db.counts.deadLetters(`n.${AMONG}`, bound, -1);
    const deleted = this.db.all<Pick<NotificationRow, 'channelId' | 'status'>>(
      `DELETE FROM notifications WHERE ${AMONG} RETURNING channel_id AS channelId, status`,
      bound,
    );
    for (const { channelId, status } of deleted) {
      this.db.counts.notification(channelId, status, null);
    }
    return found.length;
  }

  /** Each with its condition, if that has no other alert. */
  #closedAlerts(before: number, limit: number): number {
    // A notification that is still queued or dead needs its alert to say how things stand.
    const deleted = this.db.all<Pick<AlertRow, 'conditionId' | 'state' | 'severity' | 'kind'>>(
      `DELETE FROM alerts WHERE seq IN (SELECT seq FROM alerts
         WHERE closed_at < ? AND NOT EXISTS (
           SELECT 1 FROM notifications n WHERE n.alert_id = alerts.id AND n.status NOT IN ('sent', 'cancelled'))
         LIMIT ?) RETURNING condition_id AS conditionId, state, severity, kind`,
      [before, limit],
    );
    for (const alert of deleted) this.db.counts.alert(alert, -1);
    for (const id of new Set(deleted.map(({ conditionId }) => conditionId))) {
      // A condition that flaps may have no episode left, and still needs the
      // notification that it has stopped.
      this.db.run(
        `DELETE FROM conditions WHERE id = ? AND flapping_since IS NULL
           AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.condition_id = conditions.id)`,
        [id],
      );
    }
    return deleted.length;
  }
}
