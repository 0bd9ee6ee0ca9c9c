import type { EventReason } from '../../contract/reasons/event-reasons.ts';
import type { NotNotifiedReason } from '../../contract/reasons/explanation-reasons.ts';
import type { AlertEvent, AlertEventType } from '../../contract/timeline.ts';
import type { Db } from '../database.ts';
import type { Unit } from '../unit.ts';

export interface NewAlertEvent {
  readonly alertId: string;
  readonly at: number;
  readonly type: AlertEventType;
  readonly actor: string;
  readonly reason: EventReason;
  /** Set when it says why channels were not notified. */
  readonly channelReason?: Omit<ChannelReason, 'at'>;
}

/** Why these channels were not notified; null for all channels alike. */
export interface ChannelReason {
  readonly at: number;
  readonly channelIds: readonly string[] | null;
  readonly reason: NotNotifiedReason;
}

/** A row of the timeline, without its sentence. */
export type AlertEventRow = Omit<AlertEvent, 'detail'>;

type Stored<Row extends { readonly reason: unknown }> = Omit<Row, 'reason'> & {
  readonly reason: string;
};

/** The timeline. Append only; touches write nothing here. */
export class AlertEventTable {
  readonly #append;
  readonly #byAlert;
  readonly #reasons;
  readonly #newestAt;

  constructor(db: Db) {
    this.#append = db.prepare(
      `INSERT INTO alert_events (alert_id, at, type, actor, reason, channel_reason)
       VALUES (@alertId, @at, @type, @actor, @reason, @channelReason)`,
    );
    this.#byAlert = db.prepare<[string], Stored<AlertEventRow>>(
      'SELECT id, at, type, actor, reason FROM alert_events WHERE alert_id = ? ORDER BY id',
    );
    this.#reasons = db.prepare<[string], { at: number; reason: string }>(
      `SELECT at, channel_reason AS reason FROM alert_events
       WHERE alert_id = ? AND channel_reason IS NOT NULL ORDER BY id`,
    );
    this.#newestAt = db
      .prepare<[], number>('SELECT at FROM alert_events ORDER BY id DESC LIMIT 1')
      .pluck();
  }

  /** The alert's pane shows it, so whoever looks at the alert is to know. */
  append(unit: Unit, event: NewAlertEvent): void {
    this.#append.run({
      ...event,
      reason: JSON.stringify(event.reason),
      channelReason: event.channelReason ? JSON.stringify(event.channelReason) : null,
    });
    unit.changed({ entity: 'alert', id: event.alertId });
  }

  byAlert(alertId: string): AlertEventRow[] {
    return this.#byAlert.all(alertId).map((stored) => ({
      ...stored,
      reason: JSON.parse(stored.reason) as EventReason,
    }));
  }

  /** What kept channels from being notified, oldest first. */
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
