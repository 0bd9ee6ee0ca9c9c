import { Table } from '../row-table.ts';

/**
 * The name that each channel's service gives its message about an alert, and the alert by whose id its receiver
 * knows one of which it got no firing.
 */
export class MessageThreadTable extends Table {
  /** Null when the channel has sent nothing about the alert, or its service names no messages. */
  get(channelId: string, alertId: string): string | null {
    const sql = 'SELECT thread FROM message_threads WHERE channel_id = ? AND alert_id = ?';
    return this.db.value(sql, [channelId, alertId]);
  }

  /** Returns the id by which a channel's receiver knows an alert: its own, or that of the one that it continues. */
  knownAs(channelId: string, alertId: string): string {
    const sql = 'SELECT known_as FROM continued_alerts WHERE channel_id = ? AND alert_id = ?';
    return this.db.value<string>(sql, [channelId, alertId]) ?? alertId;
  }

  /**
   * Returns the open alert that the receiver of a channel, or of any if it is null, takes for this closed one; null
   * when there is none.
   */
  continuedBy(channelId: string | null, alertId: string): string | null {
    return this.db.value(
      `SELECT o.id FROM alerts a
         JOIN alerts o ON o.condition_id = a.condition_id AND o.closed_at IS NULL
         JOIN continued_alerts c ON c.alert_id = o.id
         LEFT JOIN continued_alerts own ON own.alert_id = a.id AND own.channel_id = c.channel_id
       WHERE a.id = @alertId AND a.closed_at IS NOT NULL AND c.known_as = coalesce(own.known_as, a.id)
         AND (@channelId IS NULL OR c.channel_id = @channelId)
       LIMIT 1`,
      { channelId, alertId },
    );
  }

  /** A channel's receiver takes an alert for the one before it, and its messages go on where those ended. */
  continue(channelId: string, before: string, alertId: string): void {
    const bound = { channelId, before, alertId, knownAs: this.knownAs(channelId, before) };
    this.db.run(
      `INSERT INTO continued_alerts (channel_id, alert_id, known_as) VALUES (@channelId, @alertId, @knownAs)
       ON CONFLICT DO NOTHING`,
      bound,
    );
    this.db.run(
      `INSERT INTO message_threads (channel_id, alert_id, thread)
       SELECT channel_id, @alertId, thread FROM message_threads WHERE channel_id = @channelId AND alert_id = @before
       ON CONFLICT DO NOTHING`,
      bound,
    );
  }

  put(channelId: string, alertId: string, thread: string): void {
    // A channel or an alert that was deleted while the message was on its way has no thread to keep.
    this.db.run(
      `INSERT INTO message_threads (channel_id, alert_id, thread)
       SELECT c.id, a.id, @thread FROM channels c, alerts a WHERE c.id = @channelId AND a.id = @alertId
       ON CONFLICT DO UPDATE SET thread = excluded.thread`,
      { channelId, alertId, thread },
    );
  }
}
