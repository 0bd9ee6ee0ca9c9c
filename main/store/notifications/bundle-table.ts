import type { BundleKind } from '../../contract/notification.ts';
import { Columns } from '../columns.ts';
import { Table } from '../row-table.ts';

export interface Bundle {
  readonly id: string;
  readonly channelId: string;
  readonly kind: BundleKind;
  /** The key that its members have in common. */
  readonly groupKey: string;
  readonly openedAt: number;
  /** The moment at which it is to leave. */
  readonly dueAt: number;
  /** How many have joined, those that left again included. */
  readonly size: number;
}

const BUNDLE = new Columns<Bundle>({
  id: 'plain',
  channelId: 'plain',
  kind: 'plain',
  groupKey: 'plain',
  openedAt: 'plain',
  dueAt: 'plain',
  size: 'plain',
});

/** Notifications that leave as one message; members join until it is first attempted. */
export class BundleTable extends Table {
  /** The bundle that still collects what has this in common; null when none does. */
  collecting(channelId: string, kind: BundleKind, groupKey: string): Bundle | null {
    return this.db.get(
      `SELECT ${BUNDLE.list} FROM bundles
       WHERE channel_id = ? AND kind = ? AND group_key = ? AND frozen_at IS NULL`,
      [channelId, kind, groupKey],
    );
  }

  insert(bundle: Bundle): void {
    this.db.run(
      `INSERT INTO bundles (id, channel_id, kind, group_key, opened_at, due_at, size)
       VALUES (@id, @channelId, @kind, @groupKey, @openedAt, @dueAt, @size)`,
      bundle,
    );
  }

  byId(id: string): Bundle | null {
    return this.db.get(`SELECT ${BUNDLE.list} FROM bundles WHERE id = ?`, [id]);
  }

  /** One more member. */
  join(id: string): void {
    this.db.run('UPDATE bundles SET size = size + 1 WHERE id = ?', [id]);
  }

  /** Its membership is final: it is being attempted. */
  freeze(id: string, now: number): void {
    this.db.run('UPDATE bundles SET frozen_at = ? WHERE id = ? AND frozen_at IS NULL', [now, id]);
  }

  shiftDue(deltaMs: number): void {
    this.db.run('UPDATE bundles SET due_at = due_at + ? WHERE frozen_at IS NULL', [deltaMs]);
  }
}
