import type { Matcher } from '../../contract/matcher.ts';
import type { Db } from '../database.ts';
import { Table } from '../row-table.ts';
import {
  COUNTED_MAX,
  END,
  PART_END,
  SCANNED_MAX,
  SearchIndex,
  type Found,
  type Indexed,
  type Texts,
} from '../search-index.ts';
import { inJson, literalsOf, severitiesOf, termsOf } from '../search-terms.ts';
import {
  CLOSED_CELLS,
  cellsOf,
  closedBy,
  MATCHES,
  OPEN,
  toFilter,
  type AlertFilter,
} from './alert-filter.ts';

/** In the index each cell has a trigram: U+001E and the first letters of state and severity. */
const CELLS = CLOSED_CELLS.map(({ state, severity }) => `\u001e${state[0]}${severity[0]}`);

const ALL_CELLS = (1 << CELLS.length) - 1;

/** The columns that are parts of the text, by the names that matchers have for them. */
const PART_NAMES: readonly string[] = ['source', 'host', 'kind', 'alertname', 'instance'];

function textsOf(matcher: Matcher): Texts | null {
  const { name } = matcher;
  const literals = literalsOf(matcher);
  if (literals === null || name === 'dedup_key') return null;
  const inLabels = literals.map((all) => all.map(inJson));
  if (name === 'severity') {
    const severities = severitiesOf(matcher);
    const cells = CELLS.filter((_, n) => severities.includes(CLOSED_CELLS[n]?.severity ?? ''));
    return [...cells.map((cell) => [cell]), ...inLabels];
  }
  if (!PART_NAMES.includes(name)) return inLabels;
  const inParts = literals.map((all) =>
    all.map(({ text, isStart, isEnd }) => (isStart ? END : '') + text + (isEnd ? END : '')),
  );
  return [...inParts, ...inLabels];
}

/** Closed alerts, of which neither text nor state changes any more. */
export const INDEXED_ALERTS: Indexed = {
  index: 'alert_search',
  table: 'alerts',
  atRest: 'closed_at IS NOT NULL',
  text: `char(30) || substr(state, 1, 1) || substr(severity, 1, 1) || ${[
    'source',
    'host',
    'kind',
    'message',
    'labels',
  ]
    .map((column) => `${PART_END} || lower(${column})`)
    .join(' || ')} || ${PART_END} || ${PART_END}`,
  bytes: 'octet_length(message) + octet_length(labels)',
  wording: '2',
  textsOf,
};

const CLOSED_COUNT = `SELECT sum(count) FROM alert_counts WHERE state IN ('resolved', 'expired')
  AND (@states IS NULL OR state IN (SELECT value FROM json_each(@states)))
  AND (@severities IS NULL OR severity IN (SELECT value FROM json_each(@severities)))`;

/** The statement where few are asked for: each of them is looked at. */
const ALL = `SELECT seq FROM ${OPEN}
  UNION ALL ${closedBy('alerts_closed_state', `AND ${MATCHES}`)('seq').join(' UNION ALL ')}
  ORDER BY seq DESC`;

/** The statement where most rows may match: a look at the newest soon finds enough. */
const NEWEST = `SELECT seq FROM alerts NOT INDEXED WHERE seq > @after AND seq < @before AND ${MATCHES}
  ORDER BY seq DESC LIMIT @limit`;

const CLOSED = `seq < @before AND closed_at IS NOT NULL AND ${MATCHES}`;

/** Among the candidates of the index, what is open, the gaps, and what came since; each is in the order of seq. */
const among = (candidates: string): string =>
  `SELECT seq FROM ${OPEN} AND seq < @before
   UNION ${candidates}
   UNION SELECT gap FROM (SELECT seq AS gap FROM alert_search_gaps) CROSS JOIN alerts ON seq = gap
     WHERE gap < @before AND ${CLOSED}
   UNION SELECT seq FROM alerts NOT INDEXED WHERE seq > @through AND ${CLOSED}
   ORDER BY seq DESC LIMIT @limit`;

