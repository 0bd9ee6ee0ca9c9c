import type { Heartbeat, HeartbeatState } from '../contract/heartbeat.ts';
import type { WatchedJob } from '../domain/job-report.ts';
import type { Db } from './database.ts';
import { RowTable } from './row-table.ts';

/** A heartbeat as it is kept: the contract's, and its ping id is always there. */
export type HeartbeatRow = Readonly<Omit<Heartbeat, 'pingId'>> & { readonly pingId: string };

/** Always in this order of keys, so that equal jobs are equal text. */
const ordered = ({ host, job, group }: WatchedJob): WatchedJob => ({ host, job, group });

const FIELDS = {
  id: 'plain',
  pingId: 'plain',
  slug: 'plain',
  name: 'plain',
  host: 'plain',
  kind: 'plain',
  severity: 'plain',
  schedule: 'json',
  graceMs: 'plain',
  job: 'json',
  state: 'plain',
  stateSince: 'plain',
  lastPingAt: 'plain',
  startedAt: 'plain',
  lastDurationMs: 'plain',
  expectedAt: 'plain',
  lateAt: 'plain',
  createdAt: 'plain',
  updatedAt: 'plain',
} as const;

/** By name. Its timeline goes with a heartbeat. */
export class HeartbeatTable extends RowTable<HeartbeatRow> {
  constructor(db: Db) {
    super(db, {
      table: 'heartbeats',
      fields: FIELDS,
      orderBy: 'name, id',
      toFlat: (row) => ({ ...row, job: row.job && ordered(row.job) }),
    });
  }

  byPingId(pingId: string): HeartbeatRow | null {
    return this.find('WHERE ping_id = ?', [pingId]);
  }

  bySlug(slug: string): HeartbeatRow | null {
    return this.find('WHERE slug = ?', [slug]);
  }

  /** Those that watch this very job. */
  byJob(job: WatchedJob): HeartbeatRow[] {
    return this.select('WHERE job = ?', [JSON.stringify(ordered(job))]);
  }

  down(): HeartbeatRow[] {
    return this.select("WHERE state = 'down'");
  }

  /** Those whose silence would raise an alert some time. */
  expected(): HeartbeatRow[] {
    return this.select('WHERE late_at IS NOT NULL');
  }

  /** Those whose silence raises an alert now, the latest first; at most `limit`. */
  late(now: number, limit: number): HeartbeatRow[] {
    return this.select('WHERE late_at <= ? ORDER BY late_at LIMIT ?', [now, limit]);
  }

  /** Returns when the next silence raises an alert, in ms UTC; null when nothing is expected. */
  nextLate(): number | null {
    return this.db.value('SELECT min(late_at) FROM heartbeats WHERE late_at IS NOT NULL');
  }

  countDown(): number {
    return this.db.value<number>("SELECT count(*) FROM heartbeats WHERE state = 'down'") ?? 0;
  }

  /** Replaces all of it, provided that it is still in the state `from`. */
  save(row: HeartbeatRow, from: HeartbeatState): boolean {
    return this.update(row, 'AND state = @from', { extra: { from } });
  }
}
