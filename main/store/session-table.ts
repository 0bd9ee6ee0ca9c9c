import type { SessionOnList } from '../contract/system.ts';
import { Table } from './row-table.ts';

/** A session as it is checked. */
export interface StoredSession extends Readonly<
  Pick<SessionOnList, 'id' | 'expiresAt' | 'lastSeenAt'>
> {
  /** The SHA-256 of the secret, 32 bytes. */
  readonly hash: Buffer;
  /** Null for sessions from before marks were kept. */
  readonly adminMark: Buffer | null;
}

export interface NewSession extends Readonly<Omit<SessionOnList, 'lastSeenAt'>> {
  readonly hash: Buffer;
  readonly adminMark: Buffer | null;
}

const CHECKED =
  'hash, id, expires_at AS expiresAt, last_seen_at AS lastSeenAt, admin_mark AS adminMark';
const LISTED = `id, created_at AS createdAt, last_seen_at AS lastSeenAt, expires_at AS expiresAt,
  address, user_agent AS userAgent`;

/** Signed-in windows. As with tokens, only the SHA-256 of a session's secret is kept. */
export class SessionTable extends Table {
  byHash(hash: Buffer): StoredSession | null {
    return this.db.get(`SELECT ${CHECKED} FROM sessions WHERE hash = ?`, [hash]);
  }

  /** Those that have not expired, as they are checked. */
  checked(now: number): StoredSession[] {
    return this.db.all(`SELECT ${CHECKED} FROM sessions WHERE expires_at > ?`, [now]);
  }

  /** Those that have not expired, the last seen first. */
  all(now: number): SessionOnList[] {
    return this.db.all(
      `SELECT ${LISTED} FROM sessions WHERE expires_at > ?
       ORDER BY coalesce(last_seen_at, created_at) DESC, id`,
      [now],
    );
  }

  insert(session: NewSession): void {
    this.db.run(
      `INSERT INTO sessions
         (hash, id, created_at, last_seen_at, expires_at, address, user_agent, admin_mark)
       VALUES (@hash, @id, @createdAt, @createdAt, @expiresAt, @address, @userAgent, @adminMark)`,
      session,
    );
  }

  /** Notes when a session was last seen; nothing happens when it is gone. */
  touch(id: string, at: number): void {
    this.db.run('UPDATE sessions SET last_seen_at = ? WHERE id = ?', [at, id]);
  }

  delete(hash: Buffer): boolean {
    return this.db.run('DELETE FROM sessions WHERE hash = ?', [hash]).changes === 1;
  }

  deleteById(id: string): boolean {
    return this.db.run('DELETE FROM sessions WHERE id = ?', [id]).changes === 1;
  }

  /** Deletes all but one, or all. Returns how many. */
  deleteOthers(keptId: string | null): number {
    return this.db.run('DELETE FROM sessions WHERE id IS NOT ?', [keptId]).changes;
  }

  deleteExpired(now: number): number {
    return this.db.run('DELETE FROM sessions WHERE expires_at <= ?', [now]).changes;
  }

  /** Deletes all but the `kept` that were seen last. */
  deleteOldest(kept: number): number {
    const { changes } = this.db.run(
      `DELETE FROM sessions WHERE hash IN
         (SELECT hash FROM sessions ORDER BY coalesce(last_seen_at, created_at) DESC LIMIT -1 OFFSET ?)`,
      [kept],
    );
    return changes;
  }

  /** Returns how many were not made under this admin token, or before marks were kept. */
  countOfOtherMarks(mark: Buffer): number {
    const sql = 'SELECT count(*) FROM sessions WHERE admin_mark IS NOT ?';
    return this.db.value<number>(sql, [mark]) ?? 0;
  }

  moveMark(from: Buffer, to: Buffer): void {
    this.db.run('UPDATE sessions SET admin_mark = ? WHERE admin_mark = ?', [to, from]);
  }

  /** Takes sessions from before marks were kept for ones of this admin token, and deletes those of any other. */
  keepOfMark(mark: Buffer): number {
    this.db.run('UPDATE sessions SET admin_mark = ? WHERE admin_mark IS NULL', [mark]);
    return this.db.run('DELETE FROM sessions WHERE admin_mark <> ?', [mark]).changes;
  }
}
