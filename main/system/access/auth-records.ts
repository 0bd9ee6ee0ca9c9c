import type { AuditReason } from '../../contract/reasons/audit-reasons.ts';
import type { SessionOnList, Token } from '../../contract/system.ts';

/**
 * What authentication needs of the store, which transport does not import: app.ts passes the tables
 * and the writer themselves.
 */
export interface TokenRecords {
  all(): Token[];
  byHash(hash: Buffer): Token | null;
  byName(name: string): Token | null;
  count(): number;
  insert(token: Omit<Token, 'lastUsedAt'>, hash: Buffer): void;
  touch(id: string, at: number): void;
  delete(id: string): boolean;
}

export interface SessionRecords {
  byHash(hash: Buffer): {
    readonly id: string;
    readonly expiresAt: number;
    readonly lastSeenAt: number | null;
    readonly adminMark: Buffer | null;
  } | null;
  all(now: number): SessionOnList[];
  insert(session: {
    readonly hash: Buffer;
    readonly id: string;
    readonly createdAt: number;
    readonly expiresAt: number;
    readonly address: string | null;
    readonly userAgent: string | null;
    readonly adminMark: Buffer | null;
  }): void;
  touch(id: string, at: number): void;
  delete(hash: Buffer): boolean;
  deleteById(id: string): boolean;
  deleteOthers(keptId: string | null): number;
  deleteExpired(now: number): number;
  deleteOldest(kept: number): number;
  countOfOtherMarks(mark: Buffer): number;
  keepOfMark(mark: Buffer): number;
}

export interface AuditTrail {
  append(entry: {
    readonly at: number;
    readonly actor: string;
    readonly action: string;
    readonly subject: string;
    readonly reason: AuditReason;
  }): void;
}

/** Writes that share a commit; see the store's Writer. */
export interface Writes {
  submit<T>(
    work: (unit: { changed(change: { readonly entity: 'token'; readonly id: string }): void }) => T,
  ): Promise<T>;
}
