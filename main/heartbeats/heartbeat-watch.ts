import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { AbsenceReason, HeartbeatReason } from '../contract/reasons/heartbeat-reasons.ts';
import { recount, type Recounted } from '../domain/heartbeat-expectation.ts';
import { afterLate } from '../domain/heartbeat-ping.ts';
import { absenceReason, lateReason } from '../domain/heartbeat-text.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import type { HeartbeatRow, HeartbeatTable } from '../store/heartbeat-table.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { HeartbeatWriter } from './heartbeat-writer.ts';

export interface HeartbeatWatchDeps {
  readonly heartbeats: HeartbeatTable;
  readonly record: HeartbeatWriter;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly render: RenderReason;
  readonly wake: () => void;
}

/** Small, so that ingest gets its turn between batches. */
const BATCH = 50;
const WRITE_RETRY_MS = 1_000;
/** Well within the day after which an alert that nobody reports may expire. */
const SAY_AGAIN_MS = 6 * 3_600_000;

/**
 * Raises the alerts of heartbeats that are late. After a start, a sleep or a clock change everything
 * that is expected gets its grace anew, and nothing is raised before that is written: it was us who
 * were not there to hear, and a false alarm at every start would teach people to ignore the true one.
 */
export class HeartbeatWatch implements Service, Scheduled {
  readonly #deps: HeartbeatWatchDeps;
  #work: Promise<void> | null = null;
  #started = false;
  #notBefore = 0;
  /** Why pings may have gone unheard; until their grace is renewed for it, nothing may be raised. */
  #absence: AbsenceReason | null = null;
  #known = false;
  #nextLate: number | null = null;
  /** Null until it was first looked up. */
  #anyDown: boolean | null = null;
  /** What was down at the start is said again at once. */
  #sayAgainAt = 0;

  constructor(deps: HeartbeatWatchDeps) {
    this.#deps = deps;
    deps.writer.onCommitted(({ changes }) => {
      if (!changes.some((change) => change.entity === 'heartbeat')) return;
      this.#known = false;
      deps.wake();
    });
  }

  /** Rejects when the first renewal cannot be written: to start without it would mean to raise falsely. */
  async start(): Promise<void> {
    if (this.#started) return;
    const absence: AbsenceReason = { code: 'absence.started', params: {} };
    this.#absence = absence;
    await this.#renew(absence);
    this.#started = true;
  }

  async stop(): Promise<void> {
    this.#started = false;
    await this.#work;
  }

  nextDueAt(): number | null {
    if (!this.#started || this.#work) return null;
    if (this.#absence !== null) return this.#notBefore;
    if (!this.#known) this.#look();
    const due = Math.min(this.#nextLate ?? Infinity, this.#anyDown ? this.#sayAgainAt : Infinity);
    return due === Infinity ? null : Math.max(due, this.#notBefore);
  }

  #look(): void {
    const { heartbeats, clock } = this.#deps;
    this.#nextLate = heartbeats.nextLate();
    const anyDown = heartbeats.countDown() > 0;
    // The first to go down has just been told of.
    if (anyDown && this.#anyDown === false) this.#sayAgainAt = clock.now() + SAY_AGAIN_MS;
    this.#anyDown = anyDown;
    this.#known = true;
  }

  run(now: number): void {
    const absence = this.#absence;
    if (absence !== null) {
      this.#begin(() => this.#renew(absence), 'Could not renew the grace of heartbeats');
    } else if (this.#anyDown === true && this.#sayAgainAt <= now) {
      this.#begin(() => this.#sayAgain(), 'Could not say which heartbeats are still down');
    } else {
      this.#begin(() => this.#raise(), 'Could not raise the alerts of heartbeats that are late');
    }
  }

  clockChanged(deltaMs: number): void {
    const now = this.#deps.clock.now();
    this.#absence = absenceReason(deltaMs);
    // Moments noted by the old time may be hours away by the new.
    this.#notBefore = 0;
    this.#sayAgainAt = Math.min(this.#sayAgainAt, now + SAY_AGAIN_MS);
    if (this.#started && !this.#work) this.run(now);
  }

  async #renew(absence: AbsenceReason): Promise<void> {
    const { heartbeats, writer, clock } = this.#deps;
    await writer.submit((unit) => {
      const now = clock.now();
      for (const row of heartbeats.expected()) this.#renewOne(unit, row, absence, now);
    });
    // Another absence may have come while this one was being written.
    if (this.#absence === absence) this.#absence = null;
    this.#known = false;
  }

  #renewOne(unit: Unit, before: HeartbeatRow, absence: AbsenceReason, now: number): void {
    const anew = recount(before, before, now, 'anew');
    if (sameRecount(before, anew)) return;
    this.#deps.record.change(unit, before, { ...before, ...anew });
    const reason: HeartbeatReason =
      anew.lateAt === null
        ? absence
        : { code: 'heartbeat.grace_renewed', params: { absence, until: anew.lateAt } };
    this.#deps.record.note(unit, before.id, { type: 'grace_renewed', reason }, now);
  }

  async #raise(): Promise<void> {
    const { heartbeats, record, writer, clock, render } = this.#deps;
    await writer.submit((unit) => {
      // The machine may have slept, and said so, while this waited for its turn.
      if (this.#absence !== null) return;
      const now = clock.now();
      for (const before of heartbeats.late(now, BATCH)) {
        const reason = lateReason(before, now);
        record.change(unit, before, { ...before, ...afterLate(before) });
        record.note(unit, before.id, { type: 'late', reason }, now);
        record.raise(unit, before, render(reason), now);
      }
    });
  }

  async #sayAgain(): Promise<void> {
    const { heartbeats, record, writer, clock } = this.#deps;
    await writer.submit((unit) => {
      for (const row of heartbeats.down()) record.stillDown(unit, row, clock.now());
    });
    this.#sayAgainAt = clock.now() + SAY_AGAIN_MS;
  }

  #begin(work: () => Promise<void>, failure: string): void {
    const { logger, clock, wake } = this.#deps;
    this.#work = work()
      .catch((error: unknown) => {
        logger.log('error', failure, { error: errorText(error) });
        this.#notBefore = clock.now() + WRITE_RETRY_MS;
      })
      .finally(() => {
        this.#work = null;
        this.#known = false;
        wake();
      });
  }
}

const sameRecount = (row: HeartbeatRow, anew: Recounted): boolean =>
  row.expectedAt === anew.expectedAt &&
  row.lateAt === anew.lateAt &&
  row.lastPingAt === anew.lastPingAt &&
  row.startedAt === anew.startedAt;
