import { defined } from '../../base/assert.ts';
import type { AlertGroup, AlertSort } from '../../contract/alert.ts';
import type { Output } from '../../contract/methods.ts';
import { severity, type Severity } from '../../contract/primitives.ts';
import {
  cellsOf,
  closedBy,
  OPEN,
  OPEN_OF_SEVERITY,
  OPEN_ONLY,
  toFilter,
  type AlertFilter,
} from './alert-filter.ts';
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
const seqsOf = (closed: (selected: string) => string[], open = OPEN): string =>
  `SELECT seq FROM ${open} AND seq < @before
   UNION ALL ${closed('seq').join(' UNION ALL ')}
   ORDER BY seq DESC LIMIT @limit`;

const countOf = (closed: (selected: string) => string[]): string =>
  `SELECT (SELECT count(*) FROM ${OPEN}) + (${closed('count(*)').join(') + (')})`;

/** Statements of the seqs of a page. */
const SEQS = { all: seqsOf(CLOSED.all), kind: seqsOf(CLOSED.kind), host: seqsOf(CLOSED.host) };
/** The same where one severity is asked for, `@level`. */
const SEQS_OF_SEVERITY = {
  all: seqsOf(CLOSED.all, OPEN_OF_SEVERITY),
  kind: seqsOf(CLOSED.kind, OPEN_OF_SEVERITY),
  host: seqsOf(CLOSED.host, OPEN_OF_SEVERITY),
};
const COUNTS = {
  all: `SELECT sum(count) FROM alert_counts
    WHERE (@states IS NULL OR state IN (SELECT value FROM json_each(@states)))
      AND (@severities IS NULL OR severity IN (SELECT value FROM json_each(@severities)))`,
  kind: countOf(CLOSED.kind),
  host: countOf(CLOSED.host),
};

const NAMED = `SELECT ${ALERT.list} FROM alerts WHERE seq IN (SELECT value FROM json_each(@seqs))
  ORDER BY seq DESC`;

/** The most severe first. */
const BY_SEVERITY = severity.options.toReversed();
const WORST: Severity = 'critical';

/** Alerts that are looked at to group them, the newest. */
export const GROUPED_MAX = 10_000;
export const GROUPS_MAX = 200;

/** The one value that stands for `@by`, as domain/matching.ts has it: a field before a label, and its stand-in last. */
const VALUE = `CASE @by WHEN 'severity' THEN severity WHEN 'host' THEN host WHEN 'kind' THEN kind
    WHEN 'source' THEN source
  ELSE coalesce((SELECT value FROM json_each(labels) WHERE key = @by),
    CASE @by WHEN 'alertname' THEN kind WHEN 'instance' THEN host WHEN 'dedup_key' THEN dedup_key END, '') END`;

const SEVERITY_RANK = `CASE severity ${severity.options
  .map((level, rank) => `WHEN '${level}' THEN ${rank}`)
  .join(' ')} END`;

const GROUPS = `SELECT ${VALUE} AS value, count(*) AS count, max(${SEVERITY_RANK}) AS rank
  FROM alerts WHERE seq IN (SELECT value FROM json_each(@seqs))
  GROUP BY 1 ORDER BY rank DESC, max(seq) DESC LIMIT ${GROUPS_MAX + 1}`;

/** Returns which index serves a filter. */
const indexOf = ({ host, kind }: AlertFilter): 'all' | 'kind' | 'host' =>
  host !== undefined ? 'host' : kind !== undefined ? 'kind' : 'all';

/** Behind which row a page begins. `severity` is that of the row where severity is the order. */
export interface AlertPlace {
  readonly seq: number;
  readonly severity: Severity;
}

/** A page of alerts, how many match in all, or at least, and where the next one begins. */
export interface AlertsFound extends Omit<Found, 'seqs' | 'next'> {
  readonly rows: AlertRow[];
  readonly next: AlertPlace | null;
}

/** The query of a page. */
export interface AlertPageQuery extends AlertFilter {
  readonly limit: number;
  readonly sort?: AlertSort | undefined;
}

