import type { Db } from './database.ts';

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

interface OfAlerts {
  readonly before: number;
  readonly limit: number;
}

/** Repeats the partial index's own condition, without which SQLite would not use it. */
const SETTLED = `status IN ('sent', 'cancelled', 'dead')`;

const SQL = {
  bundles: `DELETE FROM bundles WHERE id IN (SELECT b.id FROM bundles b
    WHERE b.opened_at < ? AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.bundle_id = b.id) LIMIT ?)`,
  delivered: `DELETE FROM notifications WHERE seq IN (SELECT seq FROM notifications
    WHERE ${SETTLED} AND status IN ('sent', 'cancelled') AND updated_at < @before
      AND ${OF_NO_KEPT_ALERT} LIMIT @limit)`,
  dead: `DELETE FROM notifications WHERE seq IN (SELECT seq FROM notifications
    WHERE ${SETTLED} AND status = 'dead' AND updated_at < @before AND ${OF_NO_KEPT_ALERT} LIMIT @limit)`,
  attempts: `DELETE FROM delivery_attempts WHERE id IN (SELECT t.id FROM delivery_attempts t
    WHERE t.started_at < @before AND NOT EXISTS (
      SELECT 1 FROM notifications n JOIN alerts a ON a.id = n.alert_id
      WHERE n.id = t.notification_id AND ${IS_KEPT}) LIMIT @limit)`,
  audit: 'DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < ? LIMIT ?)',
  // What is still queued or dead needs its alert to say how things stand.
  closedAlerts: `DELETE FROM alerts WHERE seq IN (SELECT seq FROM alerts
    WHERE closed_at < ? AND NOT EXISTS (
      SELECT 1 FROM notifications n WHERE n.alert_id = alerts.id AND n.status NOT IN ('sent', 'cancelled'))
    LIMIT ?) RETURNING condition_id`,
  // What flaps may have no episode left, and still needs the notification that it has stopped.
  condition: `DELETE FROM conditions WHERE id = ? AND flapping_since IS NULL
    AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.condition_id = conditions.id)`,
  // Conditions of which nothing but an end was ever reported.
  ends: `DELETE FROM conditions WHERE id IN (SELECT c.id FROM conditions c
    WHERE c.ended_through < ? AND c.flapping_since IS NULL
      AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.condition_id = c.id) LIMIT ?)`,
};

/** Deletes what is past its retention. Nothing of an alert that is not closed ever goes. */
export class Retention {
  readonly #delivered;
  readonly #dead;
  readonly #attempts;
  readonly #audit;
  readonly #closedAlerts;
  readonly #condition;
  readonly #ends;
  readonly #bundles;

  constructor(db: Db) {
    this.#delivered = db.prepare<OfAlerts>(SQL.delivered);
    this.#dead = db.prepare<OfAlerts>(SQL.dead);
    this.#attempts = db.prepare<OfAlerts>(SQL.attempts);
    this.#audit = db.prepare<[number, number]>(SQL.audit);
    this.#closedAlerts = db.prepare<[number, number], number>(SQL.closedAlerts).pluck();
    this.#condition = db.prepare<[number]>(SQL.condition);
    this.#ends = db.prepare<[number, number]>(SQL.ends);
    this.#bundles = db.prepare<[number, number]>(SQL.bundles);
  }

  /** Removes at most `limit` rows of each sort, and answers how many of the fullest. */
  prune(cutoffs: Cutoffs, limit: number): number {
    const conditions = this.#closedAlerts.all(cutoffs.closedAlerts, limit);
    for (const id of new Set(conditions)) this.#condition.run(id);
    return Math.max(
      conditions.length,
      this.#delivered.run({ before: cutoffs.delivered, limit }).changes,
      this.#dead.run({ before: cutoffs.dead, limit }).changes,
      this.#attempts.run({ before: cutoffs.attempts, limit }).changes,
      this.#audit.run(cutoffs.audit, limit).changes,
      this.#ends.run(cutoffs.delivered, limit).changes,
      this.#bundles.run(cutoffs.delivered, limit).changes,
    );
  }
}
