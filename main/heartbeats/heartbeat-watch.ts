import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { recount, type Recounted } from '../domain/heartbeat-expectation.ts';
import { afterLate } from '../domain/heartbeat-ping.ts';
import { absenceText, lateText } from '../domain/heartbeat-text.ts';
import { timeText } from '../domain/message-text.ts';
import type { Messages } from '../messages/messages.ts';
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
  /** The catalogue in the language of the settings. */
  readonly messages: () => Messages;
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
  #absence: { readonly why: string } | null = null;
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
    const absence = { why: this.#deps.messages().text('message.heartbeat.started') };
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
    this.#absence = { why: absenceText(this.#deps.messages(), deltaMs) };
    // Moments noted by the old time may be hours away by the new.
    this.#notBefore = 0;
    this.#sayAgainAt = Math.min(this.#sayAgainAt, now + SAY_AGAIN_MS);
    if (this.#started && !this.#work) this.run(now);
  }

  async #renew(absence: { readonly why: string }): Promise<void> {
    const { heartbeats, writer, clock } = this.#deps;
    await writer.submit((unit) => {
      const now = clock.now();
      for (const row of heartbeats.expected()) this.#renewOne(unit, row, absence.why, now);
    });
    // Another absence may have come while this one was being written.
    if (this.#absence === absence) this.#absence = null;
    this.#known = false;
  }

  #renewOne(unit: Unit, before: HeartbeatRow, cause: string, now: number): void {
    const anew = recount(before, before, now, 'anew');
    if (sameRecount(before, anew)) return;
    this.#deps.record.change(unit, before, { ...before, ...anew });
    const detail =
      anew.lateAt === null
        ? `${cause}.`
        : this.#deps
            .messages()
            .text('message.heartbeat.renewed', { cause, until: timeText(anew.lateAt) });
    const note = { type: 'grace_renewed', detail } as const;
    this.#deps.record.note(unit, before.id, note, now);
  }

  async #raise(): Promise<void> {
    const { heartbeats, record, writer, clock, messages } = this.#deps;
    await writer.submit((unit) => {
      // The machine may have slept, and said so, while this waited for its turn.
      if (this.#absence !== null) return;
      const now = clock.now();
      for (const before of heartbeats.late(now, BATCH)) {
        const detail = lateText(messages(), before, now);
        record.change(unit, before, { ...before, ...afterLate(before) });
        record.note(unit, before.id, { type: 'late', detail }, now);
        record.raise(unit, before, detail, now);
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
