import type { AbsenceReason, HeartbeatReason } from '../contract/reasons/heartbeat-reasons.ts';
import { recount, type Recounted } from '../domain/heartbeat-expectation.ts';
import { afterLate } from '../domain/heartbeat-ping.ts';
import { absenceReason, lateReason } from '../domain/heartbeat-text.ts';
import { StoredTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { HeartbeatRow } from '../store/heartbeat-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { HeartbeatWriter } from './heartbeat-writer.ts';

export interface HeartbeatWatchDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'heartbeats'>;
  readonly record: HeartbeatWriter;
}

/** Small, so that ingest gets its turn between batches. */
const BATCH = 50;
/** Well within the day after which an alert that nobody reports may expire. */
const REPEAT_MS = 6 * 3_600_000;

/**
 * Raises the alerts of heartbeats that are late. After a start, a sleep or a clock change everything
 * that is expected gets its grace again, and nothing is raised before that is written: Belfry was not
 * there to hear, and a false alarm at every start would teach people to ignore the true one.
 */
export class HeartbeatWatch extends StoredTask<HeartbeatWatchDeps> {
  protected readonly entities = ['heartbeat'] as const;
  /** The reason why pings may have been missed; nothing is raised until their grace is renewed for it. */
  #absence: AbsenceReason | null = null;
  /** Null until it was first looked up. */
  #anyDown: boolean | null = null;
  /** The moment of the next repetition, ms UTC; 0 repeats at once what was down at the start. */
  #repeatAt = 0;

  /** Rejects when the first renewal cannot be written: to start without it would raise false alerts. */
  override async start(): Promise<void> {
    if (this.started) return;
    const absence: AbsenceReason = { code: 'absence.started', params: {} };
    this.#absence = absence;
    await this.#renew(absence);
    await super.start();
  }

  run(now: number): void {
    const absence = this.#absence;
    if (absence !== null) {
      this.work.begin(this.#renew(absence), 'Could not renew the grace of heartbeats');
    } else if (this.#anyDown === true && this.#repeatAt <= now) {
      this.#repeat();
    } else {
      this.#raise();
    }
  }

  override clockChanged(deltaMs: number): void {
    const now = this.deps.clock.now();
    this.#absence = absenceReason(deltaMs);
    this.#repeatAt = Math.min(this.#repeatAt, now + REPEAT_MS);
    this.forget();
    if (this.started && !this.work.busy) this.run(now);
  }

  protected findNext(): number | null {
    if (this.#absence !== null) return 0;
    const { heartbeats } = this.deps.tables;
    const anyDown = heartbeats.countDown() > 0;
    // The first to go down has just been reported.
    if (anyDown && this.#anyDown === false) this.#repeatAt = this.deps.clock.now() + REPEAT_MS;
    this.#anyDown = anyDown;
    const due = Math.min(heartbeats.nextLate() ?? Infinity, anyDown ? this.#repeatAt : Infinity);
    return due === Infinity ? null : due;
  }

  async #renew(absence: AbsenceReason): Promise<void> {
    const { tables, writer, clock } = this.deps;
    await writer.submit((unit) => {
      const now = clock.now();
      for (const row of tables.heartbeats.expected()) this.#renewOne(unit, row, absence, now);
    });
    // Another absence may have come while this one was being written.
    if (this.#absence === absence) this.#absence = null;
    this.forget();
  }

  #renewOne(unit: Unit, before: HeartbeatRow, absence: AbsenceReason, now: number): void {
    const recounted = recount(before, before, now, 'renewed');
    if (sameRecount(before, recounted)) return;
    this.deps.record.change(unit, before, { ...before, ...recounted }, now);
    const reason: HeartbeatReason =
      recounted.lateAt === null
        ? absence
        : { code: 'heartbeat.grace_renewed', params: { absence, until: recounted.lateAt } };
    this.deps.record.note(unit, before.id, { type: 'grace_renewed', reason }, now);
  }

  #raise(): void {
    const { tables, record, clock } = this.deps;
    this.begin((unit) => {
      // The machine may have slept, and said so, while this waited for its turn.
      if (this.#absence !== null) return;
      const now = clock.now();
      for (const before of tables.heartbeats.late(now, BATCH)) {
        const reason = lateReason(before, now);
        record.change(unit, before, { ...before, ...afterLate(before) }, now);
        record.note(unit, before.id, { type: 'late', reason }, now);
        record.raise(unit, before, reason, now);
      }
    }, 'Could not raise the alerts of heartbeats that are late');
  }

  #repeat(): void {
    const { tables, record, clock } = this.deps;
    this.begin(
      (unit) => {
        for (const row of tables.heartbeats.down()) record.stillDown(unit, row, clock.now());
      },
      'Could not repeat which heartbeats are down',
      () => {
        this.#repeatAt = clock.now() + REPEAT_MS;
      },
    );
  }
}

const sameRecount = (row: HeartbeatRow, recounted: Recounted): boolean =>
  row.expectedAt === recounted.expectedAt &&
  row.lateAt === recounted.lateAt &&
  row.lastPingAt === recounted.lastPingAt &&
  row.startedAt === recounted.startedAt;
