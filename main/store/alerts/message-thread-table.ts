import { Table } from '../row-table.ts';

/** The name that each channel's service gives its message about an alert. */
export class MessageThreadTable extends Table {
  /** Null when the channel has sent nothing about the alert, or its service names no messages. */
  get(channelId: string, alertId: string): string | null {
    const sql = 'SELECT thread FROM message_threads WHERE channel_id = ? AND alert_id = ?';
    return this.db.value(sql, [channelId, alertId]);
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
