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

/** Every event asks; text that is composed at each call takes longer to find again. */
const FIND = `SELECT ${CONDITION.list} FROM conditions
  WHERE source = ? AND host = ? AND kind = ? AND dedup_key = ?`;

const BY_ID = `SELECT ${CONDITION.list} FROM conditions WHERE id = ?`;

/** The known facts of a condition when it is first heard of. */
export type FirstHeard = Partial<
  Pick<ConditionRow, 'transitions' | 'lastTransitionAt' | 'endedThrough'>
>;

/** Conditions outlive their episodes; an alert is one episode of one. */
export class ConditionTable extends Table {
  /** As `firstSettled` found it; undefined once it may have changed. The scheduler asks at every turn. */
  #firstSettled: number | null | undefined;

  /** The condition of this identity; null when nothing of it was ever reported. */
  find({ source, host, kind, dedupKey }: ConditionIdentity): ConditionRow | null {
    return this.db.get(FIND, [source, host, kind, dedupKey], CONDITION.decode);
  }

  /** There must be none of this identity. */
  insert({ source, host, kind, dedupKey }: ConditionIdentity, first: FirstHeard): ConditionRow {
    const { transitions = [], lastTransitionAt = null, endedThrough = null } = first;
    const { lastInsertRowid } = this.db.run(
      `INSERT INTO conditions (source, host, kind, dedup_key, transitions, last_transition_at, ended_through)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [source, host, kind, dedupKey, JSON.stringify(transitions), lastTransitionAt, endedThrough],
    );
    return {
      id: Number(lastInsertRowid),
      source,
      host,
      kind,
      dedupKey,
      transitions,
      lastTransitionAt,
      endedThrough,
      handledThrough: null,
      flappingSince: null,
      flappingChannels: [],
    };
  }

  /** Remembers an end that was reported, unless a later one is known. */
  ended(id: number, through: number): void {
    this.db.run(
      `UPDATE conditions SET ended_through = @through
       WHERE id = @id AND (ended_through IS NULL OR ended_through < @through)`,
      { id, through },
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
    return this.db.get(BY_ID, [id], CONDITION.decode);
  }

  /** It changed between firing and resolved, the last time at `at`. */
  changed(
    { id, flappingSince }: ConditionRow,
    transitions: readonly Transition[],
    at: number,
  ): void {
    if (flappingSince !== null) this.#firstSettled = undefined;
    this.db.run(
      'UPDATE conditions SET transitions = @transitions, last_transition_at = @at WHERE id = @id',
      CONDITION.encode({ id, transitions, at }),
    );
  }

  /** From now on it flaps; false when it did already. */
  beginFlapping(id: number, at: number, channels: readonly string[]): boolean {
    this.#firstSettled = undefined;
    const { changes } = this.db.run(
      `UPDATE conditions SET flapping_since = @at, flapping_channels = @flappingChannels
       WHERE id = @id AND flapping_since IS NULL`,
      CONDITION.encode({ id, at, flappingChannels: channels }),
    );
    return changes === 1;
  }

  /** It flaps no longer, and its evidence is spent; false when it did not. */
  endFlapping(id: number): boolean {
    this.#firstSettled = undefined;
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
    if (this.#firstSettled !== undefined) return this.#firstSettled;
    const first = this.db.value<number>(
      'SELECT min(last_transition_at) FROM conditions WHERE flapping_since IS NOT NULL',
    );
    // A value that is read within a transaction may yet be undone.
    if (!this.db.inTransaction) this.#firstSettled = first;
    return first;
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
    this.#firstSettled = undefined;
    this.db.run(
      `UPDATE conditions SET last_transition_at = min(last_transition_at + @deltaMs, @now)
       WHERE flapping_since IS NOT NULL`,
      { deltaMs, now },
    );
  }

  #select(rest: string, bound: object): ConditionRow[] {
    return this.db.all(`SELECT ${CONDITION.list} FROM conditions ${rest}`, bound, CONDITION.decode);
  }
}
