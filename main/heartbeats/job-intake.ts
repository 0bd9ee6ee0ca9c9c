import type { Clock } from '../base/clock.ts';
import type { EventOutcome } from '../contract/alert.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import type { JobReport } from '../domain/job-report.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { HeartbeatPings } from './heartbeat-pings.ts';

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
