import { isWorse } from '../domain/alert-state.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { FollowUp } from '../store/alerts/follow-up-table.ts';
import type { Tables } from '../store/tables.ts';
import type { RouteService } from './rules/route-service.ts';

export interface FollowUpPlansDeps {
  readonly tables: Pick<Tables, 'followUps'>;
  readonly routes: Pick<RouteService, 'matching' | 'routed'>;
}

/** Reminders and escalation steps as an alert's routes ask for them, and the ends of snoozes. */
export class FollowUpPlans {
  readonly #deps: FollowUpPlansDeps;

  constructor(deps: FollowUpPlansDeps) {
    this.#deps = deps;
  }

  /** Everything its routes ask for, from the start. */
  plan(alert: AlertRow, now: number): void {
    this.#plan(alert, now, () => true);
  }

  /** Plans the follow-ups of routes that did not match before the alert became more severe. */
  planWhatIsNew(alert: AlertRow, now: number): void {
    this.#plan(alert, now, (first) => !this.#deps.tables.followUps.isPlanned(first));
  }

  planSnoozeEnd(alertId: string, until: number): void {
    const kind = 'snooze_end';
    this.#deps.tables.followUps.put({ alertId, kind, routeId: '', number: 1, dueAt: until });
  }

  dropSnoozeEnd(alertId: string): void {
    this.#deps.tables.followUps.remove({ alertId, kind: 'snooze_end', routeId: '' });
  }

  #plan(
    alert: AlertRow,
    now: number,
    wanted: (first: Pick<FollowUp, 'alertId' | 'kind' | 'routeId'>) => boolean,
  ): void {
    const { routes } = this.#deps;
    const { followUps } = this.#deps.tables;
    if (!routes.routed) return;
    for (const { id: routeId, reminder, escalation } of routes.matching(alert)) {
      const reminds = reminder && !isWorse(reminder.minSeverity, alert.severity);
      const first = [
        { kind: 'reminder', afterMs: reminds ? reminder.intervalMs : undefined },
        { kind: 'escalation', afterMs: escalation[0]?.afterMs },
      ] as const;
      for (const { kind, afterMs } of first) {
        const followUp = { alertId: alert.id, kind, routeId };
        if (afterMs === undefined || !wanted(followUp)) continue;
        followUps.put({ ...followUp, number: 1, dueAt: now + afterMs });
      }
    }
  }
}
