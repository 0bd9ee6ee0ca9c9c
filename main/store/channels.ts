import type { ChannelKind, RetryPolicy } from '../contract/channel.ts';
import type { Db } from './database.ts';

export interface ChannelRow {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly sealedConfig: Buffer;
  readonly target: string;
  readonly configured: readonly string[];
  readonly retry: RetryPolicy;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Stored {
  id: string;
  kind: ChannelKind;
  name: string;
  enabled: number;
  config: Buffer;
  target: string;
  configured: string;
  retry: string;
  created_at: number;
  updated_at: number;
}

const toRow = (stored: Stored): ChannelRow => ({
  id: stored.id,
  kind: stored.kind,
  name: stored.name,
  enabled: stored.enabled === 1,
  sealedConfig: stored.config,
  target: stored.target,
  configured: JSON.parse(stored.configured) as string[],
  retry: JSON.parse(stored.retry) as RetryPolicy,
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
});

const toStored = (row: ChannelRow): Stored => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  enabled: row.enabled ? 1 : 0,
  config: row.sealedConfig,
  target: row.target,
  configured: JSON.stringify(row.configured),
  retry: JSON.stringify(row.retry),
  created_at: row.createdAt,
  updated_at: row.updatedAt,
});

export class ChannelTable {
  readonly #all;
  readonly #put;
  readonly #delete;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>('SELECT * FROM channels ORDER BY name, id');
    this.#put = db.prepare<Stored>(
      `INSERT INTO channels (id, kind, name, enabled, config, target, configured, retry, created_at, updated_at)
       VALUES (@id, @kind, @name, @enabled, @config, @target, @configured, @retry, @created_at, @updated_at)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled,
         config = excluded.config, target = excluded.target, configured = excluded.configured,
         retry = excluded.retry, updated_at = excluded.updated_at`,
    );
    this.#delete = db.prepare<[string]>('DELETE FROM channels WHERE id = ?');
  }

  all(): ChannelRow[] {
    return this.#all.all().map(toRow);
  }

  /** Inserts, or replaces everything but kind and creation time. */
  put(row: ChannelRow): void {
    this.#put.run(toStored(row));
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }
}
