import type { LinkAction } from '../domain/action-token.ts';
import type { Db } from './database.ts';

const SQL = {
  isUsed: 'SELECT 1 FROM used_links WHERE notification_id = ? AND action = ?',
  use: 'INSERT INTO used_links (notification_id, action, expires_at) VALUES (?, ?, ?)',
  prune: `DELETE FROM used_links WHERE (notification_id, action) IN (
    SELECT notification_id, action FROM used_links WHERE expires_at < ? LIMIT ?)`,
};

/** Buttons in messages that have been pressed. */
export class UsedLinkTable {
  readonly #isUsed;
  readonly #use;
  readonly #prune;

  constructor(db: Db) {
    this.#isUsed = db.prepare<[string, LinkAction], number>(SQL.isUsed).pluck();
    this.#use = db.prepare<[string, LinkAction, number]>(SQL.use);
    this.#prune = db.prepare<[number, number]>(SQL.prune);
  }

  isUsed(notificationId: string, action: LinkAction): boolean {
    return this.#isUsed.get(notificationId, action) !== undefined;
  }

  /** Fails when it is used already. Nothing that was given out for it may be good after `expiresAt`. */
  use(notificationId: string, action: LinkAction, expiresAt: number): void {
    this.#use.run(notificationId, action, expiresAt);
  }

  /** Removes at most `limit` that expired before `now`, and answers how many. */
  prune(now: number, limit: number): number {
    return this.#prune.run(now, limit).changes;
  }
}
