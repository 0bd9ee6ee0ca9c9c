import type { AlertsQuery } from '../../contract/alert.ts';
import { ALERT_COLUMNS, toAlertRow, type AlertRow, type StoredAlert } from './alert-rows.ts';
import type { Db } from '../database.ts';
import { likePattern } from '../like.ts';

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

const page = (from: string, where: string) =>
  `SELECT ${ALERT_COLUMNS} FROM ${from} WHERE (@before IS NULL OR seq < @before) AND ${where} ORDER BY seq DESC LIMIT @limit`;
/** Ids that a bulk action is about, oldest first, so that it can go on where it stopped. */
const OPEN_IDS = `SELECT seq, id FROM alerts INDEXED BY alerts_open_seq
  WHERE seq > @after AND seq <= @upTo AND ${OPEN_ONLY} ORDER BY seq LIMIT @limit`;
const OPEN_AFTER = `SELECT ${ALERT_COLUMNS} FROM alerts INDEXED BY alerts_open_seq
  WHERE closed_at IS NULL AND seq > ? ORDER BY seq LIMIT ?`;
const count = (where: string) => `SELECT count(*) FROM alerts WHERE ${where}`;

/** Pages of alerts, newest first, by keyset. */
export class AlertPages {
  readonly #pages;
  readonly #counts;
  readonly #openIds;
  readonly #openAfter;
  readonly #newestSeq;

  constructor(db: Db) {
    this.#pages = {
      all: db.prepare<Filter & { before: number | null; limit: number }, StoredAlert>(
        page('alerts', MATCHES),
      ),
      open: db.prepare<Filter & { before: number | null; limit: number }, StoredAlert>(
        page('alerts INDEXED BY alerts_open_seq', OPEN_ONLY),
      ),
    };
    this.#counts = {
      all: db.prepare<Filter, number>(count(MATCHES)).pluck(),
      open: db.prepare<Filter, number>(count(OPEN_ONLY)).pluck(),
    };
    this.#openIds = db.prepare<
      Filter & { after: number; upTo: number; limit: number },
      { seq: number; id: string }
    >(OPEN_IDS);
    this.#openAfter = db.prepare<[number, number], StoredAlert>(OPEN_AFTER);
    this.#newestSeq = db.prepare<[], number | null>('SELECT max(seq) FROM alerts').pluck();
  }

  /** `before` is the seq of the last row already seen. `total` counts every match. */
  list(query: AlertsQuery, before: number | null): { rows: AlertRow[]; total: number } {
    const states = query.state ?? [];
    const arm =
      states.length > 0 && states.every((state) => state === 'open' || state === 'acknowledged')
        ? 'open'
        : 'all';
    const filter = toFilter(query);
    const rows = this.#pages[arm].all({ ...filter, before, limit: query.limit }).map(toAlertRow);
    return { rows, total: this.#counts[arm].get(filter) ?? 0 };
  }

  /** At most `limit` alerts that are not closed, behind the one of this seq, oldest first. */
  openAfter(seq: number, limit: number): AlertRow[] {
    return this.#openAfter.all(seq, limit).map(toAlertRow);
  }

  /** The newest alert's seq; 0 when there is none. */
  newestSeq(): number {
    return this.#newestSeq.get() ?? 0;
  }

  /** At most `limit` alerts that are not closed and match, behind `after` up to `upTo`, oldest first. */
  openIds(
    query: AlertFilter,
    { after, upTo }: { readonly after: number; readonly upTo: number },
    limit: number,
  ): { readonly seq: number; readonly id: string }[] {
    return this.#openIds.all({ ...toFilter(query), after, upTo, limit });
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
