import type { Db } from './database.ts';

/** Oldest moments to keep, in ms UTC, by what they apply to. */
export interface Cutoffs {
  readonly delivered: number;
  readonly dead: number;
  readonly attempts: number;
  readonly audit: number;
  readonly closedAlerts: number;
}

/** Deletes what is past its retention. Nothing of an alert that is not closed ever goes. */
export class Retention {
  readonly #steps;
  readonly #conditions;

  constructor(db: Db) {
    const notAnOpenAlerts = `NOT EXISTS (
      SELECT 1 FROM alerts a WHERE a.id = notifications.alert_id AND a.closed_at IS NULL)`;
    const step = (sql: string) => db.prepare<[number, number]>(sql);
    this.#steps = {
      delivered: step(
        `DELETE FROM notifications WHERE seq IN (SELECT seq FROM notifications
         WHERE status IN ('sent', 'cancelled') AND updated_at < ? AND ${notAnOpenAlerts} LIMIT ?)`,
      ),
      dead: step(
        `DELETE FROM notifications WHERE seq IN (SELECT seq FROM notifications
         WHERE status = 'dead' AND updated_at < ? AND ${notAnOpenAlerts} LIMIT ?)`,
      ),
      attempts: step(
        `DELETE FROM delivery_attempts WHERE id IN (SELECT t.id FROM delivery_attempts t
         WHERE t.started_at < ? AND NOT EXISTS (
           SELECT 1 FROM notifications n JOIN alerts a ON a.id = n.alert_id
           WHERE n.id = t.notification_id AND a.closed_at IS NULL) LIMIT ?)`,
      ),
      audit: step(
        'DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < ? LIMIT ?)',
      ),
      closedAlerts: step(
        'DELETE FROM alerts WHERE seq IN (SELECT seq FROM alerts WHERE closed_at < ? LIMIT ?)',
      ),
    };
    this.#conditions = db.prepare<[number]>(
      `DELETE FROM conditions WHERE id IN (SELECT c.id FROM conditions c
       WHERE NOT EXISTS (SELECT 1 FROM alerts a WHERE a.condition_id = c.id) LIMIT ?)`,
    );
  }

  /** Removes at most `limit` rows of each sort; true when there may be more. */
  prune(cutoffs: Cutoffs, limit: number): boolean {
    const { delivered, dead, attempts, audit, closedAlerts } = this.#steps;
    const removed = [
      delivered.run(cutoffs.delivered, limit).changes,
      dead.run(cutoffs.dead, limit).changes,
      attempts.run(cutoffs.attempts, limit).changes,
      audit.run(cutoffs.audit, limit).changes,
      closedAlerts.run(cutoffs.closedAlerts, limit).changes,
      this.#conditions.run(limit).changes,
    ];
    return removed.includes(limit);
  }
}
