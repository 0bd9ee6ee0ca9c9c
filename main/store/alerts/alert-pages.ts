import type { AlertsQuery } from '../../contract/alert.ts';
import { cellsOf, closedBy, OPEN, OPEN_ONLY, toFilter, type AlertFilter } from './alert-filter.ts';
import { ALERT, type AlertRow } from './alert-rows.ts';
import { AlertSearch } from './alert-search.ts';
import type { Db } from '../database.ts';
import { Table } from '../row-table.ts';
import type { Found } from '../search-index.ts';
import type { PendingTouches } from './pending-touches.ts';

/** The closed alerts of the asked cells (a bit each in `@cells`), one SELECT a cell, by the index that serves the rest of the filter. */
const CLOSED = {
  all: closedBy('alerts_closed_state', ''),
  kind: closedBy('alerts_closed_kind', 'AND kind = @kind'),
  host: closedBy('alerts_closed_host', 'AND host = @host AND (@kind IS NULL OR kind = @kind)'),
};

/** Each SELECT is in the order of seq, so SQLite merges them and reads no more than the page. */
const pageOf = (closed: (selected: string) => string[]): string =>
  `SELECT ${ALERT.list} FROM alerts WHERE seq IN (
     SELECT seq FROM ${OPEN} AND seq < @before
     UNION ALL ${closed('seq').join(' UNION ALL ')}
     ORDER BY seq DESC LIMIT @limit)
   ORDER BY seq DESC`;

const countOf = (closed: (selected: string) => string[]): string =>
  `SELECT (SELECT count(*) FROM ${OPEN}) + (${closed('count(*)').join(') + (')})`;

const PAGES = { all: pageOf(CLOSED.all), kind: pageOf(CLOSED.kind), host: pageOf(CLOSED.host) };
const COUNTS = {
  all: `SELECT sum(count) FROM alert_counts
    WHERE (@states IS NULL OR state IN (SELECT value FROM json_each(@states)))
      AND (@severities IS NULL OR severity IN (SELECT value FROM json_each(@severities)))`,
  kind: countOf(CLOSED.kind),
  host: countOf(CLOSED.host),
};

const NAMED = `SELECT ${ALERT.list} FROM alerts WHERE seq IN (SELECT value FROM json_each(@seqs))
  ORDER BY seq DESC`;

/** A page of alerts, and how many match in all, or at least. */
export interface AlertsFound extends Omit<Found, 'seqs'> {
  readonly rows: AlertRow[];
}

/** Pages of alerts, newest first, by keyset. */
export class AlertPages extends Table {
  readonly #touches: PendingTouches;
  readonly #search: AlertSearch;

  constructor(db: Db, touches: PendingTouches) {
    super(db);
    this.#touches = touches;
    this.#search = new AlertSearch(db);
  }

  /** `before` is the seq of the last row already seen. `total` counts every match, or with `isAtLeast` some of them. */
  list(query: AlertsQuery, before: number | null): AlertsFound {
    const { q = '' } = query;
    if (q !== '') {
      const { seqs, ...counted } = this.#search.find({ ...query, q }, before);
      return { rows: this.db.all(NAMED, { seqs: JSON.stringify(seqs) }, this.#shown), ...counted };
    }
    const by = query.host !== undefined ? 'host' : query.kind !== undefined ? 'kind' : 'all';
    const { limit } = query;
    const bound = { ...toFilter(query), cells: cellsOf(query), limit };
    const seen = { before: before ?? Number.MAX_SAFE_INTEGER };
    return {
      rows: this.db.all(PAGES[by], { ...bound, ...seen }, this.#shown),
      total: this.db.value(COUNTS[by], { ...bound, before: Number.MAX_SAFE_INTEGER }) ?? 0,
      isAtLeast: false,
    };
  }

  /** At most `limit` alerts that are not closed, behind the one of this seq, oldest first. */
  openAfter(seq: number, limit: number): AlertRow[] {
    return this.db.all(
      `SELECT ${ALERT.list} FROM alerts INDEXED BY alerts_open_seq
       WHERE closed_at IS NULL AND seq > ? ORDER BY seq LIMIT ?`,
      [seq, limit],
      this.#shown,
    );
  }

  /** The newest alert's seq; 0 when there is none. */
  newestSeq(): number {
    return this.db.value<number>('SELECT max(seq) FROM alerts') ?? 0;
  }

  /**
   * At most `limit` alerts that are not closed and match, behind `after` up to `upTo`, oldest first, so
   * that a bulk action can go on where it stopped.
   */
  openIds(
    query: AlertFilter,
    { after, upTo }: { readonly after: number; readonly upTo: number },
    limit: number,
  ): { readonly seq: number; readonly id: string }[] {
    return this.db.all(
      `SELECT seq, id FROM alerts INDEXED BY alerts_open_seq
       WHERE seq > @after AND seq <= @upTo AND ${OPEN_ONLY} ORDER BY seq LIMIT @limit`,
      { ...toFilter(query), after, upTo, limit },
    );
  }

  readonly #shown = (selected: object): AlertRow => this.#touches.shown(ALERT.decode(selected));
}
