import { defined } from '../../base/assert.ts';
import type { Alert, Transition } from '../../contract/alert.ts';
import { Columns } from '../columns.ts';
import { Table } from '../row-table.ts';

export type ConditionIdentity = Readonly<Pick<Alert, 'source' | 'host' | 'kind' | 'dedupKey'>>;

export interface ConditionRow extends ConditionIdentity {
  readonly id: number;
  /** Its latest changes, oldest first: those within the window, or since before it began to flap. */
  readonly transitions: readonly Transition[];
  readonly lastTransitionAt: number | null;
  /** The last stamp of a firing that belongs to an episode whose end is known; null when no end is. */
  readonly endedThrough: number | null;
  /** Up to which beginning, by the sender's clock, a person has resolved it; null when nobody has. */
  readonly handledThrough: number | null;
  readonly flappingSince: number | null;
  /** Channels that were notified that it flaps. */
  readonly flappingChannels: readonly string[];
}

const CONDITION = new Columns<ConditionRow>({
  id: 'plain',
  source: 'plain',
  host: 'plain',
  kind: 'plain',
  dedupKey: 'plain',
  transitions: 'json',
  lastTransitionAt: 'plain',
  endedThrough: 'plain',
  handledThrough: 'plain',
  flappingSince: 'plain',
  flappingChannels: 'json',
});

/** Conditions outlive their episodes; an alert is one episode of one. */
export class ConditionTable extends Table {
  /** The condition of this identity, made on its first report. */
  of(identity: ConditionIdentity): ConditionRow {
    const [found] = this.#select(
      'WHERE source = @source AND host = @host AND kind = @kind AND dedup_key = @dedupKey',
      identity,
    );
    return found ?? this.#insert(identity);
  }

  /** Remembers an end that was reported, also of a condition that nobody has reported as firing yet. */
  ended(identity: ConditionIdentity, through: number): void {
    this.db.run(
      `INSERT INTO conditions (source, host, kind, dedup_key, ended_through)
       VALUES (@source, @host, @kind, @dedupKey, @through)
       ON CONFLICT (source, host, kind, dedup_key) DO UPDATE SET ended_through = excluded.ended_through
       WHERE ended_through IS NULL OR ended_through < excluded.ended_through`,
      { ...identity, through },
    );
  }

  /** A person resolved the episode whose newest report bears the stamp `through`. */
  handled(id: number, through: number): void {
    this.db.run(
      `UPDATE conditions SET handled_through = @through
       WHERE id = @id AND (handled_through IS NULL OR handled_through < @through)`,
      { id, through },
    );
  }

  byId(id: number): ConditionRow | null {
    return this.#select('WHERE id = ?', [id])[0] ?? null;
  }

  /** It changed between firing and resolved, the last time at `at`. */
  changed(id: number, transitions: readonly Transition[], at: number): void {
    this.db.run(
      'UPDATE conditions SET transitions = @transitions, last_transition_at = @at WHERE id = @id',
      CONDITION.encode({ id, transitions, at }),
    );
  }

  /** From now on it flaps; false when it did already. */
  beginFlapping(id: number, at: number, channels: readonly string[]): boolean {
    const { changes } = this.db.run(
      `UPDATE conditions SET flapping_since = @at, flapping_channels = @flappingChannels
       WHERE id = @id AND flapping_since IS NULL`,
      CONDITION.encode({ id, at, flappingChannels: channels }),
    );
    return changes === 1;
  }

  /** It flaps no longer, and its evidence is spent; false when it did not. */
  endFlapping(id: number): boolean {
    const { changes } = this.db.run(
      `UPDATE conditions SET flapping_since = NULL, flapping_channels = '[]', transitions = '[]'
       WHERE id = ? AND flapping_since IS NOT NULL`,
      [id],
    );
    return changes === 1;
  }

  /** At most `limit` flapping conditions without a change since `before`, the longest settled first. */
  settledSince(before: number, limit: number): ConditionRow[] {
    return this.#select(
      `WHERE flapping_since IS NOT NULL AND last_transition_at <= ?
       ORDER BY last_transition_at LIMIT ?`,
      [before, limit],
    );
  }

  /** The earliest last change among flapping conditions; null when none flaps. */
  firstSettled(): number | null {
    return this.db.value(
      'SELECT min(last_transition_at) FROM conditions WHERE flapping_since IS NOT NULL',
    );
  }

  flapping(limit: number): ConditionRow[] {
    const rest = 'WHERE flapping_since IS NOT NULL ORDER BY last_transition_at DESC LIMIT ?';
    return this.#select(rest, [limit]);
  }

  flappingCount(): number {
    const sql = 'SELECT count(*) FROM conditions WHERE flapping_since IS NOT NULL';
    return this.db.value<number>(sql) ?? 0;
  }

  /** Time in which no change could be heard settles nothing, and none lies ahead of us. */
  shiftFlapping(deltaMs: number, now: number): void {
    this.db.run(
      `UPDATE conditions SET last_transition_at = min(last_transition_at + @deltaMs, @now)
       WHERE flapping_since IS NOT NULL`,
      { deltaMs, now },
    );
  }

  #insert(identity: ConditionIdentity): ConditionRow {
    const inserted = this.db.get(
      `INSERT INTO conditions (source, host, kind, dedup_key)
       VALUES (@source, @host, @kind, @dedupKey) RETURNING ${CONDITION.list}`,
      identity,
      CONDITION.decode,
    );
    return defined(inserted, 'the inserted condition');
  }

  #select(rest: string, bound: object): ConditionRow[] {
    return this.db.all(`SELECT ${CONDITION.list} FROM conditions ${rest}`, bound, CONDITION.decode);
  }
}
