import type { Token, TokenScope } from '../contract/system.ts';
import type { Db } from './database.ts';

interface Stored {
  id: string;
  name: string;
  scope: TokenScope;
  source: string | null;
  created_at: number;
  last_used_at: number | null;
}

const toToken = (stored: Stored): Token => ({
  id: stored.id,
  name: stored.name,
  scope: stored.scope,
  source: stored.source,
  createdAt: stored.created_at,
  lastUsedAt: stored.last_used_at,
});

/** Everything but the hash, which never leaves the database. */
const COLUMNS = 'id, name, scope, source, created_at, last_used_at';

/** API tokens. A secret is known by its SHA-256 alone; it is random, so a slow hash would add nothing. */
export class TokenTable {
  readonly #all;
  readonly #byId;
  readonly #byHash;
  readonly #byName;
  readonly #count;
  readonly #insert;
  readonly #touch;
  readonly #delete;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>(`SELECT ${COLUMNS} FROM tokens ORDER BY name, id`);
    this.#byId = db.prepare<[string], Stored>(`SELECT ${COLUMNS} FROM tokens WHERE id = ?`);
    this.#byHash = db.prepare<[Buffer], Stored>(`SELECT ${COLUMNS} FROM tokens WHERE hash = ?`);
    this.#byName = db.prepare<[string], Stored>(`SELECT ${COLUMNS} FROM tokens WHERE name = ?`);
    this.#count = db.prepare<[], number>('SELECT count(*) FROM tokens').pluck();
    this.#insert = db.prepare<Omit<Stored, 'last_used_at'> & { hash: Buffer }>(
      `INSERT INTO tokens (id, name, scope, source, hash, created_at)
       VALUES (@id, @name, @scope, @source, @hash, @created_at)`,
    );
    this.#touch = db.prepare<[number, string]>('UPDATE tokens SET last_used_at = ? WHERE id = ?');
    this.#delete = db.prepare<[string]>('DELETE FROM tokens WHERE id = ?');
  }

  all(): Token[] {
    return this.#all.all().map(toToken);
  }

  byId(id: string): Token | null {
    const stored = this.#byId.get(id);
    return stored ? toToken(stored) : null;
  }

  byName(name: string): Token | null {
    const stored = this.#byName.get(name);
    return stored ? toToken(stored) : null;
  }

  /** `hash` is the SHA-256 of the secret, 32 bytes. */
  byHash(hash: Buffer): Token | null {
    const stored = this.#byHash.get(hash);
    return stored ? toToken(stored) : null;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  insert(token: Omit<Token, 'lastUsedAt'>, hash: Buffer): void {
    const { id, name, scope, source, createdAt } = token;
    this.#insert.run({ id, name, scope, source, created_at: createdAt, hash });
  }

  /** Notes when a token was last used; nothing happens when it is gone. */
  touch(id: string, at: number): void {
    this.#touch.run(at, id);
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }
}