/** Pages of alerts in either order, by keyset. */
export class AlertPages extends Table {
  readonly #touches: PendingTouches;
  readonly #search: AlertSearch;

  constructor(db: Db, touches: PendingTouches) {
    super(db);
    this.#touches = touches;
    this.#search = new AlertSearch(db);
  }

  /** `after` is the last row already seen. `total` counts every match, or with `isAtLeast` some of them. */
  list({ sort, limit, ...filter }: AlertPageQuery, after: AlertPlace | null): AlertsFound {
    const { next, seqs, total, isAtLeast } =
      sort === 'severity'
        ? { ...this.#find(filter, 1, null), ...this.#mostSevere(filter, limit, after) }
        : this.#latest(filter, limit, after);
    const asked = new Map(seqs.map((seq, index) => [seq, index]));
    const rows = this.db
      .all(NAMED, { seqs: JSON.stringify(seqs) }, this.#shown)
      .sort((a, b) => (asked.get(a.seq) ?? 0) - (asked.get(b.seq) ?? 0));
    return { rows, total, isAtLeast, next: rows.length === limit ? (rows.at(-1) ?? null) : next };
  }

  /** Counts the newest alerts that match by what they have under a name. */
  groups({ by, ...filter }: AlertFilter & { readonly by: string }): Output<'alerts.groups'> {
    const { seqs, total, isAtLeast } = this.#find(filter, GROUPED_MAX, null);
    const found = this.db.all<{ value: string; count: number; rank: number }>(GROUPS, {
      by,
      seqs: JSON.stringify(seqs),
    });
    const groups = found.slice(0, GROUPS_MAX).map(({ value, count, rank }): AlertGroup => {
      return { value, count, severity: defined(severity.options[rank], 'a severity') };
    });
    const isPartial = isAtLeast || seqs.length < total || found.length > GROUPS_MAX;
    return { groups, total, isPartial };
  }

  #latest(filter: AlertFilter, limit: number, after: AlertPlace | null) {
    const { next, ...found } = this.#find(filter, limit, after?.seq ?? null);
    return { ...found, next: next === undefined ? null : { seq: next, severity: WORST } };
  }

  /** Fills a page with one severity after the other. */
  #mostSevere(filter: AlertFilter, limit: number, after: AlertPlace | null) {
    const seqs: number[] = [];
    const asked = BY_SEVERITY.filter((level) => filter.severity?.includes(level) ?? true);
    const first = after ? asked.indexOf(after.severity) : 0;
    for (const level of asked.slice(Math.max(0, first))) {
      const before = after?.severity === level ? after.seq : null;
      const room = limit - seqs.length;
      if (room === 0) break;
      const found = this.#seqs({ ...filter, severity: [level] }, room, before, level);
      seqs.push(...found.seqs);
      // A stretch that did not fill the page: the next one begins where it ended.
      if (found.next !== undefined) return { seqs, next: { seq: found.next, severity: level } };
    }
    return { seqs, next: null };
  }

  #find(filter: AlertFilter, limit: number, before: number | null): Found {
    const { q = '' } = filter;
    if (q !== '') return this.#search.find({ ...filter, q, limit }, before);
    const total = this.db.value<number>(COUNTS[indexOf(filter)], {
      ...toFilter(filter),
      ...{ cells: cellsOf(filter), before: Number.MAX_SAFE_INTEGER },
    });
    const { seqs } = this.#seqs(filter, limit, before);
    return { seqs, total: total ?? 0, isAtLeast: false };
  }

  /** `level` is the only severity that is asked for, where it is one. */
  #seqs(
    filter: AlertFilter,
    limit: number,
    before: number | null,
    level?: Severity,
  ): Pick<Found, 'seqs' | 'next'> {
    const { q = '' } = filter;
    if (q !== '') return this.#search.find({ ...filter, q, limit }, before);
    const statements = level === undefined ? SEQS : SEQS_OF_SEVERITY;
    const seqs = this.db.values<number>(statements[indexOf(filter)], {
      ...toFilter(filter),
      ...{ cells: cellsOf(filter), limit, level: level ?? null },
      before: before ?? Number.MAX_SAFE_INTEGER,
    });
    return { seqs };
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
