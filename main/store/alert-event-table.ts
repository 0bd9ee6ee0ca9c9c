import type { AlertEvent, AlertEventType } from '../contract/alert.ts';
import type { Db } from './database.ts';
import type { Unit } from './unit.ts';

export interface NewAlertEvent {
  readonly alertId: string;
  readonly at: number;
  readonly type: AlertEventType;
  readonly actor: string;
  readonly detail: string;
  /** Set when it says why some channels, and no others, were not notified. */
  readonly reason?: Omit<ChannelReason, 'at'>;
}

/** Why these channels were not notified, in a sentence that names none of them. */
export interface ChannelReason {
  readonly at: number;
  readonly channelIds: readonly string[];
  readonly sentence: string;
}

type Stored = Omit<NewAlertEvent, 'reason'> & { readonly reason: string | null };

/** The timeline. Append only; touches write nothing here. */
export class AlertEventTable {
  readonly #append;
  readonly #byAlert;
  readonly #reasons;
  readonly #newestAt;

  constructor(db: Db) {
    this.#append = db.prepare<Stored>(
      `INSERT INTO alert_events (alert_id, at, type, actor, detail, reason)
       VALUES (@alertId, @at, @type, @actor, @detail, @reason)`,
    );
    this.#byAlert = db.prepare<[string], AlertEvent>(
      'SELECT id, at, type, actor, detail FROM alert_events WHERE alert_id = ? ORDER BY id',
    );
    this.#reasons = db.prepare<[string], { at: number; reason: string }>(
      'SELECT at, reason FROM alert_events WHERE alert_id = ? AND reason IS NOT NULL ORDER BY id',
    );
    this.#newestAt = db
      .prepare<[], number>('SELECT at FROM alert_events ORDER BY id DESC LIMIT 1')
      .pluck();
  }

  /** The alert's pane shows it, so whoever looks at the alert is to know. */
  append(unit: Unit, event: NewAlertEvent): void {
    const reason = event.reason ? JSON.stringify(event.reason) : null;
    this.#append.run({ ...event, reason });
    unit.changed({ entity: 'alert', id: event.alertId });
  }

  byAlert(alertId: string): AlertEvent[] {
    return this.#byAlert.all(alertId);
  }

  /** What keeps single channels from being notified, oldest first. */
  reasons(alertId: string): ChannelReason[] {
    return this.#reasons.all(alertId).map(({ at, reason }) => ({
      ...(JSON.parse(reason) as Omit<ChannelReason, 'at'>),
      at,
    }));
  }

  /** When the newest row of all was written; null when there is none. */
  newestAt(): number | null {
    return this.#newestAt.get() ?? null;
  }
}
