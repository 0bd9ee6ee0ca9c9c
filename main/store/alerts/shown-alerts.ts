import { ALERT, type AlertRow } from './alert-rows.ts';
import type { Db } from '../database.ts';
import { Table } from '../row-table.ts';
import type { PendingTouches } from './pending-touches.ts';

interface ExpiredQuestion {
  readonly channelId: string;
  /** Those that closed from this moment on, ms UTC. */
  readonly since: number;
  readonly limit: number;
}

/** The channel has delivered something about the alert, or takes an earlier one for it, so it shows the alert's condition. */
const SHOWN = `is_message = 0 AND EXISTS (SELECT 1 FROM notifications n
  WHERE n.alert_id = alerts.id AND n.channel_id = @channelId AND (n.status = 'sent' OR n.cancel_reason IS 'continued'))`;

/** The alerts that a channel shows as lasting states, such as the sensors behind an MQTT broker. */
export class ShownAlerts extends Table {
  readonly #touches: PendingTouches;

  constructor(db: Db, touches: PendingTouches) {
    super(db);
    this.#touches = touches;
  }

  /** The first one that is not closed, behind the alert of this seq; null when there is none. */
  nextOpen(channelId: string, after: number): AlertRow | null {
    return this.db.get(
      `SELECT ${ALERT.list} FROM alerts INDEXED BY alerts_open_seq
       WHERE closed_at IS NULL AND seq > @after AND ${SHOWN} ORDER BY seq LIMIT 1`,
      { channelId, after },
      this.#shown,
    );
  }

  /** The newest that expired, at most `limit`. */
  expiredIds(question: ExpiredQuestion): string[] {
    return this.db.values(
      `SELECT id FROM alerts INDEXED BY alerts_closed
       WHERE closed_at >= @since AND state = 'expired' AND ${SHOWN} ORDER BY closed_at DESC LIMIT @limit`,
      question,
    );
  }

  /** Null unless it has expired and its condition is not open again. */
  expired(channelId: string, id: string): AlertRow | null {
    return this.db.get(
      `SELECT ${ALERT.list} FROM alerts WHERE id = @id AND state = 'expired' AND ${SHOWN}
         AND NOT EXISTS (SELECT 1 FROM alerts newer
           WHERE newer.condition_id = alerts.condition_id AND newer.closed_at IS NULL)`,
      { channelId, id },
      this.#shown,
    );
  }

  readonly #shown = (selected: object): AlertRow => this.#touches.shown(ALERT.decode(selected));
}
