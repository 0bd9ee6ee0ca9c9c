import type { LinkAction } from '../domain/action-token.ts';
import { Table } from './row-table.ts';

/** Buttons in messages that have been pressed. */
export class UsedLinkTable extends Table {
  isUsed(notificationId: string, action: LinkAction): boolean {
    const sql = 'SELECT 1 FROM used_links WHERE notification_id = ? AND action = ?';
    return this.db.value(sql, [notificationId, action]) !== null;
  }

  /** Fails when it is used already. Nothing that was given out for it may be good after `expiresAt`. */
  use(notificationId: string, action: LinkAction, expiresAt: number): void {
    this.db.run('INSERT INTO used_links (notification_id, action, expires_at) VALUES (?, ?, ?)', [
      notificationId,
      action,
      expiresAt,
    ]);
  }

  /** Removes at most `limit` that expired before `now`. Returns how many. */
  prune(now: number, limit: number): number {
    const { changes } = this.db.run(
      `DELETE FROM used_links WHERE (notification_id, action) IN (
         SELECT notification_id, action FROM used_links WHERE expires_at < ? LIMIT ?)`,
      [now, limit],
    );
    return changes;
  }
}
