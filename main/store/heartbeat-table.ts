import type { Heartbeat, HeartbeatKind, HeartbeatState } from '../contract/heartbeat.ts';
import type { Severity } from '../contract/primitives.ts';
import type { HeartbeatSchedule } from '../contract/heartbeat.ts';
import type { WatchedJob } from '../domain/job-report.ts';
import type { Db } from './database.ts';

/** A heartbeat as it is kept: the contract's, and its ping id is always there. */
export type HeartbeatRow = Readonly<Omit<Heartbeat, 'pingId'>> & { readonly pingId: string };

interface Stored {
  id: string;
  ping_id: string;
  slug: string;
  name: string;
  host: string;
  kind: HeartbeatKind;
  severity: Severity;
  schedule: string;
  grace_ms: number;
  job: string | null;
  state: HeartbeatState;
  last_ping_at: number | null;
  started_at: number | null;
  last_duration_ms: number | null;
  expected_at: number | null;
  late_at: number | null;
  created_at: number;
  updated_at: number;
}

const toRow = (stored: Stored): HeartbeatRow => ({
  id: stored.id,
  pingId: stored.ping_id,
  slug: stored.slug,
  name: stored.name,
  host: stored.host,
  kind: stored.kind,
  severity: stored.severity,
  schedule: JSON.parse(stored.schedule) as HeartbeatSchedule,
  graceMs: stored.grace_ms,
  job: stored.job === null ? null : (JSON.parse(stored.job) as WatchedJob),
  state: stored.state,
  lastPingAt: stored.last_ping_at,
  startedAt: stored.started_at,
  lastDurationMs: stored.last_duration_ms,
  expectedAt: stored.expected_at,
  lateAt: stored.late_at,
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
});

/** Always in this order of keys, so that equal jobs are equal text. */
const jobText = ({ host, job, group }: WatchedJob): string => JSON.stringify({ host, job, group });

const toStored = (row: HeartbeatRow): Stored => ({
  id: row.id,
  ping_id: row.pingId,
  slug: row.slug,
  name: row.name,
  host: row.host,
  kind: row.kind,
  severity: row.severity,
  schedule: JSON.stringify(row.schedule),
  grace_ms: row.graceMs,
  job: row.job === null ? null : jobText(row.job),
  state: row.state,
  last_ping_at: row.lastPingAt,
  started_at: row.startedAt,
  last_duration_ms: row.lastDurationMs,
  expected_at: row.expectedAt,
  late_at: row.lateAt,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
});

export class HeartbeatTable {
  readonly #all;
  readonly #byId;
  readonly #byPingId;
  readonly #bySlug;
  readonly #byJob;
  readonly #down;
  readonly #expected;
  readonly #late;
  readonly #nextLate;
  readonly #count;
  readonly #countDown;
  readonly #insert;
  readonly #save;
  readonly #delete;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>('SELECT * FROM heartbeats ORDER BY name, id');
    this.#byId = db.prepare<[string], Stored>('SELECT * FROM heartbeats WHERE id = ?');
    this.#byPingId = db.prepare<[string], Stored>('SELECT * FROM heartbeats WHERE ping_id = ?');
    this.#bySlug = db.prepare<[string], Stored>('SELECT * FROM heartbeats WHERE slug = ?');
    this.#byJob = db.prepare<[string], Stored>('SELECT * FROM heartbeats WHERE job = ?');
    this.#down = db.prepare<[], Stored>("SELECT * FROM heartbeats WHERE state = 'down'");
    this.#expected = db.prepare<[], Stored>('SELECT * FROM heartbeats WHERE late_at IS NOT NULL');
    this.#late = db.prepare<[number, number], Stored>(
      'SELECT * FROM heartbeats WHERE late_at <= ? ORDER BY late_at LIMIT ?',
    );
    this.#nextLate = db
      .prepare<[], number | null>('SELECT min(late_at) FROM heartbeats WHERE late_at IS NOT NULL')
      .pluck();
    this.#count = db.prepare<[], number>('SELECT count(*) FROM heartbeats').pluck();
    this.#countDown = db
      .prepare<[], number>("SELECT count(*) FROM heartbeats WHERE state = 'down'")
      .pluck();
    this.#insert = db.prepare<Stored>(
      `INSERT INTO heartbeats (id, ping_id, slug, name, host, kind, severity, schedule, grace_ms, job, state,
         last_ping_at, started_at, last_duration_ms, expected_at, late_at, created_at, updated_at)
       VALUES (@id, @ping_id, @slug, @name, @host, @kind, @severity, @schedule, @grace_ms, @job, @state,
         @last_ping_at, @started_at, @last_duration_ms, @expected_at, @late_at, @created_at, @updated_at)`,
    );
    this.#save = db.prepare<Stored & { from: HeartbeatState }>(
      `UPDATE heartbeats SET ping_id = @ping_id, slug = @slug, name = @name, host = @host, kind = @kind, severity = @severity,
         schedule = @schedule, grace_ms = @grace_ms, job = @job, state = @state, last_ping_at = @last_ping_at,
         started_at = @started_at, last_duration_ms = @last_duration_ms, expected_at = @expected_at,
         late_at = @late_at, updated_at = @updated_at
       WHERE id = @id AND state = @from`,
    );
    this.#delete = db.prepare<[string]>('DELETE FROM heartbeats WHERE id = ?');
  }

  /** By name. */
  all(): HeartbeatRow[] {
    return this.#all.all().map(toRow);
  }

  byId(id: string): HeartbeatRow | null {
    return one(this.#byId.get(id));
  }

  byPingId(pingId: string): HeartbeatRow | null {
    return one(this.#byPingId.get(pingId));
  }

  bySlug(slug: string): HeartbeatRow | null {
    return one(this.#bySlug.get(slug));
  }

  /** Those that watch this very job. */
  byJob(job: WatchedJob): HeartbeatRow[] {
    return this.#byJob.all(jobText(job)).map(toRow);
  }

  down(): HeartbeatRow[] {
    return this.#down.all().map(toRow);
  }

  /** Those whose silence would raise an alert some time. */
  expected(): HeartbeatRow[] {
    return this.#expected.all().map(toRow);
  }

  /** Those whose silence raises an alert now, the latest first; at most `limit`. */
  late(now: number, limit: number): HeartbeatRow[] {
    return this.#late.all(now, limit).map(toRow);
  }

  /** When the next silence raises an alert, in ms UTC; null when nothing is expected. */
  nextLate(): number | null {
    return this.#nextLate.get() ?? null;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  countDown(): number {
    return this.#countDown.get() ?? 0;
  }

  insert(row: HeartbeatRow): void {
    this.#insert.run(toStored(row));
  }

  /** Replaces everything but id and creation time, provided that it is still in the state `from`. */
  save(row: HeartbeatRow, from: HeartbeatState): boolean {
    return this.#save.run({ ...toStored(row), from }).changes === 1;
  }

  /** Its timeline goes with it. */
  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }
}

const one = (stored: Stored | undefined): HeartbeatRow | null => (stored ? toRow(stored) : null);
