import type { EventReason } from '../contract/reasons/event-reasons.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Mutes } from './rules/mutes.ts';

export interface AlertCloserDeps {
  readonly tables: Pick<Tables, 'timeline' | 'followUps'>;
  readonly mutes: Pick<Mutes, 'alertChanged' | 'snoozed'>;
}

/** An action: who did it, when (ms UTC), and what the timeline says about it. */
export interface Action {
  readonly actor: string;
  readonly reason: EventReason;
  readonly at: number;
}

/** Ends what depends on an alert, however it was closed: its plans, its snooze and the mutes that it causes. */
export class AlertCloser {
  readonly #deps: AlertCloserDeps;

  constructor(deps: AlertCloserDeps) {
    this.#deps = deps;
  }

  closed(unit: Unit, alert: AlertRow, type: 'resolved' | 'expired', action: Action): void {
    const { tables, mutes } = this.#deps;
    tables.timeline.append(unit, { alertId: alert.id, type, ...action });
    mutes.alertChanged(unit, alert);
    mutes.snoozed(unit, alert.id, null);
    tables.followUps.drop(alert.id);
    unit.changed({ entity: 'status' });
  }
}
