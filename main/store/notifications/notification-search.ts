import type { Matcher } from '../../contract/matcher.ts';
import {
  notificationStatus,
  type NotificationStats,
  type NotificationStatus,
} from '../../contract/notification.ts';
import { failureWording, type Db } from '../database.ts';
import { Table } from '../row-table.ts';
import {
  COUNTED_MAX,
  PART_END,
  SCANNED_MAX,
  SearchIndex,
  type Candidates,
  type Found,
  type Indexed,
  type Texts,
} from '../search-index.ts';
import { inJson, literalsOf, termsOf } from '../search-terms.ts';
import { MATCHES, type NotificationFilter } from './notification-filter.ts';

/** The search to run. */
export interface Wanted {
  /** Its words and matchers; empty for none. */
  readonly q: string;
  readonly statuses: readonly NotificationStatus[];
  readonly filter: NotificationFilter;
  /** Only rows of a greater seq, and of a smaller one. */
  readonly range: SeqRange;
}

export interface SeqRange {
  readonly over: number;
  readonly under: number;
}

/** The part of what is found that is asked for. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
  /** The seq of the last row that was seen, in place of the offset; null from the newest on. */
  readonly before: number | null;
}

/** Statuses of rows whose texts may yet change. */
const UNFINISHED = ['pending', 'sending', 'failed'] as const satisfies NotificationStatus[];
const FINISHED = ['sent', 'cancelled', 'dead'] as const satisfies NotificationStatus[];
const IS_FINISHED = `n.status IN ('sent', 'cancelled', 'dead')`;

/** The rows of a status, of all channels or of `@channelId`, as ranges of an index in the order of seq. */
export const RANGES = {
  all: () => 'INDEXED BY notifications_status WHERE TRUE',
  // Rows that are not done are few, whatever their channel.
  channel: (status: NotificationStatus) =>
    status === 'sent' || status === 'cancelled'
      ? `INDEXED BY notifications_listed WHERE channel_id = @channelId AND status IN ('sent', 'cancelled')`
      : 'INDEXED BY notifications_status WHERE channel_id = @channelId',
};

/** In the index a trigram says whether it was sent: U+001E twice, and a letter. */
const SENT = '\u001e\u001es';
const NOT_SENT = '\u001e\u001en';

/** Enough of a channel's id to tell it from most others. */
const ID_CHARACTERS = 8;

/** A snapshot has its fields and its labels in one JSON text. */
const textsOf = (matcher: Matcher): Texts | null =>
  literalsOf(matcher)?.map((all) => all.map(inJson)) ?? null;

/**
 * Notifications that are sent, cancelled or dead. What is dead or was discarded may come back and fail for
 * another reason: then it is noted as a gap.
 */
export const INDEXED_NOTIFICATIONS: Indexed = {
  index: 'notification_search',
  table: 'notifications',
  atRest: `status IN ('sent', 'cancelled', 'dead')`,
  text: `char(30) || char(30) || iif(status = 'sent', 's', 'n') || ${[
    `lower(substr(channel_id, -${ID_CHARACTERS}))`,
    'lower(channel_name)',
    `lower(coalesce(receiver_text, ''))`,
    'lower(snapshot)',
    `lower(coalesce(failure_words(last_error), ''))`,
  ]
    .map((part) => `${PART_END} || ${part}`)
    .join(' || ')} || ${PART_END} || ${PART_END}`,
  bytes: `octet_length(snapshot) + coalesce(octet_length(receiver_text), 0)`,
  wording: failureWording(),
  textsOf,
};

const FOUND_BY = `n.status IN (SELECT value FROM json_each(@statuses)) AND n.seq > @over AND ${MATCHES}`;

const FINISHED_MATCHES = `n.seq < @before AND ${IS_FINISHED} AND ${FOUND_BY}`;

const inStatus =
  (rangeOf: (status: NotificationStatus) => string) =>
  (status: NotificationStatus): string =>
    `SELECT seq FROM notifications n ${rangeOf(status)} AND status = '${status}'
       AND instr(@statuses, '"${status}"') AND seq < @before AND ${FOUND_BY}`;

const allOf = (rangeOf: (status: NotificationStatus) => string): string =>
  `${notificationStatus.options.map(inStatus(rangeOf)).join(' UNION ALL ')} ORDER BY seq DESC`;

/** The statements where few are asked for: each of them is looked at. */
const ALL = {
  all: allOf(RANGES.all),
  channel: allOf(RANGES.channel),
  // The index of groups has everything but the words.
  group: `SELECT seq FROM notifications n WHERE n.status = 'dead' AND n.channel_id = @channelId
    AND n.last_error_class IS @class AND n.cause = @cause AND ${MATCHES} ORDER BY seq DESC`,
  died: `SELECT seq FROM notifications n INDEXED BY notifications_dead_by_time
    WHERE n.status = 'dead' AND n.died_at >= @diedFrom AND n.died_at < @diedTo AND ${MATCHES} ORDER BY seq DESC`,
};

/** The statement where most rows may match: a look at the newest soon finds enough. */
const NEWEST = `SELECT seq FROM notifications n NOT INDEXED
  WHERE n.seq > @after AND n.seq < @before AND ${FOUND_BY} ORDER BY seq DESC LIMIT @limit`;

