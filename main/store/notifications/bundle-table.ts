import type { BundleKind } from '../../contract/notification.ts';
import type { HoldReason } from '../../contract/reasons/hold-reasons.ts';
import type { Db } from '../database.ts';

export interface Bundle {
  readonly id: string;
  readonly channelId: string;
  readonly kind: BundleKind;
  /** What its members have in common. */
  readonly groupKey: string;
  readonly openedAt: number;
  /** When it is to leave. */
  readonly dueAt: number;
  /** How many have joined, those that left again included. */
  readonly size: number;
}

/** A requeued row that waits until its summary is complete. */
interface Summarised {
  readonly id: string;
  readonly bundleId: string;
  /** When it leaves at the latest. */
  readonly dueAt: number;
  /** The bulk work that puts the summary together. */
  readonly ref: string;
  readonly reason: HoldReason;
}

interface StoredBundle {
  id: string;
  channel_id: string;
  kind: BundleKind;
  group_key: string;
  opened_at: number;
  due_at: number;
  size: number;
}

const toBundle = (stored: StoredBundle): Bundle => ({
  id: stored.id,
  channelId: stored.channel_id,
  kind: stored.kind,
  groupKey: stored.group_key,
  openedAt: stored.opened_at,
  dueAt: stored.due_at,
  size: stored.size,
});

const SQL = {
  open: `SELECT * FROM bundles
    WHERE channel_id = @channelId AND kind = @kind AND group_key = @groupKey AND frozen_at IS NULL`,
  insert: `INSERT INTO bundles (id, channel_id, kind, group_key, opened_at, due_at, size)
    VALUES (@id, @channelId, @kind, @groupKey, @openedAt, @dueAt, @size)`,
  join: 'UPDATE bundles SET size = size + 1 WHERE id = ?',
  byId: 'SELECT * FROM bundles WHERE id = ?',
  freeze: 'UPDATE bundles SET frozen_at = @now WHERE id = @id AND frozen_at IS NULL',
  summarise: `UPDATE notifications SET bundle_id = @bundleId, due_at = @dueAt,
      hold_kind = 'grouping', hold_ref = @ref, hold_until = NULL, hold_reason = @reason
    WHERE id = @id AND status = 'pending'`,
  shift: 'UPDATE bundles SET due_at = due_at + ? WHERE frozen_at IS NULL',
};

/** Notifications that leave as one message; members join until it is first attempted. */
export class BundleTable {
  readonly #open;
  readonly #insert;
  readonly #byId;
  readonly #join;
  readonly #freeze;
  readonly #summarise;
  readonly #shift;

  constructor(db: Db) {
    this.#open = db.prepare<Pick<Bundle, 'channelId' | 'kind' | 'groupKey'>, StoredBundle>(
      SQL.open,
    );
    this.#insert = db.prepare<Bundle>(SQL.insert);
    this.#byId = db.prepare<[string], StoredBundle>(SQL.byId);
    this.#join = db.prepare<[string]>(SQL.join);
    this.#freeze = db.prepare<{ id: string; now: number }>(SQL.freeze);
    this.#summarise = db.prepare<Omit<Summarised, 'reason'> & { reason: string }>(SQL.summarise);
    this.#shift = db.prepare<[number]>(SQL.shift);
  }

  /** The bundle that still collects what has this in common; null when none does. */
  collecting(channelId: string, kind: BundleKind, groupKey: string): Bundle | null {
    const stored = this.#open.get({ channelId, kind, groupKey });
    return stored ? toBundle(stored) : null;
  }

  insert(bundle: Bundle): void {
    this.#insert.run(bundle);
  }

  byId(id: string): Bundle | null {
    const stored = this.#byId.get(id);
    return stored ? toBundle(stored) : null;
  }

  /** One more member. */
  join(id: string): void {
    this.#join.run(id);
  }

  /** Its membership is final: it is being attempted. */
  freeze(id: string, now: number): void {
    this.#freeze.run({ id, now });
  }

  /** Puts a requeued row into a summary, which `release` of its `ref` sends. */
  summarise(row: Summarised): void {
    this.#summarise.run({ ...row, reason: JSON.stringify(row.reason) });
  }

  shiftDue(deltaMs: number): void {
    this.#shift.run(deltaMs);
  }
}
