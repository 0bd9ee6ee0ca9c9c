import type { MaintenanceSchedule } from '../contract/suppression.ts';
import type { Db } from './database.ts';

export interface MaintenanceRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly matchers: readonly string[];
  readonly schedule: MaintenanceSchedule;
  readonly comment: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Stored {
  id: string;
  name: string;
  enabled: 0 | 1;
  matchers: string;
  schedule: string;
  comment: string;
  created_at: number;
  updated_at: number;
}

const toRow = (stored: Stored): MaintenanceRow => ({
  id: stored.id,
  name: stored.name,
  enabled: stored.enabled === 1,
  matchers: JSON.parse(stored.matchers) as string[],
  schedule: JSON.parse(stored.schedule) as MaintenanceSchedule,
  comment: stored.comment,
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
});

export class MaintenanceTable {
  readonly #all;
  readonly #put;
  readonly #delete;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>('SELECT * FROM maintenance_windows ORDER BY name, id');
    this.#put = db.prepare<Stored>(
      `INSERT INTO maintenance_windows (id, name, enabled, matchers, schedule, comment, created_at, updated_at)
       VALUES (@id, @name, @enabled, @matchers, @schedule, @comment, @created_at, @updated_at)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled,
         matchers = excluded.matchers, schedule = excluded.schedule, comment = excluded.comment,
         updated_at = excluded.updated_at`,
    );
    this.#delete = db.prepare<[string]>('DELETE FROM maintenance_windows WHERE id = ?');
  }

  /** By name. */
  all(): MaintenanceRow[] {
    return this.#all.all().map(toRow);
  }

  /** Inserts, or replaces everything but the creation time. */
  put(row: MaintenanceRow): void {
    this.#put.run({
      id: row.id,
      name: row.name,
      enabled: row.enabled ? 1 : 0,
      matchers: JSON.stringify(row.matchers),
      schedule: JSON.stringify(row.schedule),
      comment: row.comment,
      created_at: row.createdAt,
      updated_at: row.updatedAt,
    });
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }
}
