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

/** Repeats the partial index's own condition, without which SQLite would not use it. */
const SETTLED = `status IN ('sent', 'cancelled', 'dead')`;

/** Deletes what is past its retention. Nothing of an alert that is not closed ever goes. */
export class Retention extends Table {
  /** Removes at most `limit` rows of each sort. Returns how many of the fullest. */
  prune(cutoffs: Cutoffs, limit: number): number {
    const deleted = (sql: string, before: number) => this.db.run(sql, { before, limit }).changes;
    return Math.max(
      this.#closedAlerts(cutoffs.closedAlerts, limit),
      deleted(
        `DELETE FROM notifications WHERE seq IN (SELECT seq FROM notifications
           WHERE ${SETTLED} AND status IN ('sent', 'cancelled') AND updated_at < @before
             AND ${OF_NO_KEPT_ALERT} LIMIT @limit)`,
        cutoffs.delivered,
      ),
      deleted(
        `DELETE FROM notifications WHERE seq IN (SELECT seq FROM notifications
           WHERE ${SETTLED} AND status = 'dead' AND updated_at < @before
             AND ${OF_NO_KEPT_ALERT} LIMIT @limit)`,
        cutoffs.dead,
      ),
      deleted(
        `DELETE FROM delivery_attempts WHERE id IN (SELECT t.id FROM delivery_attempts t
           WHERE t.started_at < @before AND NOT EXISTS (
             SELECT 1 FROM notifications n JOIN alerts a ON a.id = n.alert_id
             WHERE n.id = t.notification_id AND ${IS_KEPT}) LIMIT @limit)`,
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

  /** Each with its condition, if that has no other alert. */
  #closedAlerts(before: number, limit: number): number {
    // What is still queued or dead needs its alert to say how things stand.
    const conditions = this.db.values<number>(
      `DELETE FROM alerts WHERE seq IN (SELECT seq FROM alerts
         WHERE closed_at < ? AND NOT EXISTS (
           SELECT 1 FROM notifications n WHERE n.alert_id = alerts.id AND n.status NOT IN ('sent', 'cancelled'))
         LIMIT ?) RETURNING condition_id`,
      [before, limit],
    );
    for (const id of new Set(conditions)) {
      // What flaps may have no episode left, and still needs the notification that it has stopped.
      this.db.run(
        `DELETE FROM conditions WHERE id = ? AND flapping_since IS NULL
           AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.condition_id = conditions.id)`,
        [id],
      );
    }
    return conditions.length;
  }
}
