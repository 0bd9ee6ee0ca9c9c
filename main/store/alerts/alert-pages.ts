import { alertState, type AlertsQuery, type AlertState } from '../../contract/alert.ts';
import { severity } from '../../contract/primitives.ts';
import { ALERT, type AlertRow } from './alert-rows.ts';
import { likePattern } from '../columns.ts';
import { Table } from '../row-table.ts';

interface Filter {
  readonly states: string | null;
  readonly severities: string | null;
  readonly host: string | null;
  readonly kind: string | null;
  readonly like: string | null;
}

const MATCHES = `(@states IS NULL OR state IN (SELECT value FROM json_each(@states)))
  AND (@severities IS NULL OR severity IN (SELECT value FROM json_each(@severities)))
  AND (@host IS NULL OR host = @host)
  AND (@kind IS NULL OR kind = @kind)
  AND (@like IS NULL OR host LIKE @like ESCAPE '\\' OR kind LIKE @like ESCAPE '\\'
    OR message LIKE @like ESCAPE '\\' OR labels LIKE @like ESCAPE '\\')`;

/** Asking only for what is not closed must not walk years of history: this arm uses the partial index. */
const OPEN_ONLY = `closed_at IS NULL AND ${MATCHES}`;
const OPEN = `alerts INDEXED BY alerts_open_seq WHERE ${OPEN_ONLY}`;

const isOpen = (state: AlertState): boolean => state === 'open' || state === 'acknowledged';

/** What has closed, by state and severity: each is a range of an index, in the order of seq. */
const CLOSED_CELLS = alertState.options
  .filter((state) => !isOpen(state))
  .flatMap((state) => severity.options.map((of) => ({ state, severity: of })));

/** The closed alerts of the asked cells (a bit each in `@cells`), one SELECT a cell, by the index that serves the rest of the filter. */
const CLOSED = {
  all: closedBy('alerts_closed_state', ''),
  kind: closedBy('alerts_closed_kind', 'AND kind = @kind'),
  host: closedBy('alerts_closed_host', 'AND host = @host AND (@kind IS NULL OR kind = @kind)'),
};

function closedBy(index: string, also: string): (selected: string) => string[] {
  return (selected) =>
    CLOSED_CELLS.map(
      (cell, bit) => `SELECT ${selected} FROM alerts INDEXED BY ${index}
        WHERE @cells & ${1 << bit} AND closed_at IS NOT NULL AND state = '${cell.state}'
          AND severity = '${cell.severity}' ${also} AND seq < @before`,
    );
}

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

/** Pages of alerts, newest first, by keyset. */
export class AlertPages extends Table {
  /** `before` is the seq of the last row already seen. `total` counts every match. */
  list(query: AlertsQuery, before: number | null): { rows: AlertRow[]; total: number } {
    if (likePattern(query.q) !== null) return this.#search(query, before);
    const by = query.host !== undefined ? 'host' : query.kind !== undefined ? 'kind' : 'all';
    const { limit } = query;
    const bound = { ...toFilter(query), cells: cellsOf(query), limit };
    const seen = { before: before ?? Number.MAX_SAFE_INTEGER };
    return {
      rows: this.db.all(PAGES[by], { ...bound, ...seen }, ALERT.decode),
      total: this.db.value(COUNTS[by], { ...bound, before: Number.MAX_SAFE_INTEGER }) ?? 0,
    };
  }

  /** At most `limit` alerts that are not closed, behind the one of this seq, oldest first. */
  openAfter(seq: number, limit: number): AlertRow[] {
    return this.db.all(
      `SELECT ${ALERT.list} FROM alerts INDEXED BY alerts_open_seq
       WHERE closed_at IS NULL AND seq > ? ORDER BY seq LIMIT ?`,
      [seq, limit],
      ALERT.decode,
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

  #search(query: AlertsQuery, before: number | null): { rows: AlertRow[]; total: number } {
    const states = query.state ?? [];
    const isOpenOnly = states.length > 0 && states.every(isOpen);
    const from = isOpenOnly ? OPEN : `alerts WHERE ${MATCHES}`;
    const filter = toFilter(query);
    const total = this.db.value<number>(`SELECT count(*) FROM ${from}`, filter) ?? 0;
    // Where it is known how many are left, the search for them ends at the last.
    const limit = before === null ? Math.min(query.limit, total) : query.limit;
    const rows = this.db.all(
      `SELECT ${ALERT.list} FROM ${from} AND seq < @before ORDER BY seq DESC LIMIT @limit`,
      { ...filter, before: before ?? Number.MAX_SAFE_INTEGER, limit },
      ALERT.decode,
    );
    return { rows, total };
  }
}

type AlertFilter = Omit<AlertsQuery, 'limit' | 'cursor'>;

const toFilter = (query: AlertFilter): Filter => ({
  states: query.state?.length ? JSON.stringify(query.state) : null,
  severities: query.severity ? JSON.stringify(query.severity) : null,
  host: query.host ?? null,
  kind: query.kind ?? null,
  like: likePattern(query.q),
});

/** No state is every state, as in `MATCHES`; a list of severities is as it is given. */
function cellsOf({ state: states = [], severity: severities }: AlertFilter): number {
  let bits = 0;
  for (const [bit, { state, severity: of }] of CLOSED_CELLS.entries()) {
    const isAsked = states.length === 0 || states.includes(state);
    if (isAsked && (severities?.includes(of) ?? true)) bits |= 1 << bit;
  }
  return bits;
}
