import type { Db } from '../database.ts';

export type FollowUpKind = 'reminder' | 'escalation' | 'snooze_end';

/** What an open alert will do by itself unless somebody acknowledges it. */
export interface FollowUp {
  readonly alertId: string;
  readonly kind: FollowUpKind;
  /** Empty for the end of a snooze. */
  readonly routeId: string;
  /** The how-manieth it will be, from 1. */
  readonly number: number;
  readonly dueAt: number;
}

interface StoredFollowUp {
  id: number;
  alert_id: string;
  kind: FollowUpKind;
  route_id: string;
  number: number;
  due_at: number;
}

const SQL = {
  put: `INSERT INTO follow_ups (alert_id, kind, route_id, number, due_at)
    VALUES (@alertId, @kind, @routeId, @number, @dueAt)
    ON CONFLICT (alert_id, kind, route_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at`,
  due: 'SELECT * FROM follow_ups WHERE due_at <= ? ORDER BY due_at, id LIMIT ?',
  next: 'SELECT min(due_at) FROM follow_ups',
  remove:
    'DELETE FROM follow_ups WHERE alert_id = @alertId AND kind = @kind AND route_id = @routeId',
  drop: 'DELETE FROM follow_ups WHERE alert_id = ?',
  dropOfRoutes: `DELETE FROM follow_ups WHERE alert_id = ? AND kind <> 'snooze_end'`,
  planned: `SELECT kind || ' ' || route_id FROM follow_ups WHERE alert_id = ?`,
  shift: 'UPDATE follow_ups SET due_at = due_at + ?',
};

/** Reminders, escalation steps and ends of snoozes that are to come. */
export class FollowUpTable {
  readonly #put;
  readonly #due;
  readonly #next;
  readonly #remove;
  readonly #drop;
  readonly #dropOfRoutes;
  readonly #planned;
  readonly #shift;

  constructor(db: Db) {
    this.#put = db.prepare<FollowUp>(SQL.put);
    this.#due = db.prepare<[number, number], StoredFollowUp>(SQL.due);
    this.#next = db.prepare<[], number | null>(SQL.next).pluck();
    this.#remove = db.prepare<Pick<FollowUp, 'alertId' | 'kind' | 'routeId'>>(SQL.remove);
    this.#drop = db.prepare<[string]>(SQL.drop);
    this.#dropOfRoutes = db.prepare<[string]>(SQL.dropOfRoutes);
    this.#planned = db.prepare<[string], string>(SQL.planned).pluck();
    this.#shift = db.prepare<[number]>(SQL.shift);
  }

  /** Plans it, instead of one of the same alert, kind and route. */
  put(followUp: FollowUp): void {
    this.#put.run(followUp);
  }

  /** At most `limit` that are due, earliest first. */
  due(now: number, limit: number): FollowUp[] {
    return this.#due.all(now, limit).map((stored) => ({
      alertId: stored.alert_id,
      kind: stored.kind,
      routeId: stored.route_id,
      number: stored.number,
      dueAt: stored.due_at,
    }));
  }

  next(): number | null {
    return this.#next.get() ?? null;
  }

  remove({ alertId, kind, routeId }: Pick<FollowUp, 'alertId' | 'kind' | 'routeId'>): void {
    this.#remove.run({ alertId, kind, routeId });
  }

  /** Everything planned for an alert that has closed. */
  drop(alertId: string): void {
    this.#drop.run(alertId);
  }

  /** Reminders and escalation, which an acknowledgement ends; a snooze goes on. */
  dropOfRoutes(alertId: string): void {
    this.#dropOfRoutes.run(alertId);
  }

  /** Whether something of this kind is planned for the alert by this route, or has been done. */
  isPlanned({ alertId, kind, routeId }: Pick<FollowUp, 'alertId' | 'kind' | 'routeId'>): boolean {
    return this.#planned.all(alertId).includes(`${kind} ${routeId}`);
  }

  shiftDue(deltaMs: number): void {
    this.#shift.run(deltaMs);
  }
}
