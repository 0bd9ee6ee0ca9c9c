import type { EventReason } from '../contract/reasons/event-reasons.ts';
import type { Settings } from '../contract/settings.ts';
import { cooldownMs } from '../domain/flapping.ts';
import { StoredTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { Tables } from '../store/tables.ts';
import type { Flapping } from './flap-detector.ts';
import type { FollowUpPlans } from './follow-up-plans.ts';

export interface FlapExpiryDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'conditions'>;
  readonly flapping: Flapping;
  readonly plans: Pick<FollowUpPlans, 'plan'>;
  readonly settings: { current(): Settings };
}

/** Small, so that ingest gets its turn between batches. */
const BATCH = 100;

/** Ends the flapping of conditions that have been quiet for the cooldown, or of all once it is switched off. */
export class FlapExpiry extends StoredTask<FlapExpiryDeps> {
  protected readonly entities = ['alert', 'settings'] as const;

  /** Looked up each time, since time that passed unheard is taken off without a change to hear of. */
  override nextDueAt(): number | null {
    this.forget();
    return super.nextDueAt();
  }

  run(now: number): void {
    const { tables, flapping, plans, settings } = this.deps;
    this.begin((unit) => {
      const rule = settings.current();
      const before = rule.flappingEnabled ? now - cooldownMs(rule) : Number.MAX_SAFE_INTEGER;
      const reason: EventReason = rule.flappingEnabled
        ? { code: 'event.flapping_stopped', params: { quietMs: cooldownMs(rule) } }
        : { code: 'event.flapping_off', params: {} };
      for (const condition of tables.conditions.settledSince(before, BATCH)) {
        const open = flapping.end(unit, condition, { actor: 'belfry', reason, at: now });
        if (open?.state === 'open') plans.plan(open, now);
      }
    }, 'Could not end flapping');
  }

  protected findNext(): number | null {
    const { tables, flapping, settings } = this.deps;
    const firstChange = tables.conditions.firstSettled();
    if (firstChange === null) return null;
    return settings.current().flappingEnabled ? flapping.settlesAt(firstChange) : 0;
  }
}
