import { defined } from '../../base/assert.ts';
import type { FailureClass } from '../../contract/failure-class.ts';
import {
  notificationStatus,
  type NotificationsQuery,
  type NotificationStats,
  type NotificationStatus,
} from '../../contract/notification.ts';
import { Table } from '../row-table.ts';
import { boundSearch, type BoundSearch } from '../search-terms.ts';
import { NOTIFICATION_VIEW, SEARCHED, type NotificationView } from './notification-rows.ts';
import { NotificationSearch, RANGES } from './notification-search.ts';

/** Dead letters of one channel that died of one cause. */
export interface GroupFilter {
  readonly channelId: string;
  readonly class: FailureClass | null;
  readonly cause: string;
}

/** What is looked at row by row. */
const SCANS = {
  alert: `n.alert_id = @alertId AND n.status IN (SELECT value FROM json_each(@statuses))
    AND (@channelId IS NULL OR n.channel_id = @channelId) AND ${SEARCHED}`,
  // The index of groups has everything but the words.
  group: `n.status = 'dead' AND n.channel_id = @channelId AND n.last_error_class IS @class
    AND n.cause = @cause AND ${SEARCHED}`,
};

/**
 * Each status is a range of an index, in the order of seq: SQLite merges them and reads no further than
 * the page, and of what comes before it the index alone.
 */
const pageOf = (rangeOf: (status: NotificationStatus) => string): string =>
  `n.seq IN (
     ${notificationStatus.options
       .map(
         (status) => `SELECT seq FROM notifications ${rangeOf(status)} AND status = '${status}'
           AND instr(@statuses, '"${status}"')`,
       )
       .join(' UNION ALL ')}
     ORDER BY seq DESC LIMIT @limit OFFSET @offset)
   ORDER BY n.seq DESC`;

const SUMS = notificationStatus.options
  .map((status) => `coalesce(sum(${status}), 0) AS ${status}`)
  .join(', ');

const NAMED = 'n.seq IN (SELECT value FROM json_each(@seqs)) ORDER BY n.seq DESC';

const PAGES = { all: pageOf(RANGES.all), channel: pageOf(RANGES.channel) };

/** What windows and scripts read of the queue, and the mark that they have. */
export class NotificationPages extends Table {
  readonly #search = new NotificationSearch(this.db);

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

  /**
   * `group` null is every notification; else only dead ones, whatever the query says of statuses. `total`
   * counts every match, or with `isAtLeast` some of them.
   */
  list(
    query: NotificationsQuery,
    group: GroupFilter | null,
  ): { rows: NotificationView[]; total: number; isAtLeast: boolean } {
    const { channelId = null, alertId = null, q = '' } = { ...query, ...group };
    const page = { limit: query.per_page, offset: (query.page - 1) * query.per_page };
    const asked = query.status?.length ? query.status : notificationStatus.options;
    if (alertId !== null || (group && q === '')) {
      const statuses = JSON.stringify(asked);
      return this.#scan({ statuses, channelId, alertId, ...boundSearch(q) }, group, page);
    }
    const counts = this.stats(channelId);
    const statuses = group ? (['dead'] as const) : asked;
    if (q !== '') {
      const filter = {
        statuses,
        channelId,
        class: group?.class ?? null,
        cause: group?.cause ?? null,
      };
      const { seqs, ...counted } = this.#search.find(q, filter, counts, page);
      return { rows: this.#select(NAMED, { seqs: JSON.stringify(seqs) }), ...counted };
    }
    const found = [...new Set(statuses)].filter((status) => counts[status] > 0);
    const where = PAGES[channelId === null ? 'all' : 'channel'];
    return {
      rows: this.#select(where, { statuses: JSON.stringify(found), channelId, ...page }),
      total: found.reduce((sum, status) => sum + counts[status], 0),
      isAtLeast: false,
    };
  }

  /** Marks it as read once. Everything else about the row stays, its delivery above all. */
  markRead(id: string, now: number): void {
    const sql = 'UPDATE notifications SET read_at = ? WHERE id = ? AND read_at IS NULL';
    this.db.run(sql, [now, id]);
  }

  /** Counts of every status; null is every channel. */
  stats(channelId: string | null = null): NotificationStats {
    this.db.counts.write();
    const counts = this.db.get<NotificationStats>(
      `SELECT ${SUMS} FROM notification_counts WHERE @channelId IS NULL OR channel_id = @channelId`,
      { channelId },
    );
    return defined(counts, 'the sums');
  }

  /** Counts of what is not settled well. */
  unsettled(): Pick<NotificationStats, 'pending' | 'sending' | 'failed' | 'dead'> {
    const { pending, sending, failed, dead } = this.stats();
    return { pending, sending, failed, dead };
  }

  #scan(
    given: {
      statuses: string;
      channelId: string | null;
      alertId: string | null;
    } & BoundSearch,
    group: GroupFilter | null,
    page: { limit: number; offset: number },
  ): { rows: NotificationView[]; total: number; isAtLeast: boolean } {
    const filter = { ...given, class: group?.class ?? null, cause: group?.cause ?? null };
    const where = SCANS[group ? 'group' : 'alert'];
    const total =
      this.db.value<number>(`SELECT count(*) FROM notifications n WHERE ${where}`, filter) ?? 0;
    // Where it is known how many are left, the search for them ends at the last.
    const limit = Math.max(0, Math.min(page.limit, total - page.offset));
    const bound = { ...filter, ...page, limit };
    const rows = this.#select(`${where} ORDER BY n.seq DESC LIMIT @limit OFFSET @offset`, bound);
    return { rows, total, isAtLeast: false };
  }

  #select(where: string, bound: object): NotificationView[] {
    const sql = `SELECT ${NOTIFICATION_VIEW.list} FROM notifications n WHERE ${where}`;
    return this.db.all(sql, bound, NOTIFICATION_VIEW.decode);
  }
}
