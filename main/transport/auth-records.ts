import type { Token } from '../contract/system.ts';

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
  expiresAt(hash: Buffer): number | null;
  insert(hash: Buffer, createdAt: number, expiresAt: number): void;
  delete(hash: Buffer): boolean;
  deleteExpired(now: number): number;
}

export interface AuditTrail {
  append(entry: {
    readonly at: number;
    readonly actor: string;
    readonly action: string;
    readonly subject: string;
    readonly detail: string;
  }): void;
}

/** Writes that share a commit; see the store's Writer. */
export interface Writes {
  submit<T>(
    work: (unit: { changed(change: { readonly entity: 'token'; readonly id: string }): void }) => T,
  ): Promise<T>;
}
