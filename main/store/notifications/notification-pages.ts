import { defined } from '../../base/assert.ts';
import {
  notificationStatus,
  type NotificationsQuery,
  type NotificationStats,
  type NotificationStatus,
} from '../../contract/notification.ts';
import { Table } from '../row-table.ts';
import { SCANNED_MAX, type Found } from '../search-index.ts';
import {
  isNarrow,
  isOfTheDead,
  MATCHES,
  toFilter,
  type GroupFilter,
} from './notification-filter.ts';
import { NOTIFICATION_VIEW, type NotificationView } from './notification-rows.ts';
import {
  NotificationSearch,
  RANGES,
  type Page,
  type SeqRange,
  type Wanted,
} from './notification-search.ts';

type ListQuery = Omit<NotificationsQuery, 'cursor' | 'group'>;

/** The conditions that are tested row by row. */
const SCANS = {
  alert: `n.alert_id = @alertId AND n.status IN (SELECT value FROM json_each(@statuses))
    AND n.seq > @over AND n.seq < @before AND ${MATCHES}`,
  // The index of groups has everything but the words.
  group: `n.status = 'dead' AND n.channel_id = @channelId AND n.last_error_class IS @class
    AND n.cause = @cause AND n.seq > @over AND n.seq < @before AND ${MATCHES}`,
};

/**
 * Each status is a range of an index, in the order of seq: SQLite merges them and reads no further than
 * the page, and of what comes before it the index alone.
 */
const pageOf = (rangeOf: (status: NotificationStatus) => string): string =>
  `n.seq IN (${rangesOf(rangeOf)} ORDER BY seq DESC LIMIT @limit OFFSET @offset) ORDER BY n.seq DESC`;

const rangesOf = (rangeOf: (status: NotificationStatus) => string): string =>
  notificationStatus.options
    .map(
      (status) => `SELECT seq FROM notifications ${rangeOf(status)} AND status = '${status}'
        AND instr(@statuses, '"${status}"') AND seq > @over AND seq < @before`,
    )
    .join(' UNION ALL ');

const countOf = (rangeOf: (status: NotificationStatus) => string): string =>
  `SELECT count(*) FROM (${rangesOf(rangeOf)} LIMIT ${SCANNED_MAX + 1})`;

const SUMS = notificationStatus.options
  .map((status) => `coalesce(sum(${status}), 0) AS ${status}`)
  .join(', ');

const NAMED = 'n.seq IN (SELECT value FROM json_each(@seqs)) ORDER BY n.seq DESC';

const PAGES = { all: pageOf(RANGES.all), channel: pageOf(RANGES.channel) };
const COUNTS = { all: countOf(RANGES.all), channel: countOf(RANGES.channel) };

const EVERY_SEQ: SeqRange = { over: 0, under: Number.MAX_SAFE_INTEGER };

/** A page of notifications, and how many match in all, or at least. */
export interface NotificationsFound extends Omit<Found, 'seqs'> {
  readonly rows: NotificationView[];
}

