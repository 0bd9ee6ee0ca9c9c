import type { Clock } from '../base/clock.ts';
import { heartbeatInput } from '../contract/heartbeat.ts';
import { LIMITS } from '../contract/limits.ts';
import type { AlertReason } from '../contract/reasons/heartbeat-reasons.ts';
import type { Failure } from '../contract/result.ts';
import type { JobReport } from '../domain/job-report.ts';
import {
  afterFailure,
  afterStart,
  afterSuccess,
  type Ping,
  type RunEnd,
} from '../domain/heartbeat-ping.ts';
import type { Known } from '../domain/heartbeat-expectation.ts';
import { recoveryReason, reportReason } from '../domain/heartbeat-text.ts';
import type { Messages } from '../messages/messages.ts';
import { textWithoutLinkCredentials } from '../base/credentials.ts';
import { boundedLog } from '../domain/bounded-text.ts';
import { invalidInput } from '../domain/issues.ts';
import type { HeartbeatRow } from '../store/heartbeat-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { HeartbeatService } from './heartbeat-service.ts';
import type { HeartbeatWriter, Note } from './heartbeat-writer.ts';
import type { EventOutcome } from '../contract/alert.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';

export interface HeartbeatPingsDeps {
  readonly tables: Pick<Tables, 'heartbeats' | 'heartbeatEvents'>;
  readonly record: HeartbeatWriter;
  readonly service: HeartbeatService;
  readonly writer: Writer;
  readonly clock: Clock;
  /** The catalogue in the language of the settings. */
  readonly messages: () => Messages;
}

/** The heartbeat that is meant: by its random id, or by its slug, which then is no secret. */
export type PingTarget = { readonly pingId: string } | { readonly slug: string };

/** `refused` says why a heartbeat could not be made; the others speak for themselves. */
export type PingOutcome =
  | { readonly outcome: 'pinged' | 'created' | 'unknown' }
  | { readonly outcome: 'refused'; readonly failure: Failure };

/** The input of a heartbeat that its own first ping makes (as https://healthchecks.io/docs/autoprovisioning/). */
const MADE_BY_PING = {
  schedule: { type: 'period', periodMs: 86_400_000 },
  graceMs: 3_600_000,
} as const;

/** The timeline's names for the end of a job. */
const JOB_EVENTS = { succeeded: 'succeeded', warning: 'warned', failed: 'failed' } as const;

type EndPing = Ping & { readonly action: 'success' | 'warning' | 'fail' };

/** The timeline's names for the end of a run. */
const END_EVENTS = { success: 'succeeded', warning: 'warned', fail: 'failed' } as const;

/** Signs of life. Each is one durable unit: timeline, what is expected next, and the alert it ends or raises. */
export class HeartbeatPings {
  readonly #deps: HeartbeatPingsDeps;

  constructor(deps: HeartbeatPingsDeps) {
    this.#deps = deps;
  }

  /** Returns true if there is such a heartbeat, for callers that must know before they read a body. */
  knows(target: PingTarget): boolean {
    return this.#find(target) !== null;
  }

  /** Takes a ping once it is durable. Rejects with the store's StoreUnavailable. */
  ping(target: PingTarget, ping: Ping): Promise<PingOutcome> {
    return this.#deps.writer.submit((unit) => this.#pingIn(unit, target, ping));
  }

  /** As `ping`; a heartbeat that is not there is made first, with a day's period and an hour's grace. */
  pingOrCreate(slug: string, ping: Ping, actor: string): Promise<PingOutcome> {
    const { writer } = this.#deps;
    return writer.submit((unit): PingOutcome => {
      const pinged = this.#pingIn(unit, { slug }, ping);
      if (pinged.outcome !== 'unknown') return pinged;
      const input = heartbeatInput.safeParse({ name: slug, slug, ...MADE_BY_PING });
      if (!input.success) {
        return { outcome: 'refused', failure: invalidInput(input.error).error };
      }
      const made = this.#deps.service.collection.createIn(unit, input.data, actor);
      if (!made.ok) {
        // The request is well-formed, so the current state is what stands in its way.
        return { outcome: 'refused', failure: { ...made.error, code: 'wrong_state' } };
      }
      this.#take(unit, made.value, ping);
      return { outcome: 'created' };
    });
  }

  /**
   * A job's report says that it ran, to every heartbeat that watches the job. If it failed it ran all
   * the same: the failure is the job's own alert, and the heartbeat is about silence.
   */
  ran(unit: Unit, { job, event, status }: JobReport): void {
    const now = this.#deps.clock.now();
    const body = logOf(event.message);
    const type = JOB_EVENTS[status];
    const said: Partial<Note> =
      status === 'succeeded'
        ? { detail: body }
        : { reason: { code: 'heartbeat.ran', params: { status, log: body } } };
    for (const before of this.#deps.tables.heartbeats.byJob(job)) {
      const end = this.#runEnd(before, null, now);
      const after = afterSuccess(before, end, now);
      this.#move(unit, before, after, { type, durationMs: end.durationMs, ...said }, now);
      if (before.state === 'down') {
        const recovery: AlertReason =
          status === 'succeeded'
            ? recoveryReason(end.durationMs)
            : { code: 'heartbeat.ran_again', params: { status } };
        this.#deps.record.resolve(unit, before, recovery, now);
      }
    }
  }

