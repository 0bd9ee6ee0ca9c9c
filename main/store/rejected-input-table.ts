import type { Db } from './database.ts';

/** What of a request is kept beside its body; nothing in it is a credential. */
export interface RejectedHead {
  readonly verb: string;
  /** The route's pattern. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Which of its events were taken, as digests; left out when there are none. */
  readonly taken?: readonly string[];
}

export interface RejectedRow {
  readonly id: string;
  readonly at: number;
  readonly adapter: string;
  readonly actor: string;
  readonly source: string;
  readonly reason: string;
  readonly head: RejectedHead;
  readonly body: Buffer;
  readonly bodyBytes: number;
  readonly replayedAt: number | null;
  readonly replayedBy: string | null;
}

interface Stored {
  id: string;
  at: number;
  adapter: string;
  actor: string;
  source: string;
  reason: string;
  head: string;
  body: Buffer;
  body_bytes: number;
  replayed_at: number | null;
  replayed_by: string | null;
}

const toRow = (stored: Stored): RejectedRow => ({
  id: stored.id,
  at: stored.at,
  adapter: stored.adapter,
  actor: stored.actor,
  source: stored.source,
  reason: stored.reason,
  head: JSON.parse(stored.head) as RejectedHead,
  body: stored.body,
  bodyBytes: stored.body_bytes,
  replayedAt: stored.replayed_at,
  replayedBy: stored.replayed_by,
});

const SQL = {
  insert: `INSERT INTO rejected_input (id, at, adapter, actor, source, reason, head, body, body_bytes)
    VALUES (@id, @at, @adapter, @actor, @source, @reason, @head, @body, @bodyBytes)`,
  // Ids are UUIDv7, so their order is that of arrival.
  page: `SELECT * FROM rejected_input WHERE id < @before ORDER BY id DESC LIMIT @limit`,
  cap: `DELETE FROM rejected_input WHERE id IN (
    SELECT id FROM rejected_input ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  replayed: `UPDATE rejected_input SET replayed_at = ?, replayed_by = ?
    WHERE id = ? AND replayed_at IS NULL`,
  head: 'UPDATE rejected_input SET head = ? WHERE id = ?',
  prune: `DELETE FROM rejected_input WHERE id IN (
    SELECT id FROM rejected_input WHERE at < ? ORDER BY at LIMIT ?)`,
};

/** What could not be read. */
export class RejectedInputTable {
  readonly #insert;
  readonly #page;
  readonly #byId;
  readonly #count;
  readonly #cap;
  readonly #replayed;
  readonly #head;
  readonly #delete;
  readonly #clear;
  readonly #prune;

  constructor(db: Db) {
    this.#insert = db.prepare<Record<string, unknown>>(SQL.insert);
    this.#page = db.prepare<{ before: string; limit: number }, Stored>(SQL.page);
    this.#byId = db.prepare<[string], Stored>('SELECT * FROM rejected_input WHERE id = ?');
    this.#count = db.prepare<[], number>('SELECT count(*) FROM rejected_input').pluck();
    this.#cap = db.prepare<[number]>(SQL.cap);
    this.#replayed = db.prepare<[number, string, string]>(SQL.replayed);
    this.#head = db.prepare<[string, string]>(SQL.head);
    this.#delete = db.prepare<[string]>('DELETE FROM rejected_input WHERE id = ?');
    this.#clear = db.prepare('DELETE FROM rejected_input');
    this.#prune = db.prepare<[number, number]>(SQL.prune);
  }

  insert({ replayedAt: _at, replayedBy: _by, head, ...row }: RejectedRow): void {
    this.#insert.run({ ...row, head: JSON.stringify(head) });
  }

  /** Newest first; `before` is the id of the last one of an earlier page. */
  page(before: string | null, limit: number): RejectedRow[] {
    return this.#page.all({ before: before ?? '~', limit }).map(toRow);
  }

  byId(id: string): RejectedRow | null {
    const stored = this.#byId.get(id);
    return stored ? toRow(stored) : null;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  /** Forgets all but the newest `max`. */
  cap(max: number): void {
    this.#cap.run(max);
  }

  replayed(id: string, at: number, by: string): void {
    this.#replayed.run(at, by, id);
  }

  setHead(id: string, head: RejectedHead): void {
    this.#head.run(JSON.stringify(head), id);
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }

  /** How many it were. */
  clear(): number {
    return this.#clear.run().changes;
  }

  /** Deletes at most `limit` that are older than `cutoff`, ms UTC; how many it were. */
  prune(cutoff: number, limit: number): number {
    return this.#prune.run(cutoff, limit).changes;
  }
}
