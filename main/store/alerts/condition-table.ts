import { defined } from '../../base/assert.ts';
import type { Transition } from '../../contract/alert.ts';
import type { Db } from '../database.ts';

export interface ConditionIdentity {
  readonly source: string;
  readonly host: string;
  readonly kind: string;
  readonly dedupKey: string;
}

export interface ConditionRow extends ConditionIdentity {
  readonly id: number;
  /** Its latest changes, oldest first: those within the window, or since before it began to flap. */
  readonly transitions: readonly Transition[];
  readonly lastTransitionAt: number | null;
  /** The last stamp of a firing that belongs to an episode whose end is known; null when no end is. */
  readonly endedThrough: number | null;
  readonly flappingSince: number | null;
  /** Channels that were told that it flaps. */
  readonly flappingChannels: readonly string[];
}

interface StoredCondition {
  id: number;
  source: string;
  host: string;
  kind: string;
  dedup_key: string;
  transitions: string;
  last_transition_at: number | null;
  flapping_since: number | null;
  flapping_channels: string;
  ended_through: number | null;
}

const toRow = (stored: StoredCondition): ConditionRow => ({
  id: stored.id,
  source: stored.source,
  host: stored.host,
  kind: stored.kind,
  dedupKey: stored.dedup_key,
  transitions: JSON.parse(stored.transitions) as Transition[],
  lastTransitionAt: stored.last_transition_at,
  endedThrough: stored.ended_through,
  flappingSince: stored.flapping_since,
  flappingChannels: JSON.parse(stored.flapping_channels) as string[],
});

const SQL = {
  find: `SELECT * FROM conditions
    WHERE source = @source AND host = @host AND kind = @kind AND dedup_key = @dedupKey`,
  insert: `INSERT INTO conditions (source, host, kind, dedup_key)
    VALUES (@source, @host, @kind, @dedupKey) RETURNING *`,
  ended: `INSERT INTO conditions (source, host, kind, dedup_key, ended_through)
    VALUES (@source, @host, @kind, @dedupKey, @through)
    ON CONFLICT (source, host, kind, dedup_key) DO UPDATE SET ended_through = excluded.ended_through
    WHERE ended_through IS NULL OR ended_through < excluded.ended_through`,
  byId: 'SELECT * FROM conditions WHERE id = ?',
  changed:
    'UPDATE conditions SET transitions = @transitions, last_transition_at = @at WHERE id = @id',
  begin: `UPDATE conditions SET flapping_since = @at, flapping_channels = @channels
    WHERE id = @id AND flapping_since IS NULL`,
  end: `UPDATE conditions SET flapping_since = NULL, flapping_channels = '[]', transitions = '[]'
    WHERE id = ? AND flapping_since IS NOT NULL`,
  calm: `SELECT * FROM conditions
    WHERE flapping_since IS NOT NULL AND last_transition_at <= ? ORDER BY last_transition_at LIMIT ?`,
  firstSettled: 'SELECT min(last_transition_at) FROM conditions WHERE flapping_since IS NOT NULL',
  flapping: `SELECT * FROM conditions WHERE flapping_since IS NOT NULL
    ORDER BY last_transition_at DESC LIMIT ?`,
  count: 'SELECT count(*) FROM conditions WHERE flapping_since IS NOT NULL',
  shift: `UPDATE conditions SET last_transition_at = min(last_transition_at + @deltaMs, @now)
    WHERE flapping_since IS NOT NULL`,
};

/** Conditions outlive their episodes; an alert is one episode of one. */
export class ConditionTable {
  readonly #find;
  readonly #insert;
  readonly #ended;
  readonly #byId;
  readonly #changed;
  readonly #begin;
  readonly #end;
  readonly #calm;
  readonly #firstSettled;
  readonly #flapping;
  readonly #count;
  readonly #shift;

  constructor(db: Db) {
    this.#find = db.prepare<ConditionIdentity, StoredCondition>(SQL.find);
    this.#insert = db.prepare<ConditionIdentity, StoredCondition>(SQL.insert);
    this.#ended = db.prepare<ConditionIdentity & { through: number }>(SQL.ended);
    this.#byId = db.prepare<[number], StoredCondition>(SQL.byId);
    this.#changed = db.prepare<{ id: number; transitions: string; at: number }>(SQL.changed);
    this.#begin = db.prepare<{ id: number; channels: string; at: number }>(SQL.begin);
    this.#end = db.prepare<[number]>(SQL.end);
    this.#calm = db.prepare<[number, number], StoredCondition>(SQL.calm);
    this.#firstSettled = db.prepare<[], number | null>(SQL.firstSettled).pluck();
    this.#flapping = db.prepare<[number], StoredCondition>(SQL.flapping);
    this.#count = db.prepare<[], number>(SQL.count).pluck();
    this.#shift = db.prepare<{ deltaMs: number; now: number }>(SQL.shift);
  }

  /** The condition of this identity, made on its first report. */
  of({ source, host, kind, dedupKey }: ConditionIdentity): ConditionRow {
    const key = { source, host, kind, dedupKey };
    return toRow(this.#find.get(key) ?? defined(this.#insert.get(key), 'the inserted condition'));
  }

  /** Remembers an end that was reported, also of a condition that nobody has reported as firing yet. */
  ended({ source, host, kind, dedupKey }: ConditionIdentity, through: number): void {
    this.#ended.run({ source, host, kind, dedupKey, through });
  }

  byId(id: number): ConditionRow | null {
    const stored = this.#byId.get(id);
    return stored ? toRow(stored) : null;
  }

  /** It changed between firing and resolved, the last time at `at`. */
  changed(id: number, transitions: readonly Transition[], at: number): void {
    this.#changed.run({ id, transitions: JSON.stringify(transitions), at });
  }

  /** From now on it flaps; false when it did already. */
  beginFlapping(id: number, at: number, channels: readonly string[]): boolean {
    return this.#begin.run({ id, at, channels: JSON.stringify(channels) }).changes === 1;
  }

  /** It flaps no longer, and its evidence is spent; false when it did not. */
  endFlapping(id: number): boolean {
    return this.#end.run(id).changes === 1;
  }

  /** At most `limit` flapping conditions without a change since `before`, calmest first. */
  settledSince(before: number, limit: number): ConditionRow[] {
    return this.#calm.all(before, limit).map(toRow);
  }

  /** The earliest last change among flapping conditions; null when none flaps. */
  firstSettled(): number | null {
    return this.#firstSettled.get() ?? null;
  }

  flapping(limit: number): ConditionRow[] {
    return this.#flapping.all(limit).map(toRow);
  }

  flappingCount(): number {
    return this.#count.get() ?? 0;
  }

  /** Time in which no change could be heard calms nothing, and none lies ahead of us. */
  shiftFlapping(deltaMs: number, now: number): void {
    this.#shift.run({ deltaMs, now });
  }
}
