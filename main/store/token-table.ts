import type { Token } from '../contract/system.ts';
import type { Db } from './database.ts';
import { RowTable } from './row-table.ts';

/** Everything but the hash. */
const FIELDS = {
  id: 'plain',
  name: 'plain',
  scope: 'plain',
  source: 'plain',
  createdAt: 'plain',
  lastUsedAt: 'plain',
} as const;

/** API tokens. A secret is known by its SHA-256 alone; it is random, so a slow hash would add nothing. */
export class TokenTable extends RowTable<Token> {
  constructor(db: Db) {
    super(db, { table: 'tokens', fields: FIELDS, orderBy: 'name, id' });
  }

  byName(name: string): Token | null {
    return this.find('WHERE name = ?', [name]);
  }

  /** All of them with the SHA-256 of their secrets, 32 bytes each. */
  hashed(): (Omit<Token, 'createdAt'> & { readonly hash: Buffer })[] {
    return this.db.all(
      'SELECT id, name, scope, source, last_used_at AS lastUsedAt, hash FROM tokens',
    );
  }

  /** `hash` is the SHA-256 of the secret, 32 bytes. */
  insert(token: Omit<Token, 'lastUsedAt'>, hash: Buffer): void {
    this.db.run(
      `INSERT INTO tokens (id, name, scope, source, hash, created_at)
       VALUES (@id, @name, @scope, @source, @hash, @createdAt)`,
      { ...token, hash },
    );
  }

  /** Notes when a token was last used; nothing happens when it is gone. */
  touch(id: string, at: number): void {
    this.db.run('UPDATE tokens SET last_used_at = ? WHERE id = ?', [at, id]);
  }
}
