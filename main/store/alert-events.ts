import type { AlertEvent, AlertEventType } from '../contract/alert.ts';
import type { Db } from './database.ts';
import type { Unit } from './unit.ts';

export interface NewAlertEvent {
  readonly alertId: string;
  readonly at: number;
  readonly type: AlertEventType;
  readonly actor: string;
  readonly detail: string;
}

/** The timeline. Append only; touches write nothing here. */
export class AlertEventTable {
  readonly #append;
  readonly #byAlert;
  readonly #newestAt;

  constructor(db: Db) {
    this.#append = db.prepare<NewAlertEvent>(
      `INSERT INTO alert_events (alert_id, at, type, actor, detail)
       VALUES (@alertId, @at, @type, @actor, @detail)`,
    );
    this.#byAlert = db.prepare<[string], AlertEvent>(
      'SELECT id, at, type, actor, detail FROM alert_events WHERE alert_id = ? ORDER BY id',
    );
    this.#newestAt = db
      .prepare<[], number>('SELECT at FROM alert_events ORDER BY id DESC LIMIT 1')
      .pluck();
  }

  /** The alert's pane shows it, so whoever looks at the alert is to know. */
  append(unit: Unit, event: NewAlertEvent): void {
    this.#append.run(event);
    unit.changed({ entity: 'alert', id: event.alertId });
  }

  byAlert(alertId: string): AlertEvent[] {
    return this.#byAlert.all(alertId);
  }

  /** When the newest row of all was written; null when there is none. */
  newestAt(): number | null {
    return this.#newestAt.get() ?? null;
  }
}
