import { alertState, type AlertsQuery, type AlertState } from '../../contract/alert.ts';
import { severity } from '../../contract/primitives.ts';
import { boundSearch, wordsFound, type BoundSearch } from '../search-terms.ts';

/** The filter of the alerts that are asked for. */
export type AlertFilter = Omit<AlertsQuery, 'limit' | 'cursor' | 'sort'>;

/** The same as it is bound. */
export interface BoundFilter extends BoundSearch {
  readonly states: string | null;
  readonly severities: string | null;
  readonly host: string | null;
  readonly kind: string | null;
}

export const MATCHES = `(@states IS NULL OR state IN (SELECT value FROM json_each(@states)))
  AND (@severities IS NULL OR severity IN (SELECT value FROM json_each(@severities)))
  AND (@host IS NULL OR host = @host)
  AND (@kind IS NULL OR kind = @kind)
  AND ${wordsFound(['host', 'kind', 'message', 'labels'])}
  AND iif(@matchers IS NULL, 1, alert_matches(@matchers, source, host, kind, dedup_key, severity, labels))`;

/** Asking only for what is not closed must not walk years of history: this arm uses the partial index. */
export const OPEN_ONLY = `closed_at IS NULL AND ${MATCHES}`;
export const OPEN = `alerts INDEXED BY alerts_open_seq WHERE ${OPEN_ONLY}`;
/** The same of one severity, `@level`. */
export const OPEN_OF_SEVERITY = `alerts INDEXED BY alerts_open_severity
  WHERE closed_at IS NULL AND severity = @level AND ${MATCHES}`;

const isOpen = (state: AlertState): boolean => state === 'open' || state === 'acknowledged';

/** The closed alerts, by state and severity: each is a range of an index, in the order of seq. */
export const CLOSED_CELLS = alertState.options
  .filter((state) => !isOpen(state))
  .flatMap((state) => severity.options.map((of) => ({ state, severity: of })));

/** Returns what selects the closed alerts of the asked cells (a bit each in `@cells`) by an index, one SELECT a cell. */
export function closedBy(index: string, also: string): (selected: string) => string[] {
  return (selected) =>
    CLOSED_CELLS.map(
      (cell, bit) => `SELECT ${selected} FROM alerts INDEXED BY ${index}
        WHERE @cells & ${1 << bit} AND closed_at IS NOT NULL AND state = '${cell.state}'
          AND severity = '${cell.severity}' ${also} AND seq < @before`,
    );
}

export const toFilter = (query: AlertFilter): BoundFilter => ({
  states: query.state?.length ? JSON.stringify(query.state) : null,
  severities: query.severity ? JSON.stringify(query.severity) : null,
  host: query.host ?? null,
  kind: query.kind ?? null,
  ...boundSearch(query.q),
});

/** Returns the bits of the asked cells. No state is every state, as in `MATCHES`; a list of severities is as it is given. */
export function cellsOf({ state: states = [], severity: severities }: AlertFilter): number {
  let bits = 0;
  for (const [bit, { state, severity: of }] of CLOSED_CELLS.entries()) {
    const isAsked = states.length === 0 || states.includes(state);
    if (isAsked && (severities?.includes(of) ?? true)) bits |= 1 << bit;
  }
  return bits;
}
