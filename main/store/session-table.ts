import type { SessionOnList } from '../contract/system.ts';
import type { Db } from './database.ts';

/** A session as it is checked. */
export interface StoredSession {
  readonly id: string;
  readonly expiresAt: number;
  readonly lastSeenAt: number | null;
  /** Null for sessions from before marks were kept. */
  readonly adminMark: Buffer | null;
}

export interface NewSession {
  readonly hash: Buffer;
  readonly id: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly adminMark: Buffer | null;
}

const CHECKED = 'id, expires_at AS expiresAt, last_seen_at AS lastSeenAt, admin_mark AS adminMark';
const LISTED = `id, created_at AS createdAt, last_seen_at AS lastSeenAt, expires_at AS expiresAt,
  address, user_agent AS userAgent`;

/** Signed-in windows. As with tokens, only the SHA-256 of a session's secret is kept. */
export class SessionTable {
  readonly #byHash;
  readonly #all;
  readonly #insert;
  readonly #touch;
  readonly #delete;
  readonly #deleteById;
  readonly #deleteOthers;
  readonly #deleteExpired;
  readonly #deleteOldest;
  readonly #countOfOtherMarks;
  readonly #adopt;
  readonly #deleteOfOtherMarks;

  constructor(db: Db) {
    this.#byHash = db.prepare<[Buffer], StoredSession>(
      `SELECT ${CHECKED} FROM sessions WHERE hash = ?`,
    );
    this.#all = db.prepare<[number], SessionOnList>(
      `SELECT ${LISTED} FROM sessions WHERE expires_at > ?
       ORDER BY coalesce(last_seen_at, created_at) DESC, id`,
    );
    this.#insert = db.prepare<NewSession>(
      `INSERT INTO sessions
         (hash, id, created_at, last_seen_at, expires_at, address, user_agent, admin_mark)
       VALUES (@hash, @id, @createdAt, @createdAt, @expiresAt, @address, @userAgent, @adminMark)`,
    );
    this.#touch = db.prepare<[number, string]>('UPDATE sessions SET last_seen_at = ? WHERE id = ?');
    this.#delete = db.prepare<[Buffer]>('DELETE FROM sessions WHERE hash = ?');
    this.#deleteById = db.prepare<[string]>('DELETE FROM sessions WHERE id = ?');
    this.#deleteOthers = db.prepare<[string | null]>('DELETE FROM sessions WHERE id IS NOT ?');
    this.#deleteExpired = db.prepare<[number]>('DELETE FROM sessions WHERE expires_at <= ?');
    this.#deleteOldest = db.prepare<[number]>(
      `DELETE FROM sessions WHERE hash IN
         (SELECT hash FROM sessions ORDER BY coalesce(last_seen_at, created_at) DESC LIMIT -1 OFFSET ?)`,
    );
    this.#countOfOtherMarks = db
      .prepare<[Buffer], number>('SELECT count(*) FROM sessions WHERE admin_mark IS NOT ?')
      .pluck();
    this.#adopt = db.prepare<[Buffer]>(
      'UPDATE sessions SET admin_mark = ? WHERE admin_mark IS NULL',
    );
    this.#deleteOfOtherMarks = db.prepare<[Buffer]>('DELETE FROM sessions WHERE admin_mark <> ?');
  }

  byHash(hash: Buffer): StoredSession | null {
    return this.#byHash.get(hash) ?? null;
  }

  /** Those that have not expired, the last seen first. */
  all(now: number): SessionOnList[] {
    return this.#all.all(now);
  }

  insert(session: NewSession): void {
    this.#insert.run(session);
  }

  /** Notes when a session was last seen; nothing happens when it is gone. */
  touch(id: string, at: number): void {
    this.#touch.run(at, id);
  }

  delete(hash: Buffer): boolean {
    return this.#delete.run(hash).changes === 1;
  }

  deleteById(id: string): boolean {
    return this.#deleteById.run(id).changes === 1;
  }

  /** Deletes all but one, or all. Returns how many. */
  deleteOthers(keptId: string | null): number {
    return this.#deleteOthers.run(keptId).changes;
  }

  deleteExpired(now: number): number {
    return this.#deleteExpired.run(now).changes;
  }

  /** Deletes all but the `kept` that were seen last. */
  deleteOldest(kept: number): number {
    return this.#deleteOldest.run(kept).changes;
  }

  /** Returns how many were not made under this admin token, or before marks were kept. */
  countOfOtherMarks(mark: Buffer): number {
    return this.#countOfOtherMarks.get(mark) ?? 0;
  }

  /** Takes sessions from before marks were kept for ones of this admin token, and deletes those of any other. */
  keepOfMark(mark: Buffer): number {
    this.#adopt.run(mark);
    return this.#deleteOfOtherMarks.run(mark).changes;
  }
}
