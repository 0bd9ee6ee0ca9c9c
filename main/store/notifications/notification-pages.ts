import type { FailureClass } from '../../contract/failure-class.ts';
import type {
  NotificationsQuery,
  NotificationStats,
  NotificationStatus,
} from '../../contract/notification.ts';
import { likePattern } from '../like.ts';
import { Table } from '../row-table.ts';
import { NOTIFICATION_VIEW, SEARCHED, type NotificationView } from './notification-rows.ts';

/** Dead letters of one channel that died of one cause. */
export interface GroupFilter {
  readonly channelId: string;
  readonly class: FailureClass | null;
  readonly cause: string;
}

interface StatusCount {
  readonly status: NotificationStatus;
  readonly count: number;
}

const MATCHES = `(@channelId IS NULL OR n.channel_id = @channelId)
  AND (@alertId IS NULL OR n.alert_id = @alertId) AND ${SEARCHED}`;

/** One status is by far the most asked for (a tab), and this arm walks its index. */
const ARMS = {
  one: `n.status = json_extract(@statuses, '$[0]') AND ${MATCHES}`,
  any: `(@statuses IS NULL OR n.status IN (SELECT value FROM json_each(@statuses))) AND ${MATCHES}`,
  // The index of groups has everything but the words.
  group: `n.status = 'dead' AND n.channel_id = @channelId AND n.last_error_class IS @class
    AND n.cause = @cause AND ${SEARCHED}`,
};

/** What windows and scripts read of the queue, and the mark that they have. */
export class NotificationPages extends Table {
  byId(id: string): NotificationView | null {
    return this.#select('n.id = @id', { id })[0] ?? null;
  }

  /** Newest first, at most `limit`. */
  byAlert(alertId: string, limit: number): NotificationView[] {
    return this.#select('n.alert_id = @alertId ORDER BY n.seq DESC LIMIT @limit', {
      alertId,
      limit,
    });
  }

  /** In the order in which they were queued; ids that are unknown are left out. */
  named(ids: readonly string[]): { readonly seq: number; readonly channelId: string }[] {
    return this.db.all(
      `SELECT seq, channel_id AS channelId FROM notifications
       WHERE id IN (SELECT value FROM json_each(?)) ORDER BY seq`,
      [JSON.stringify(ids)],
    );
  }

  /** `group` null is every notification; else only dead ones, whatever the query says of statuses. */
  list(
    query: NotificationsQuery,
    group: GroupFilter | null,
  ): { rows: NotificationView[]; total: number } {
    const statuses = query.status ?? [];
    const where = ARMS[group ? 'group' : statuses.length === 1 ? 'one' : 'any'];
    const filter = {
      statuses: statuses.length > 0 ? JSON.stringify(statuses) : null,
      channelId: group?.channelId ?? query.channelId ?? null,
      alertId: query.alertId ?? null,
      like: likePattern(query.q),
      class: group?.class ?? null,
      cause: group?.cause ?? null,
    };
    const rows = this.#select(`${where} ORDER BY n.seq DESC LIMIT @limit OFFSET @offset`, {
      ...filter,
      limit: query.per_page,
      offset: (query.page - 1) * query.per_page,
    });
    const count = `SELECT count(*) FROM notifications n WHERE ${where}`;
    return { rows, total: this.db.value<number>(count, filter) ?? 0 };
  }

  /** Marks it as read once. Everything else about the row stays, its delivery above all. */
  markRead(id: string, now: number): void {
    const sql = 'UPDATE notifications SET read_at = ? WHERE id = ? AND read_at IS NULL';
    this.db.run(sql, [now, id]);
  }

  /** Counts of every status. Walks an index over all rows. */
  stats(): NotificationStats {
    return tally(
      this.db.all('SELECT status, count(*) AS count FROM notifications GROUP BY status'),
    );
  }

  /** Counts of what is not settled well; delivered rows cost it nothing. */
  unsettled(): Pick<NotificationStats, 'pending' | 'sending' | 'failed' | 'dead'> {
    const { pending, sending, failed, dead } = tally(
      this.db.all(
        `SELECT status, count(*) AS count FROM notifications
         WHERE status IN ('pending', 'sending', 'failed', 'dead') GROUP BY status`,
      ),
    );
    return { pending, sending, failed, dead };
  }

  #select(where: string, bound: object): NotificationView[] {
    const sql = `SELECT ${NOTIFICATION_VIEW.list} FROM notifications n WHERE ${where}`;
    return this.db.all(sql, bound, NOTIFICATION_VIEW.decode);
  }
}

function tally(rows: readonly StatusCount[]): NotificationStats {
  const stats = { pending: 0, sending: 0, sent: 0, failed: 0, dead: 0, cancelled: 0 };
  for (const { status, count } of rows) stats[status] = count;
  return stats;
}
