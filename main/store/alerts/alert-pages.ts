import type { AlertsQuery } from '../../contract/alert.ts';
import { ALERT, type AlertRow } from './alert-rows.ts';
import { likePattern } from '../like.ts';
import type { Db } from '../database.ts';
import { Table } from '../row-table.ts';
import type { PendingTouches } from './pending-touches.ts';

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

/** Pages of alerts, newest first, by keyset. */
export class AlertPages extends Table {
  readonly #touches: PendingTouches;

  constructor(db: Db, touches: PendingTouches) {
    super(db);
    this.#touches = touches;
  }

  /** `before` is the seq of the last row already seen. `total` counts every match. */
  list(query: AlertsQuery, before: number | null): { rows: AlertRow[]; total: number } {
    const states = query.state ?? [];
    const isOpenOnly =
      states.length > 0 && states.every((state) => state === 'open' || state === 'acknowledged');
    const from = isOpenOnly ? 'alerts INDEXED BY alerts_open_seq' : 'alerts';
    const where = isOpenOnly ? OPEN_ONLY : MATCHES;
    const filter = toFilter(query);
    const rows = this.db.all(
      `SELECT ${ALERT.list} FROM ${from}
       WHERE (@before IS NULL OR seq < @before) AND ${where} ORDER BY seq DESC LIMIT @limit`,
      { ...filter, before, limit: query.limit },
      this.#shown,
    );
    const count = `SELECT count(*) FROM alerts WHERE ${where}`;
    return { rows, total: this.db.value<number>(count, filter) ?? 0 };
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

type AlertFilter = Omit<AlertsQuery, 'limit' | 'cursor'>;

const toFilter = (query: AlertFilter): Filter => ({
  states: query.state?.length ? JSON.stringify(query.state) : null,
  severities: query.severity ? JSON.stringify(query.severity) : null,
  host: query.host ?? null,
  kind: query.kind ?? null,
  like: likePattern(query.q),
});
