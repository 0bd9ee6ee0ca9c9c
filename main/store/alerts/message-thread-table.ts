import type { Db } from '../database.ts';

const SQL = {
  get: 'SELECT thread FROM message_threads WHERE channel_id = ? AND alert_id = ?',
  // A channel or an alert that was deleted while the message was on its way has no thread to keep.
  put: `INSERT INTO message_threads (channel_id, alert_id, thread)
    SELECT c.id, a.id, @thread FROM channels c, alerts a WHERE c.id = @channelId AND a.id = @alertId
    ON CONFLICT DO UPDATE SET thread = excluded.thread`,
};

/** What each channel's service calls its message about an alert. */
export class MessageThreadTable {
  readonly #get;
  readonly #put;

  constructor(db: Db) {
    this.#get = db.prepare<[string, string], string>(SQL.get).pluck();
    this.#put = db.prepare<{ channelId: string; alertId: string; thread: string }>(SQL.put);
  }

  /** Null when the channel has not spoken of the alert, or its service names no messages. */
  get(channelId: string, alertId: string): string | null {
    return this.#get.get(channelId, alertId) ?? null;
  }

  put(channelId: string, alertId: string, thread: string): void {
    this.#put.run({ channelId, alertId, thread });
  }
}
