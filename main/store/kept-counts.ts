import { notificationStatus } from '../contract/notification.ts';
import { OBSOLETE } from './count-deltas.ts';
import { Table } from './row-table.ts';

interface KeptCount {
  readonly table: string;
  /** The same columns as the table's, and the same rows but for those of which there is none. */
  readonly counted: string;
  /** How many rows a kept count is about. */
  readonly rowsOf: string;
}

/** Each table of counts beside what CountDeltas keeps it equal to. */
const KEPT: readonly KeptCount[] = [
  {
    table: 'alert_counts',
    counted: `SELECT state, severity, iif(closed_at IS NULL, kind, '') AS kind, count(*) AS count
      FROM alerts GROUP BY 1, 2, 3`,
    rowsOf: 'count',
  },
  {
    table: 'notification_counts',
    counted: `SELECT channel_id, ${notificationStatus.options
      .map((status) => `sum(status = '${status}')`)
      .join(', ')} FROM notifications GROUP BY 1`,
    rowsOf: notificationStatus.options.join(' + '),
  },
  {
    table: 'dead_letter_counts',
    counted: `SELECT channel_id, coalesce(last_error_class, '') AS class, coalesce(cause, '') AS cause,
        count(*) AS count, sum(${OBSOLETE}) AS obsolete
      FROM notifications n WHERE status = 'dead' GROUP BY 1, 2, 3`,
    rowsOf: 'count',
  },
];

/** Counts that are kept with the rows that they count, so that no page counts rows. */
export class KeptCounts extends Table {
  /** Returns the tables of counts that differ from their rows. Reads an index entry of every row. */
  wrong(): string[] {
    this.db.counts.write();
    return KEPT.filter(({ table, counted, rowsOf }) => {
      const kept = `SELECT * FROM ${table} WHERE ${rowsOf} <> 0`;
      const differs = `SELECT EXISTS (SELECT * FROM (${counted}) EXCEPT ${kept})
        OR EXISTS (${kept} EXCEPT SELECT * FROM (${counted}))`;
      return this.db.value(differs) === 1;
    }).map(({ table }) => table);
  }

  /** Removes the counts of what there is no more. */
  prune(): void {
    this.db.counts.write();
    for (const { table, rowsOf } of KEPT) this.db.run(`DELETE FROM ${table} WHERE ${rowsOf} = 0`);
  }

  /** Counts every row and replaces what was kept. Call inside a transaction. */
  recount(): void {
    this.db.counts.forget();
    for (const { table, counted } of KEPT) {
      this.db.run(`DELETE FROM ${table}`);
      this.db.run(`INSERT INTO ${table} ${counted}`);
    }
  }
}
