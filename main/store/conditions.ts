import { defined } from '../base/assert.ts';
import type { Db } from './database.ts';

export interface ConditionIdentity {
  readonly source: string;
  readonly host: string;
  readonly kind: string;
  readonly dedupKey: string;
}

/** Conditions outlive their episodes; an alert is one episode of one. */
export class ConditionTable {
  readonly #find;
  readonly #insert;

  constructor(db: Db) {
    this.#find = db
      .prepare<ConditionIdentity, number>(
        'SELECT id FROM conditions WHERE source = @source AND host = @host AND kind = @kind AND dedup_key = @dedupKey',
      )
      .pluck();
    this.#insert = db
      .prepare<ConditionIdentity, number>(
        'INSERT INTO conditions (source, host, kind, dedup_key) VALUES (@source, @host, @kind, @dedupKey) RETURNING id',
      )
      .pluck();
  }

  /** The condition's row id, made on its first report. */
  idOf(identity: ConditionIdentity): number {
    const { source, host, kind, dedupKey } = identity;
    const key = { source, host, kind, dedupKey };
    return this.#find.get(key) ?? defined(this.#insert.get(key), 'the inserted condition');
  }
}
