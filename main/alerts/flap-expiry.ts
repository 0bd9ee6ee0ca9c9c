import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { EventReason } from '../contract/reasons/event-reasons.ts';
import type { Settings } from '../contract/settings.ts';
import { cooldownMs } from '../domain/flapping.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork } from '../scheduler/task-work.ts';
import type { ConditionTable } from '../store/alerts/condition-table.ts';
import type { Writer } from '../store/writer.ts';
import type { Flapping } from './flap-detector.ts';
import type { FollowUpPlans } from './follow-up-plans.ts';

export interface FlapExpiryDeps {
  readonly conditions: ConditionTable;
  readonly flapping: Flapping;
  readonly plans: Pick<FollowUpPlans, 'plan'>;
  readonly settings: { current(): Settings };
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
}

/** Small, so that ingest gets its turn between batches. */
const BATCH = 100;

/** Ends the flapping of conditions that have been quiet for the cooldown, or of all once it is switched off. */
export class FlapExpiry implements Service, Scheduled {
  readonly #deps: FlapExpiryDeps;
  readonly #work: TaskWork;
  #started = false;

  constructor(deps: FlapExpiryDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    deps.writer.onCommitted(({ changes }) => {
      if (changes.some(({ entity }) => entity === 'alert' || entity === 'settings')) {
        this.#lookAgain();
      }
    });
  }

  start(): void {
    this.#started = true;
    this.#lookAgain();
  }

  stop(): Promise<void> {
    this.#started = false;
    return Promise.resolve();
  }

  nextDueAt(): number | null {
    if (!this.#started || this.#work.busy) return null;
    const firstChange = this.#deps.conditions.firstSettled();
    if (firstChange === null) return null;
    const { flappingEnabled } = this.#deps.settings.current();
    const settlesAt = flappingEnabled ? this.#deps.flapping.settlesAt(firstChange) : 0;
    return this.#work.turnFor(settlesAt);
  }

  run(now: number): void {
    const { conditions, flapping, plans, settings, writer } = this.#deps;
    this.#work.begin(
      writer.submit((unit) => {
        const rule = settings.current();
        const before = rule.flappingEnabled ? now - cooldownMs(rule) : Number.MAX_SAFE_INTEGER;
        const reason: EventReason = rule.flappingEnabled
          ? { code: 'event.flapping_stopped', params: { quietMs: cooldownMs(rule) } }
          : { code: 'event.flapping_off', params: {} };
        for (const condition of conditions.settledSince(before, BATCH)) {
          const open = flapping.end(unit, condition, reason, now);
          if (open?.state === 'open') plans.plan(open, now);
        }
      }),
      'Could not end flapping',
    );
  }

  /** What it means for the stored changes is seen to by the ageing of everything. */
  clockChanged(): void {
    this.#lookAgain();
  }

  #lookAgain(): void {
    if (this.#started) this.#deps.wake();
  }
}