  #pingIn(unit: Unit, target: PingTarget, ping: Ping): PingOutcome {
    const row = this.#find(target);
    if (!row) return { outcome: 'unknown' };
    this.#take(unit, row, ping);
    return { outcome: 'pinged' };
  }

  #find(target: PingTarget): HeartbeatRow | null {
    const { heartbeats } = this.#deps.tables;
    return 'slug' in target ? heartbeats.bySlug(target.slug) : heartbeats.byPingId(target.pingId);
  }

  #take(unit: Unit, before: HeartbeatRow, { action, exitStatus, runId, body }: Ping): void {
    const { record, clock } = this.#deps;
    const now = clock.now();
    const log = logOf(body);
    const note = { runId, exitStatus, detail: log };
    switch (action) {
      case 'log':
        record.note(unit, before.id, { ...note, type: 'logged' }, now);
        return;
      case 'start':
        this.#move(unit, before, afterStart(before, now), { ...note, type: 'started' }, now);
        return;
      case 'success':
      case 'warning':
      case 'fail':
        this.#ended(unit, before, { action, exitStatus, runId, body: log }, now);
    }
  }

  /** Takes the end of a run. One with warnings is alive, so only a failure makes its heartbeat down. */
  #ended(unit: Unit, before: HeartbeatRow, { action, ...run }: EndPing, now: number): void {
    const { record } = this.#deps;
    const { exitStatus, runId, body } = run;
    const end = this.#runEnd(before, runId, now);
    const { durationMs } = end;
    const after = (action === 'fail' ? afterFailure : afterSuccess)(before, end, now);
    const note = { type: END_EVENTS[action], runId, exitStatus, detail: body, durationMs };
    this.#move(unit, before, after, note, now);
    if (action === 'fail') {
      record.raise(unit, before, reportReason(true, run), now);
      return;
    }
    const isGood = action === 'success';
    const recovery: AlertReason = isGood
      ? recoveryReason(durationMs)
      : { code: 'heartbeat.ran_again', params: { status: 'warning' } };
    if (before.state === 'down') record.resolve(unit, before, recovery, now);
    if (isGood) record.endWarning(unit, before, recovery, now);
    else record.warn(unit, before, reportReason(false, run), now);
  }

  #move(unit: Unit, before: HeartbeatRow, after: Known, note: Note, now: number): void {
    this.#deps.record.change(unit, before, { ...before, ...after }, now);
    this.#deps.record.note(unit, before.id, note, now);
  }

  /**
   * Measured from the start of the very run, or from the last start without a run id when the ping has
   * none. Such a ping ends whatever is under way, as no better is known of it.
   */
  #runEnd({ id }: HeartbeatRow, runId: string | null, now: number): RunEnd {
    const { heartbeatEvents } = this.#deps.tables;
    const startedAt = heartbeatEvents.startOfRun(id, runId);
    const newest = heartbeatEvents.newestStart(id);
    return {
      durationMs: startedAt === null ? null : Math.max(0, now - startedAt),
      endsRun: runId === null || newest === null || newest.runId === runId,
    };
  }
}

/** Returns the text of a ping as it is kept. */
const logOf = (text: string): string =>
  boundedLog(textWithoutLinkCredentials(text), LIMITS.pingLogCharsMax);

type Applied = Exclude<EventOutcome, { action: 'rejected' }>;

export interface JobIntakeDeps {
  readonly pings: HeartbeatPings;
  /** The engine's: raises, touches or resolves inside the same transaction. */
  readonly apply: (unit: Unit, event: ConditionEvent, now: number) => Applied;
  readonly writer: Writer;
  readonly clock: Clock;
}

/** Reports of what became of jobs: each is an event for the engine, and a sign of life of who watches the job. */
export class JobIntake {
  readonly #deps: JobIntakeDeps;

  constructor(deps: JobIntakeDeps) {
    this.#deps = deps;
  }

  /** Applies the reports in order, as one unit, and answers once they are durable. */
  ingest(reports: readonly JobReport[]): Promise<Applied[]> {
    const { pings, apply, writer, clock } = this.#deps;
    return writer.submit((unit) =>
      reports.map((report) => {
        const applied = apply(unit, report.event, clock.now());
        const over = report.alsoOver && apply(unit, report.alsoOver, clock.now());
        pings.ran(unit, report);
        // A success answers with what it ended, whichever that was.
        return over !== null && applied.action === 'ignored' ? over : applied;
      }),
    );
  }
}
