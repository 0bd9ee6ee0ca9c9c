import { Columns } from '../columns.ts';
import { Table } from '../row-table.ts';

export type FollowUpKind = 'reminder' | 'escalation' | 'snooze_end';

/** An action on an open alert that happens automatically unless somebody acknowledges it. */
export interface FollowUp {
  readonly alertId: string;
  readonly kind: FollowUpKind;
  /** Empty for the end of a snooze. */
  readonly routeId: string;
  /** Its number among those of its kind, from 1. */
  readonly number: number;
  readonly dueAt: number;
}

const FOLLOW_UP = new Columns<FollowUp>({
  alertId: 'plain',
  kind: 'plain',
  routeId: 'plain',
  number: 'plain',
  dueAt: 'plain',
});

type Key = Pick<FollowUp, 'alertId' | 'kind' | 'routeId'>;

/** Reminders, escalation steps and ends of snoozes that are to come. */
export class FollowUpTable extends Table {
  /** Plans it, instead of one of the same alert, kind and route. */
  put(followUp: FollowUp): void {
    this.db.run(
      `INSERT INTO follow_ups (alert_id, kind, route_id, number, due_at)
       VALUES (@alertId, @kind, @routeId, @number, @dueAt)
       ON CONFLICT (alert_id, kind, route_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at`,
      followUp,
    );
  }

  /** At most `limit` that are due, earliest first. */
  due(now: number, limit: number): FollowUp[] {
    return this.db.all(
      `SELECT ${FOLLOW_UP.list} FROM follow_ups WHERE due_at <= ? ORDER BY due_at, id LIMIT ?`,
      [now, limit],
    );
  }

  next(): number | null {
    return this.db.value('SELECT min(due_at) FROM follow_ups');
  }

  /** All of one kind that are planned for an alert. */
  ofAlert(alertId: string, kind: FollowUpKind): FollowUp[] {
    return this.db.all(
      `SELECT ${FOLLOW_UP.list} FROM follow_ups WHERE alert_id = ? AND kind = ? ORDER BY due_at, id`,
      [alertId, kind],
    );
  }

  remove(key: Key): void {
    this.db.run(
      'DELETE FROM follow_ups WHERE alert_id = @alertId AND kind = @kind AND route_id = @routeId',
      key,
    );
  }

  /** Everything planned for an alert that has closed. */
  drop(alertId: string): void {
    this.db.run('DELETE FROM follow_ups WHERE alert_id = ?', [alertId]);
  }

  /** Reminders and escalation, which an acknowledgement ends; a snooze goes on. */
  dropOfRoutes(alertId: string): void {
    this.db.run("DELETE FROM follow_ups WHERE alert_id = ? AND kind <> 'snooze_end'", [alertId]);
  }

  /** Returns true if something of this kind is planned for the alert by this route, or has been done. */
  isPlanned({ alertId, kind, routeId }: Key): boolean {
    const planned = this.db.values<string>(
      "SELECT kind || ' ' || route_id FROM follow_ups WHERE alert_id = ?",
      [alertId],
    );
    return planned.includes(`${kind} ${routeId}`);
  }

  shiftDue(deltaMs: number): void {
    this.db.run('UPDATE follow_ups SET due_at = due_at + ?', [deltaMs]);
  }
}
