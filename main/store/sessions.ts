import type { Db } from './database.ts';

/** Signed-in windows. As with tokens, only the SHA-256 of a session's secret is kept. */
export class SessionTable {
  readonly #expiry;
  readonly #insert;
  readonly #delete;
  readonly #deleteExpired;

  constructor(db: Db) {
    this.#expiry = db
      .prepare<[Buffer], number>('SELECT expires_at FROM sessions WHERE hash = ?')
      .pluck();
    this.#insert = db.prepare<[Buffer, number, number]>(
      'INSERT INTO sessions (hash, created_at, expires_at) VALUES (?, ?, ?)',
    );
    this.#delete = db.prepare<[Buffer]>('DELETE FROM sessions WHERE hash = ?');
    this.#deleteExpired = db.prepare<[number]>('DELETE FROM sessions WHERE expires_at <= ?');
  }

  /** When the session ends, or null when there is none of that hash. */
  expiresAt(hash: Buffer): number | null {
    return this.#expiry.get(hash) ?? null;
  }

  insert(hash: Buffer, createdAt: number, expiresAt: number): void {
    this.#insert.run(hash, createdAt, expiresAt);
  }

  delete(hash: Buffer): boolean {
    return this.#delete.run(hash).changes === 1;
  }

  deleteExpired(now: number): number {
    return this.#deleteExpired.run(now).changes;
  }
}
