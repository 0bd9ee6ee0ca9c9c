import type { Severity } from '../../contract/primitives.ts';
import { Columns } from '../columns.ts';
import { Table } from '../row-table.ts';

/** The fields of one alert that matchers can test. */
export interface LabelledRow {
  readonly source: string;
  readonly host: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
}

const LABELLED = new Columns<LabelledRow>({
  source: 'plain',
  host: 'plain',
  kind: 'plain',
  severity: 'plain',
  labels: 'json',
});

/** The labels of the newest alerts, for suggestions. */
export class AlertLabels extends Table {
  /** Those of the newest alerts that are open, and of the newest of all; at most `limit` of each. */
  newest(limit: number): LabelledRow[] {
    return this.db.all(
      `SELECT ${LABELLED.list} FROM alerts WHERE seq IN (
         SELECT seq FROM (SELECT seq FROM alerts INDEXED BY alerts_open_seq WHERE closed_at IS NULL
           ORDER BY seq DESC LIMIT @limit)
         UNION SELECT seq FROM (SELECT seq FROM alerts ORDER BY seq DESC LIMIT @limit))`,
      { limit },
      LABELLED.decode,
    );
  }
}
