import type { FailureClass } from '../../contract/failure-class.ts';
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
import { boundSearch, inJson, literalsOf, termsOf } from '../search-terms.ts';
import { SEARCHED } from './notification-rows.ts';

/** What a search looks for besides words; `cause` null leaves the class open too, since null is a class. */
export interface NotificationFilter {
  readonly statuses: readonly NotificationStatus[];
  readonly channelId: string | null;
  readonly class: FailureClass | null;
  readonly cause: string | null;
}

/** Statuses of rows whose texts may yet change. */
const UNFINISHED = ['pending', 'sending', 'failed'] as const satisfies NotificationStatus[];
const FINISHED = ['sent', 'cancelled', 'dead'] as const satisfies NotificationStatus[];
const IS_FINISHED = `n.status IN ('sent', 'cancelled', 'dead')`;

/** The rows of a status, of all channels or of `@channelId`, as ranges of an index in the order of seq. */
export const RANGES = {
  all: () => 'INDEXED BY notifications_status WHERE TRUE',
  // What is not done is few, whatever its channel.
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

const MATCHES = `n.status IN (SELECT value FROM json_each(@statuses))
  AND (@channelId IS NULL OR n.channel_id = @channelId)
  AND (@cause IS NULL OR (n.cause = @cause AND n.last_error_class IS @class)) AND ${SEARCHED}`;

const FINISHED_MATCHES = `n.seq < @before AND ${IS_FINISHED} AND ${MATCHES}`;

const inStatus =
  (rangeOf: (status: NotificationStatus) => string) =>
  (status: NotificationStatus): string =>
    `SELECT seq FROM notifications n ${rangeOf(status)} AND status = '${status}'
       AND instr(@statuses, '"${status}"') AND seq < @before AND ${MATCHES}`;

const allOf = (rangeOf: (status: NotificationStatus) => string): string =>
  `${notificationStatus.options.map(inStatus(rangeOf)).join(' UNION ALL ')} ORDER BY seq DESC`;

/** Where few are asked for: each of them is looked at. */
const ALL = {
  all: allOf(RANGES.all),
  channel: allOf(RANGES.channel),
  // The index of groups has everything but the words.
  group: `SELECT seq FROM notifications n WHERE n.status = 'dead' AND n.channel_id = @channelId
    AND n.last_error_class IS @class AND n.cause = @cause AND ${SEARCHED} ORDER BY seq DESC`,
};

/** Where most rows may match: a look at the newest soon finds enough. */
const NEWEST = `SELECT seq FROM notifications n NOT INDEXED
  WHERE n.seq > @after AND n.seq < @before AND ${MATCHES} ORDER BY seq DESC LIMIT @limit`;

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
  find(
    q: string,
    filter: NotificationFilter,
    counts: NotificationStats,
    { limit, offset }: { readonly limit: number; readonly offset: number },
  ): Found {
    const asked = {
      ...{ ...filter, statuses: JSON.stringify(filter.statuses), ...boundSearch(q) },
      before: Number.MAX_SAFE_INTEGER,
    };
    const page = (found: readonly number[]) => found.slice(offset, offset + limit);
    const all = (): Found => {
      const by = filter.cause !== null ? 'group' : filter.channelId !== null ? 'channel' : 'all';
      const found = this.db.values<number>(ALL[by], asked);
      return { seqs: page(found), total: found.length, isAtLeast: false };
    };
    const finished = FINISHED.filter((status) => filter.statuses.includes(status));
    if (finished.reduce((sum, status) => sum + counts[status], 0) <= SCANNED_MAX) return all();
    const candidates = this.#candidates(q, filter);
    // Whoever acts on all that are dead or waiting is to know how many they are.
    const isExact = finished.every((status) => status === 'dead');
    const isScan = candidates.by === 'scan' || candidates.by === 'newest';
    if (isExact && isScan) return all();
    const newest = this.#index.newest() - SCANNED_MAX;
    const bound = { ...asked, ...candidates, through: this.#index.through() };
    const find = (range: { after: number; limit: number }): number[] =>
      this.db.values(FOUND[candidates.by], { ...bound, ...range });
    const most = isExact ? Number.MAX_SAFE_INTEGER - 1 : offset + (isScan ? limit : COUNTED_MAX);
    const end = candidates.by === 'newest' ? Math.max(0, newest) : 0;
    const found = find({ after: end, limit: most + 1 });
    const isAll = found.length <= most && end === 0;
    if (isAll || !isScan) {
      return { seqs: page(found), total: Math.min(found.length, most), isAtLeast: !isAll };
    }
    const counted = find({ after: newest, limit: offset + COUNTED_MAX }).length;
    return { seqs: page(found), total: Math.max(found.length, counted), isAtLeast: true };
  }

  #candidates(q: string, { statuses, channelId }: NotificationFilter): Candidates {
    const others = statuses.includes('cancelled') || statuses.includes('dead');
    return this.#index.candidates(termsOf(q), {
      parts: channelId === null ? [] : [channelId.slice(-ID_CHARACTERS)],
      oneOf: statuses.includes('sent') ? (others ? [] : [SENT]) : [NOT_SENT],
    });
  }
}
