import type { Route } from '../contract/route.ts';
import type { AlertRow } from '../store/alert-rows.ts';
import type { FollowUpTable } from '../store/follow-ups.ts';
import type { RouteBook } from './route-book.ts';

export interface FollowUpPlansDeps {
  readonly followUps: FollowUpTable;
  readonly routes: Pick<RouteBook, 'matching' | 'routed'>;
}

/** Reminders and escalation steps as an alert's routes ask for them, and the ends of snoozes. */
export class FollowUpPlans {
  readonly #deps: FollowUpPlansDeps;

  constructor(deps: FollowUpPlansDeps) {
    this.#deps = deps;
  }

  /** Everything its routes ask for, from the start. */
  plan(alert: AlertRow, now: number): void {
    if (!this.#deps.routes.routed) return;
    for (const route of this.#deps.routes.matching(alert)) this.#planRoute(alert, route, now);
  }

  /** What routes ask for that did not match before it got worse. */
  planWhatIsNew(alert: AlertRow, now: number): void {
    if (!this.#deps.routes.routed) return;
    const planned = this.#deps.followUps.routesOf(alert.id);
    for (const route of this.#deps.routes.matching(alert)) {
      if (!planned.has(route.id)) this.#planRoute(alert, route, now);
    }
  }

  planSnoozeEnd(alertId: string, until: number): void {
    const kind = 'snooze_end';
    this.#deps.followUps.put({ alertId, kind, routeId: '', number: 1, dueAt: until });
  }

  dropSnoozeEnd(alertId: string): void {
    this.#deps.followUps.remove({ alertId, kind: 'snooze_end', routeId: '' });
  }

  /** Somebody takes care of it: no more reminders, no further step. */
  dropOfRoutes(alertId: string): void {
    this.#deps.followUps.dropOfRoutes(alertId);
  }

  drop(alertId: string): void {
    this.#deps.followUps.drop(alertId);
  }

  #planRoute(alert: AlertRow, { id: routeId, reminder, escalation }: Route, now: number): void {
    const { followUps } = this.#deps;
    const first = { alertId: alert.id, routeId, number: 1 };
    const [step] = escalation;
    if (reminder) {
      followUps.put({ ...first, kind: 'reminder', dueAt: now + reminder.intervalMs });
    }
    if (step) followUps.put({ ...first, kind: 'escalation', dueAt: now + step.afterMs });
  }
}
