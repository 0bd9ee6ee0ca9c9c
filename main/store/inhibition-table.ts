import type { Db } from './database.ts';

export interface InhibitionRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly sourceMatchers: readonly string[];
  readonly targetMatchers: readonly string[];
  /** Names of labels or fields in which source and target must agree. */
  readonly equal: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Stored {
  id: string;
  name: string;
  enabled: 0 | 1;
  source_matchers: string;
  target_matchers: string;
  equal_labels: string;
  created_at: number;
  updated_at: number;
}

const toRow = (stored: Stored): InhibitionRow => ({
  id: stored.id,
  name: stored.name,
  enabled: stored.enabled === 1,
  sourceMatchers: JSON.parse(stored.source_matchers) as string[],
  targetMatchers: JSON.parse(stored.target_matchers) as string[],
  equal: JSON.parse(stored.equal_labels) as string[],
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
});

export class InhibitionTable {
  readonly #all;
  readonly #put;
  readonly #delete;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>('SELECT * FROM inhibitions ORDER BY name, id');
    this.#put = db.prepare<Stored>(
      `INSERT INTO inhibitions (id, name, enabled, source_matchers, target_matchers, equal_labels, created_at, updated_at)
       VALUES (@id, @name, @enabled, @source_matchers, @target_matchers, @equal_labels, @created_at, @updated_at)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled,
         source_matchers = excluded.source_matchers, target_matchers = excluded.target_matchers,
         equal_labels = excluded.equal_labels, updated_at = excluded.updated_at`,
    );
    this.#delete = db.prepare<[string]>('DELETE FROM inhibitions WHERE id = ?');
  }

  /** By name. */
  all(): InhibitionRow[] {
    return this.#all.all().map(toRow);
  }

  /** Inserts, or replaces everything but the creation time. */
  put(row: InhibitionRow): void {
    this.#put.run({
      id: row.id,
      name: row.name,
      enabled: row.enabled ? 1 : 0,
      source_matchers: JSON.stringify(row.sourceMatchers),
      target_matchers: JSON.stringify(row.targetMatchers),
      equal_labels: JSON.stringify(row.equal),
      created_at: row.createdAt,
      updated_at: row.updatedAt,
    });
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }
}