/** Among the candidates of the index, what is not finished, the gaps, and what came since; each in the order of seq. */
const among = (candidates: string): string =>
  `${UNFINISHED.map(inStatus(RANGES.all)).join(' UNION ')}
   UNION ${candidates}
   UNION SELECT gap FROM (SELECT seq AS gap FROM notification_search_gaps) CROSS JOIN notifications n ON n.seq = gap
     WHERE gap < @before AND ${FINISHED_MATCHES}
   UNION SELECT seq FROM notifications n NOT INDEXED WHERE n.seq > @through AND ${FINISHED_MATCHES}
   ORDER BY seq DESC LIMIT @limit`;

const FOUND = {
  trigrams: among(
    `SELECT found.rowid FROM notification_search found CROSS JOIN notifications n ON n.seq = found.rowid
     WHERE found.notification_search MATCH @match AND found.rowid < @before AND ${FINISHED_MATCHES}`,
  ),
  range: among(
    `SELECT seq FROM notifications n NOT INDEXED WHERE n.seq IN (
       SELECT doc FROM notification_search_terms WHERE term >= @from AND term <= @to) AND ${FINISHED_MATCHES}`,
  ),
  scan: NEWEST,
  newest: NEWEST,
};

/** Notifications by words in their channel's name, their alert as it was then, and why they failed. */
export class NotificationSearch extends Table {
  readonly #index: SearchIndex;

  constructor(db: Db) {
    super(db);
    this.#index = new SearchIndex(db, INDEXED_NOTIFICATIONS);
  }

  /** Finds a page. `counts` are those of the channel, or of all. */
  find(wanted: Wanted, counts: NotificationStats, page: Page): Found {
    const { q, statuses, filter, range } = wanted;
    const asked = {
      ...{ ...filter, over: range.over, statuses: JSON.stringify(statuses) },
      before: range.under,
    };
    const pageOf = (found: readonly number[]) =>
      page.before === null
        ? found.slice(page.offset, page.offset + page.limit)
        : found.filter((seq) => seq < (page.before ?? 0)).slice(0, page.limit);
    const all = (): Found => {
      const found = this.db.values<number>(ALL[cheapest(filter)], asked);
      return { seqs: pageOf(found), total: found.length, isAtLeast: false };
    };
    const finished = FINISHED.filter((status) => statuses.includes(status));
    if (finished.reduce((sum, status) => sum + counts[status], 0) <= SCANNED_MAX) return all();
    const candidates = this.#candidates(q, wanted);
    // Whoever acts on all that are dead or waiting is to know how many they are.
    const isExact = finished.every((status) => status === 'dead');
    const isScan = candidates.by === 'scan' || candidates.by === 'newest';
    if (isExact && isScan) return all();
    const bound = { ...asked, ...candidates, through: this.#index.through() };
    const find = (range: { after: number; before: number; limit: number }): number[] =>
      this.db.values(FOUND[candidates.by], { ...bound, ...range });
    const offset = page.before === null ? page.offset : 0;
    const newest = Math.min(this.#index.newest() + 1, range.under) - 1 - SCANNED_MAX;
    const most = isExact
      ? Number.MAX_SAFE_INTEGER - 1
      : offset + (isScan ? page.limit : COUNTED_MAX);
    const end = candidates.by === 'newest' ? Math.max(range.over, newest) : range.over;
    const found = find({ after: end, before: range.under, limit: most + 1 });
    const isAll = found.length <= most && end === range.over;
    const shown =
      isExact || page.before === null
        ? {
            seqs: pageOf(found),
            ...(found.length < page.limit && end > range.over && { next: end + 1 }),
          }
        : this.#after(find, page.before, candidates.by === 'newest', { ...page, over: range.over });
    if (isAll || !isScan) {
      return { ...shown, total: Math.min(found.length, most), isAtLeast: !isAll };
    }
    const counted = find({
      after: newest,
      before: range.under,
      limit: offset + COUNTED_MAX,
    }).length;
    return { ...shown, total: Math.max(found.length, counted), isAtLeast: true };
  }

  /** Finds the rows behind one; where only a stretch is looked at, says where the next begins. */
  #after(
    find: (range: { after: number; before: number; limit: number }) => number[],
    before: number,
    isStretch: boolean,
    { limit, over }: { readonly limit: number; readonly over: number },
  ): Pick<Found, 'seqs' | 'next'> {
    const after = isStretch ? Math.max(over, before - 1 - SCANNED_MAX) : over;
    const seqs = find({ after, before, limit });
    return { seqs, ...(seqs.length < limit && after > over && { next: after + 1 }) };
  }

  #candidates(q: string, { statuses, filter: { channelId } }: Wanted): Candidates {
    const others = statuses.includes('cancelled') || statuses.includes('dead');
    return this.#index.candidates(termsOf(q), {
      parts: channelId === null ? [] : [channelId.slice(-ID_CHARACTERS)],
      oneOf: statuses.includes('sent') ? (others ? [] : [SENT]) : [NOT_SENT],
    });
  }
}

/** Returns the statement that looks at the fewest rows. */
function cheapest({ cause, died, channelId }: NotificationFilter): keyof typeof ALL {
  if (cause !== null) return 'group';
  if (died === 1) return 'died';
  return channelId === null ? 'all' : 'channel';
}