/** Reads the queue for windows and scripts, and marks notifications as read. */
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

  /** Returns those of its condition's other alerts by which channels know that it is flapping; none while it is not. */
  ofFlapping(alertId: string): NotificationView[] {
    return this.#select(
      `n.event = 'flapping_started' AND n.created_at >= (
         SELECT c.flapping_since FROM alerts a JOIN conditions c ON c.id = a.condition_id WHERE a.id = @alertId
       ) AND n.alert_id IN (
         SELECT b.id FROM alerts a JOIN alerts b ON b.condition_id = a.condition_id AND b.id <> a.id
         WHERE a.id = @alertId
       ) ORDER BY n.seq DESC`,
      { alertId },
    );
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
   * `group` null is every notification; else only dead ones, whatever the query says of statuses. `before` is
   * the seq of the last row already seen, in place of the page's number. `total` counts every match, or with
   * `isAtLeast` some of them.
   */
  list(
    query: ListQuery,
    group: GroupFilter | null,
    before: number | null = null,
  ): NotificationsFound {
    const { q = '', alertId, createdFrom, createdTo } = query;
    const filter = toFilter(query, group);
    const offset = before === null ? (query.page - 1) * query.per_page : 0;
    const page = { limit: query.per_page, offset, before };
    const given = query.status?.length ? query.status : notificationStatus.options;
    const asked = isOfTheDead(filter) ? given.filter((status) => status === 'dead') : given;
    const statuses = group ? (['dead'] as const) : [...new Set(asked)];
    if (statuses.length === 0) return { rows: [], total: 0, isAtLeast: false };
    const range = this.#queued(createdFrom, createdTo);
    if (alertId !== undefined || (group && q === '')) {
      return this.#scan({ statuses, filter, range, q }, group !== null, page);
    }
    const counts = this.stats(filter.channelId);
    if (q !== '' || isNarrow(filter)) {
      const { seqs, ...counted } = this.#search.find({ q, statuses, filter, range }, counts, page);
      return { rows: this.#select(NAMED, { seqs: JSON.stringify(seqs) }), ...counted };
    }
    const found = statuses.filter((status) => counts[status] > 0);
    const by = filter.channelId === null ? 'all' : 'channel';
    const { channelId } = filter;
    const bound = { statuses: JSON.stringify(found), channelId, over: range.over };
    const rows = this.#select(PAGES[by], {
      ...{ ...bound, limit: page.limit, offset },
      before: Math.min(before ?? range.under, range.under),
    });
    if (range === EVERY_SEQ) {
      const total = found.reduce((sum, status) => sum + counts[status], 0);
      return { rows, total, isAtLeast: false };
    }
    const counted = this.db.value<number>(COUNTS[by], { ...bound, before: range.under }) ?? 0;
    return {
      rows,
      total: Math.min(counted, SCANNED_MAX),
      isAtLeast: counted > SCANNED_MAX,
    };
  }

  /** Returns the seqs of what was queued in this time, by the order in which everything is queued. */
  #queued(from: number | undefined, to: number | undefined): SeqRange {
    if (from === undefined && to === undefined) return EVERY_SEQ;
    return {
      over: from === undefined ? 0 : this.#firstQueued(from) - 1,
      under: to === undefined ? EVERY_SEQ.under : this.#firstQueued(to),
    };
  }

  /** Returns the seq of the first that was queued then or later, or the next seq; a look at a few rows finds it. */
  #firstQueued(at: number): number {
    let low = 1;
    let high = (this.db.value<number>('SELECT max(seq) FROM notifications') ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const sql = 'SELECT created_at FROM notifications WHERE seq >= ? ORDER BY seq LIMIT 1';
      if ((this.db.value<number>(sql, [middle]) ?? at) >= at) high = middle;
      else low = middle + 1;
    }
    return low;
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

  #scan({ statuses, filter, range }: Wanted, isGroup: boolean, page: Page): NotificationsFound {
    const where = SCANS[isGroup ? 'group' : 'alert'];
    const bound = { ...filter, statuses: JSON.stringify(statuses), over: range.over };
    const sql = `SELECT count(*) FROM notifications n WHERE ${where}`;
    const total = this.db.value<number>(sql, { ...bound, before: range.under }) ?? 0;
    // If it is known how many are left, the search for them ends at the last.
    const left = page.before === null ? total - page.offset : total;
    const rows = this.#select(`${where} ORDER BY n.seq DESC LIMIT @limit OFFSET @offset`, {
      ...{ ...bound, offset: page.offset, limit: Math.max(0, Math.min(page.limit, left)) },
      before: Math.min(page.before ?? range.under, range.under),
    });
    return { rows, total, isAtLeast: false };
  }

  #select(where: string, bound: object): NotificationView[] {
    const sql = `SELECT ${NOTIFICATION_VIEW.list} FROM notifications n WHERE ${where}`;
    return this.db.all(sql, bound, NOTIFICATION_VIEW.decode);
  }
}