const FOUND = {
  trigrams: among(
    `SELECT found.rowid FROM alert_search found CROSS JOIN alerts ON seq = found.rowid
     WHERE found.alert_search MATCH @match AND found.rowid < @before AND ${CLOSED}`,
  ),
  range: among(
    `SELECT seq FROM alerts NOT INDEXED
     WHERE seq IN (SELECT doc FROM alert_search_terms WHERE term >= @from AND term <= @to) AND ${CLOSED}`,
  ),
  scan: NEWEST,
  newest: NEWEST,
};

/** Alerts by words in their host, kind, message or labels. */
export class AlertSearch extends Table {
  readonly #index: SearchIndex;

  constructor(db: Db) {
    super(db);
    this.#index = new SearchIndex(db, INDEXED_ALERTS);
  }

  /** Finds a page; `before` is the seq of the last row already seen. */
  find(
    query: AlertFilter & { readonly q: string; readonly limit: number },
    before: number | null,
  ): Found {
    const { limit } = query;
    const cells = cellsOf(query);
    const filter = { ...toFilter(query), cells };
    const first = before ?? Number.MAX_SAFE_INTEGER;
    if ((this.db.value<number>(CLOSED_COUNT, filter) ?? 0) <= SCANNED_MAX) {
      const all = this.db.values<number>(ALL, { ...filter, before: Number.MAX_SAFE_INTEGER });
      const seqs = all.filter((seq) => seq < first).slice(0, limit);
      return { seqs, total: all.length, isAtLeast: false };
    }
    const candidates = this.#index.candidates(termsOf(query.q), {
      parts: [query.host, query.kind].filter((part) => part !== undefined),
      oneOf: cells === ALL_CELLS ? [] : CELLS.filter((_, bit) => (cells & (1 << bit)) !== 0),
    });
    const bound = { ...filter, ...candidates, through: this.#index.through() };
    const find = (range: { after: number; before: number; limit: number }): number[] =>
      this.db.values(FOUND[candidates.by], { ...bound, ...range });
    if (candidates.by === 'newest') return this.#newest(find, limit, before);
    const isScan = candidates.by === 'scan';
    const counted = find({
      after: isScan ? this.#index.newest() - SCANNED_MAX : 0,
      before: Number.MAX_SAFE_INTEGER,
      limit: COUNTED_MAX + 1,
    });
    // The first page is among what was counted, unless that was only the newest.
    const isPage = before === null && (!isScan || counted.length >= limit);
    const seqs = isPage ? counted.slice(0, limit) : find({ after: 0, before: first, limit });
    if (before === null && seqs.length < limit) {
      return { seqs, total: seqs.length, isAtLeast: false };
    }
    return {
      seqs,
      total: Math.max(seqs.length, Math.min(counted.length, COUNTED_MAX)),
      isAtLeast: isScan || counted.length > COUNTED_MAX,
    };
  }

  /** Looks at a stretch of rows, and says where the next begins if that did not fill the page. */
  #newest(
    find: (range: { after: number; before: number; limit: number }) => number[],
    limit: number,
    before: number | null,
  ): Found {
    const newest = this.#index.newest();
    const first = before ?? newest + 1;
    const stretch = { after: Math.max(0, first - 1 - SCANNED_MAX), before: first };
    const counted = find({
      after: Math.max(0, newest - SCANNED_MAX),
      before: newest + 1,
      limit: COUNTED_MAX,
    });
    const seqs = before === null ? counted.slice(0, limit) : find({ ...stretch, limit });
    const isAll = newest <= SCANNED_MAX && counted.length < COUNTED_MAX;
    const next = seqs.length < limit && stretch.after > 0 ? { next: stretch.after + 1 } : {};
    return { seqs, ...next, total: Math.max(seqs.length, counted.length), isAtLeast: !isAll };
  }
}
