import { isWorse } from '../domain/alert-state.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { FollowUp } from '../store/alerts/follow-up-table.ts';
import type { Tables } from '../store/tables.ts';
import type { RouteService } from './rules/route-service.ts';

export interface FollowUpPlansDeps {
  readonly tables: Pick<Tables, 'followUps'>;
  readonly routes: Pick<RouteService, 'get' | 'matching' | 'routed'>;
}

/** One channel that a step of a route's escalation will notify, unless somebody acknowledges the alert before. */
export interface PlannedStep {
  readonly channelId: string;
  readonly route: string;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly dueAt: number;
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

  /** Returns the channels of all steps that are to come, the earliest first. */
  stepsToCome(alertId: string): PlannedStep[] {
    return this.#deps.tables.followUps
      .ofAlert(alertId, 'escalation')
      .flatMap(({ routeId, number, dueAt }) => {
        const route = this.#deps.routes.get(routeId);
        const next = route?.escalation[number - 1];
        if (!route?.enabled || !next) return [];
        const { name, escalation } = route;
        return escalation.slice(number - 1).flatMap(({ afterMs, channelIds }, index) =>
          channelIds.map((channelId) => ({
            ...{ channelId, route: name, step: number + index, steps: escalation.length },
            dueAt: dueAt + afterMs - next.afterMs,
          })),
        );
      })
      .sort((a, b) => a.dueAt - b.dueAt);
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
