import type { Recovery } from '../contract/backup.ts';
import type { Db } from './database.ts';

/** What recoveries could not keep. One is shown until somebody took note of it, then the one before. */
export class RecoveryTable {
  readonly #insert;
  readonly #current;
  readonly #dismiss;

  constructor(db: Db) {
    this.#insert = db.prepare<[number, string]>(
      'INSERT INTO recoveries (at, report) VALUES (?, ?)',
    );
    this.#current = db
      .prepare<[], string>(
        'SELECT report FROM recoveries WHERE dismissed_at IS NULL ORDER BY id DESC LIMIT 1',
      )
      .pluck();
    this.#dismiss = db.prepare<[number]>(
      `UPDATE recoveries SET dismissed_at = ? WHERE id =
         (SELECT id FROM recoveries WHERE dismissed_at IS NULL ORDER BY id DESC LIMIT 1)`,
    );
  }

  add(report: Recovery): void {
    this.#insert.run(report.at, JSON.stringify(report));
  }

  current(): Recovery | null {
    const report = this.#current.get();
    return report === undefined ? null : (JSON.parse(report) as Recovery);
  }

  /** False when there is nothing to take note of. */
  dismiss(now: number): boolean {
    return this.#dismiss.run(now).changes > 0;
  }
}
