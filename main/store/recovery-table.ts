import type { Recovery } from '../contract/backup.ts';
import { Table } from './row-table.ts';

/** The reports of what recoveries could not keep. One is shown until it is dismissed, then the one before. */
export class RecoveryTable extends Table {
  add(report: Recovery): void {
    const text = JSON.stringify(report);
    this.db.run('INSERT INTO recoveries (at, report) VALUES (?, ?)', [report.at, text]);
  }

  current(): Recovery | null {
    const report = this.db.value<string>(
      'SELECT report FROM recoveries WHERE dismissed_at IS NULL ORDER BY id DESC LIMIT 1',
    );
    return report === null ? null : (JSON.parse(report) as Recovery);
  }

  /** False when there is nothing to dismiss. */
  dismiss(now: number): boolean {
    const { changes } = this.db.run(
      `UPDATE recoveries SET dismissed_at = ? WHERE id =
         (SELECT id FROM recoveries WHERE dismissed_at IS NULL ORDER BY id DESC LIMIT 1)`,
      [now],
    );
    return changes > 0;
  }
}
