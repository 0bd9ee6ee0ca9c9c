import type { EventReason } from '../../contract/reasons/event-reasons.ts';
import type { NotNotifiedReason } from '../../contract/reasons/explanation-reasons.ts';
import type { AlertEvent, AlertEventType } from '../../contract/timeline.ts';
import { Columns } from '../columns.ts';
import { Table } from '../row-table.ts';
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

/** The reason why these channels were not notified; null for all channels alike. */
export interface ChannelReason {
  readonly at: number;
  readonly channelIds: readonly string[] | null;
  readonly reason: NotNotifiedReason;
}

/** A row of the timeline, without its sentence. */
export type AlertEventRow = Omit<AlertEvent, 'detail'>;

/** A row of the timeline, as it counts for flapping. */
export interface ChangeRow {
  readonly id: number;
  readonly at: number;
  readonly conditionId: number;
  /** The state that a sender reported; null for a row that is no change or is not a sender's. */
  readonly to: 'firing' | 'resolved' | null;
}

const EVENT = new Columns<AlertEventRow>({
  id: 'plain',
  at: 'plain',
  type: 'plain',
  actor: 'plain',
  reason: 'json',
});

/** The timeline. Append only; touches write nothing here. */
export class AlertEventTable extends Table {
  /** The alert's pane shows it, so its windows hear of it. */
  append(unit: Unit, event: NewAlertEvent): void {
    const { alertId, at, type, actor, reason, channelReason } = event;
    this.db.run(
      `INSERT INTO alert_events (alert_id, at, type, actor, reason, channel_reason)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [
        alertId,
        at,
        type,
        actor,
        JSON.stringify(reason),
        channelReason ? JSON.stringify(channelReason) : null,
      ],
    );
    unit.changed({ entity: 'alert', id: alertId });
  }

  byAlert(alertId: string): AlertEventRow[] {
    const sql = `SELECT ${EVENT.list} FROM alert_events WHERE alert_id = ? ORDER BY id`;
    return this.db.all(sql, [alertId], EVENT.decode);
  }

  /** Returns what kept channels from being notified, oldest first. */
  reasons(alertId: string): ChannelReason[] {
    return this.db
      .all<{ at: number; reason: string }>(
        `SELECT at, channel_reason AS reason FROM alert_events
         WHERE alert_id = ? AND channel_reason IS NOT NULL ORDER BY id`,
        [alertId],
      )
      .map(({ at, reason }) => ({
        ...(JSON.parse(reason) as Omit<ChannelReason, 'at'>),
        at,
      }));
  }

  /** At most `limit` rows of all alerts before the row `before` (null: of the newest), newest first. A message has no changes. */
  newest(before: number | null, limit: number): ChangeRow[] {
    return this.db.all<ChangeRow>(
      `SELECT e.id, e.at, a.condition_id AS conditionId, CASE
         WHEN a.is_message = 1 THEN NULL
         WHEN e.type = 'raised' THEN 'firing'
         WHEN e.type = 'resolved' AND e.reason ->> '$.code' <> 'event.resolved_manually' THEN 'resolved'
       END AS "to"
       FROM alert_events e CROSS JOIN alerts a ON a.id = e.alert_id
       WHERE e.id < ? ORDER BY e.id DESC LIMIT ?`,
      [before ?? Number.MAX_SAFE_INTEGER, limit],
    );
  }

  /** Returns when the newest row of all was written; null when there is none. */
  newestAt(): number | null {
    return this.db.value('SELECT at FROM alert_events ORDER BY id DESC LIMIT 1');
  }
}
