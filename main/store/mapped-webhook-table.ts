import type { Mapping } from '../contract/mapped-webhook.ts';
import type { Db } from './database.ts';

export interface MappedWebhookRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly mapping: Mapping;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Stored {
  id: string;
  slug: string;
  name: string;
  mapping: string;
  created_at: number;
  updated_at: number;
}

export interface Sample {
  readonly at: number;
  readonly body: string;
}

const toRow = (stored: Stored): MappedWebhookRow => ({
  id: stored.id,
  slug: stored.slug,
  name: stored.name,
  mapping: JSON.parse(stored.mapping) as Mapping,
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
});

const SQL = {
  put: `INSERT INTO mapped_webhooks (id, slug, name, mapping, created_at, updated_at)
    VALUES (@id, @slug, @name, @mapping, @created_at, @updated_at)
    ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name,
      mapping = excluded.mapping, updated_at = excluded.updated_at`,
  // One that was deleted meanwhile has no sample to keep.
  putSample: `INSERT INTO mapped_samples (webhook_id, at, body)
    SELECT id, @at, @body FROM mapped_webhooks WHERE id = @id
    ON CONFLICT (webhook_id) DO UPDATE SET at = excluded.at, body = excluded.body`,
};

/** Mapped webhooks and the last body of each. */
export class MappedWebhookTable {
  readonly #all;
  readonly #put;
  readonly #delete;
  readonly #sample;
  readonly #putSample;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>('SELECT * FROM mapped_webhooks ORDER BY name, id');
    this.#put = db.prepare<Stored>(SQL.put);
    this.#delete = db.prepare<[string]>('DELETE FROM mapped_webhooks WHERE id = ?');
    this.#sample = db.prepare<[string], Sample>(
      'SELECT at, body FROM mapped_samples WHERE webhook_id = ?',
    );
    this.#putSample = db.prepare<Sample & { id: string }>(SQL.putSample);
  }

  /** By name. */
  all(): MappedWebhookRow[] {
    return this.#all.all().map(toRow);
  }

  /** Inserts, or replaces everything but the creation time. */
  put(row: MappedWebhookRow): void {
    this.#put.run({
      id: row.id,
      slug: row.slug,
      name: row.name,
      mapping: JSON.stringify(row.mapping),
      created_at: row.createdAt,
      updated_at: row.updatedAt,
    });
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }

  sample(id: string): Sample | null {
    return this.#sample.get(id) ?? null;
  }

  putSample(id: string, sample: Sample): void {
    this.#putSample.run({ id, ...sample });
  }
}
