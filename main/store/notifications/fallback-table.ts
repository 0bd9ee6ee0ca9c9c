import type { AlertSnapshot, NotificationEvent } from '../../contract/notification.ts';
import type { Db } from '../database.ts';

/** A row and those whose place it takes, itself first. */
export interface Ancestor {
  readonly channelId: string;
  readonly createdAt: number;
}

export interface NotifiedQuery {
  readonly channelId: string;
  readonly alertId: string;
  readonly event: NotificationEvent;
  /** The alert as the word speaks of it, which tells a second rise in severity from the first. */
  readonly snapshot: AlertSnapshot;
}

const SQL = {
  lineage: `WITH RECURSIVE line (id, channel_id, created_at, fallback_of) AS (
      SELECT id, channel_id, created_at, fallback_of FROM notifications WHERE id = ?
      UNION
      SELECT n.id, n.channel_id, n.created_at, n.fallback_of FROM line JOIN notifications n ON n.id = line.fallback_of)
    SELECT channel_id AS channelId, created_at AS createdAt FROM line`,
  told: `SELECT 1 FROM notifications
    WHERE alert_id = @alertId AND channel_id = @channelId AND event = @event AND snapshot = @snapshot
      AND status NOT IN ('dead', 'cancelled') LIMIT 1`,
};

/** Which channels a notification that died has already been tried on, and who knows of it anyway. */
export class FallbackTable {
  readonly #lineage;
  readonly #told;

  constructor(db: Db) {
    this.#lineage = db.prepare<[string], Ancestor>(SQL.lineage);
    this.#told = db
      .prepare<Omit<NotifiedQuery, 'snapshot'> & { snapshot: string }, number>(SQL.told)
      .pluck();
  }

  lineage(id: string): Ancestor[] {
    return this.#lineage.all(id);
  }

  /** Returns true if the same notification is queued for the channel or was sent there, also in place of another. */
  told(question: NotifiedQuery): boolean {
    const snapshot = JSON.stringify(question.snapshot);
    return this.#told.get({ ...question, snapshot }) === 1;
  }
}
