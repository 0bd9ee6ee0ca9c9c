import type { FailureClass } from '../../contract/failure-class.ts';
import type {
  NotificationsQuery,
  NotificationStats,
  NotificationStatus,
} from '../../contract/notification.ts';
import type { Db } from '../database.ts';
import { likePattern } from '../like.ts';
import {
  toNotificationView,
  type NotificationView,
  type StoredNotificationView,
} from './notification-rows.ts';

/** Dead letters of one channel that died of one cause. */
export interface GroupFilter {
  readonly channelId: string;
  readonly class: FailureClass | null;
  readonly cause: string;
}

interface Filter {
  readonly statuses: string | null;
  readonly channelId: string | null;
  readonly alertId: string | null;
  readonly like: string | null;
  readonly class: FailureClass | null;
  readonly cause: string | null;
}

const SELECT =
  'SELECT n.*, a.state AS alert_state FROM notifications n LEFT JOIN alerts a ON a.id = n.alert_id';

/** Where words are looked for; `@like` null looks for nothing. */
export const SEARCHED = `(@like IS NULL OR n.channel_name LIKE @like ESCAPE '\\'
    OR failure_words(n.last_error) LIKE @like ESCAPE '\\'
    OR n.receiver_text LIKE @like ESCAPE '\\' OR n.snapshot LIKE @like ESCAPE '\\')`;

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

const page = (where: string) =>
  `${SELECT} WHERE ${where} ORDER BY n.seq DESC LIMIT @limit OFFSET @offset`;
const count = (where: string) => `SELECT count(*) FROM notifications n WHERE ${where}`;

type Paged = Filter & { readonly limit: number; readonly offset: number };

/** What windows and scripts read of the queue. */
export class NotificationPages {
  readonly #byId;
  readonly #byAlert;
  readonly #pages;
  readonly #counts;
  readonly #stats;
  readonly #unsettled;
  readonly #markRead;

  constructor(db: Db) {
    this.#byId = db.prepare<[string], StoredNotificationView>(`${SELECT} WHERE n.id = ?`);
    this.#byAlert = db.prepare<[string, number], StoredNotificationView>(
      `${SELECT} WHERE n.alert_id = ? ORDER BY n.seq DESC LIMIT ?`,
    );
    this.#pages = {
      one: db.prepare<Paged, StoredNotificationView>(page(ARMS.one)),
      any: db.prepare<Paged, StoredNotificationView>(page(ARMS.any)),
      group: db.prepare<Paged, StoredNotificationView>(page(ARMS.group)),
    };
    this.#counts = {
      one: db.prepare<Filter, number>(count(ARMS.one)).pluck(),
      any: db.prepare<Filter, number>(count(ARMS.any)).pluck(),
      group: db.prepare<Filter, number>(count(ARMS.group)).pluck(),
    };
    this.#stats = db.prepare<[], { status: NotificationStatus; count: number }>(
      'SELECT status, count(*) AS count FROM notifications GROUP BY status',
    );
    this.#unsettled = db.prepare<[], { status: NotificationStatus; count: number }>(
      `SELECT status, count(*) AS count FROM notifications
       WHERE status IN ('pending', 'sending', 'failed', 'dead') GROUP BY status`,
    );
    this.#markRead = db.prepare<[number, string]>(
      'UPDATE notifications SET read_at = ? WHERE id = ? AND read_at IS NULL',
    );
  }

  byId(id: string): NotificationView | null {
    const stored = this.#byId.get(id);
    return stored ? toNotificationView(stored) : null;
  }

  /** Newest first, at most `limit`. */
  byAlert(alertId: string, limit: number): NotificationView[] {
    return this.#byAlert.all(alertId, limit).map(toNotificationView);
  }

  /** `group` null is every notification; else only dead ones, whatever the query says of statuses. */
  list(
    query: NotificationsQuery,
    group: GroupFilter | null,
  ): { rows: NotificationView[]; total: number } {
    const statuses = query.status ?? [];
    const arm = group ? 'group' : statuses.length === 1 ? 'one' : 'any';
    const filter: Filter = {
      statuses: statuses.length > 0 ? JSON.stringify(statuses) : null,
      channelId: group?.channelId ?? query.channelId ?? null,
      alertId: query.alertId ?? null,
      like: likePattern(query.q),
      class: group?.class ?? null,
      cause: group?.cause ?? null,
    };
    const offset = (query.page - 1) * query.per_page;
    const rows = this.#pages[arm].all({ ...filter, limit: query.per_page, offset });
    return { rows: rows.map(toNotificationView), total: this.#counts[arm].get(filter) ?? 0 };
  }

  /** Whether it was unread. Everything else about the row stays, its delivery above all. */
  markRead(id: string, now: number): boolean {
    return this.#markRead.run(now, id).changes === 1;
  }

  /** Counts of every status. Walks an index over all rows. */
  stats(): NotificationStats {
    return tally(this.#stats.all());
  }

  /** Counts of what is not settled well; delivered rows cost it nothing. */
  unsettled(): Pick<NotificationStats, 'pending' | 'sending' | 'failed' | 'dead'> {
    const { pending, sending, failed, dead } = tally(this.#unsettled.all());
    return { pending, sending, failed, dead };
  }
}

function tally(rows: { status: NotificationStatus; count: number }[]): NotificationStats {
  const stats = { pending: 0, sending: 0, sent: 0, failed: 0, dead: 0, cancelled: 0 };
  for (const { status, count: rowCount } of rows) stats[status] = rowCount;
  return stats;
}
