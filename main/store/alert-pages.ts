import type { AlertsQuery } from '../contract/alert.ts';
import { toAlertRow, type AlertRow, type StoredAlert } from './alert-rows.ts';
import type { Db } from './database.ts';
import { likePattern } from './like.ts';

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
  `SELECT * FROM ${from} WHERE (@before IS NULL OR seq < @before) AND ${where} ORDER BY seq DESC LIMIT @limit`;
const count = (where: string) => `SELECT count(*) FROM alerts WHERE ${where}`;

/** Pages of alerts, newest first, by keyset. */
export class AlertPages {
  readonly #pages;
  readonly #counts;

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
  }

  /** `before` is the seq of the last row already seen. `total` counts every match. */
  list(query: AlertsQuery, before: number | null): { rows: AlertRow[]; total: number } {
    const states = query.state ?? [];
    const arm =
      states.length > 0 && states.every((state) => state === 'open' || state === 'acknowledged')
        ? 'open'
        : 'all';
    const filter: Filter = {
      states: states.length > 0 ? JSON.stringify(states) : null,
      severities: query.severity ? JSON.stringify(query.severity) : null,
      host: query.host ?? null,
      kind: query.kind ?? null,
      like: likePattern(query.q),
    };
    const rows = this.#pages[arm].all({ ...filter, before, limit: query.limit }).map(toAlertRow);
    return { rows, total: this.#counts[arm].get(filter) ?? 0 };
  }
}
