import type { Transition } from '../contract/alert.ts';
import type { Settings } from '../contract/settings.ts';
import { afterChange, cooldownMs } from '../domain/flapping.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { ConditionRow } from '../store/alerts/condition-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Action } from './alert-closer.ts';
import type { Outbox } from './outbox.ts';
import type { RouteService, Target } from './rules/route-service.ts';

export interface FlapDetectorDeps {
  readonly tables: Pick<Tables, 'conditions' | 'alerts' | 'timeline' | 'notifications'>;
  readonly outbox: Pick<Outbox, 'enqueue' | 'noteDisabled' | 'supersedeCondition'>;
  readonly routes: Pick<RouteService, 'channelsOf' | 'routed' | 'targets'>;
  readonly settings: { current(): Settings };
}

/**
 * Counts how often conditions change between firing and resolved. Modes of a condition: settled → (too
 * many changes within the window) → flapping → (no change for the cooldown) → settled. Entering and
 * leaving are sent once each; in between alerts live on and nothing else is queued. All of it is in the
 * condition's row, so that a restart changes nothing.
 */
export class Flapping {
  readonly #deps: FlapDetectorDeps;

  constructor(deps: FlapDetectorDeps) {
    this.#deps = deps;
  }

  /** Returns true while the condition flaps, so that its notifications are dropped. */
  isOn(condition: Pick<ConditionRow, 'flappingSince'>): boolean {
    return condition.flappingSince !== null;
  }

  /** Returns what to store of the first firing of a condition: one change, which never reaches the threshold. */
  firstChange(now: number): Pick<ConditionRow, 'transitions' | 'lastTransitionAt'> {
    if (!this.#deps.settings.current().flappingEnabled) {
      return { transitions: [], lastTransitionAt: null };
    }
    return { transitions: [{ at: now, to: 'firing' }], lastTransitionAt: now };
  }

  /** Notes a change that its sender reported. True when the ordinary notification is to be queued. */
  changed(
    unit: Unit,
    condition: ConditionRow,
    alert: AlertRow,
    to: Transition['to'],
    now: number,
  ): boolean {
    const rule = this.#deps.settings.current();
    if (!rule.flappingEnabled) return !this.isOn(condition);
    const flapping = this.isOn(condition);
    const next = { at: now, to };
    const { transitions, effect } = afterChange(condition.transitions, next, flapping, rule);
    this.#deps.tables.conditions.changed(condition, transitions, now);
    if (effect === 'held') {
      this.#keepBack(unit, alert, to === 'firing' ? 'raised' : 'resolved', now);
      unit.counted({ type: 'alert_suppressed', alertId: alert.id, reason: 'flapping' });
      return false;
    }
    if (effect === 'none') return true;
    this.#begin(unit, condition, alert, transitions, now);
    return false;
  }

  /** Ends flapping, after the cooldown or at a person's word: notifies those who know of it, with the current state. Returns the open alert. */
  end(unit: Unit, condition: ConditionRow, action: Action): AlertRow | null {
    const now = action.at;
    if (!this.#deps.tables.conditions.endFlapping(condition.id)) return null;
    const alert = this.#deps.tables.alerts.newestOfCondition(condition.id);
    if (!alert) return null;
    this.#deps.tables.timeline.append(unit, {
      ...{ alertId: alert.id, type: 'flapping_stopped' },
      ...action,
    });
    const targets = condition.flappingChannels.map(toUnroutedTarget);
    const waiting = this.#deps.tables.notifications.holds.waitingFor(condition.id);
    this.#deps.outbox.enqueue(unit, alert, 'flapping_stopped', targets, now, { waits: waiting });
    unit.changed({ entity: 'status' });
    if (alert.closedAt !== null) return null;
    // Whom its routes ask for by now, and who has heard nothing of it.
    const fresh = this.#deps.routes
      .targets(alert)
      .filter(({ channelId }) => !condition.flappingChannels.includes(channelId));
    this.#deps.outbox.enqueue(unit, alert, 'raised', fresh, now);
    return alert;
  }

  #begin(
    unit: Unit,
    condition: ConditionRow,
    alert: AlertRow,
    transitions: readonly Transition[],
    now: number,
  ): void {
    const { outbox, routes, settings } = this.#deps;
    const { conditions, notifications } = this.#deps.tables;
    // Channels it would notify now, those that know of this episode, and those still queued for an
    // earlier one: whoever is left with an unfinished story has to hear its end.
    const open = alert.closedAt === null ? routes.targets(alert) : [];
    const known = notifications.holds.channelHistories(alert.id).map(({ channelId }) => channelId);
    const waiting = outbox.supersedeCondition(unit, condition.id, now);
    const channels = new Set([...open.map(({ channelId }) => channelId), ...known, ...waiting]);
    conditions.beginFlapping(condition.id, now, [...channels]);
    const { flappingWindowSeconds } = settings.current();
    const params = { changes: transitions.length, windowMs: flappingWindowSeconds * 1_000 };
    const reason = { code: 'event.flapping_started', params } as const;
    const isRouted = alert.closedAt === null && routes.routed;
    this.#deps.tables.timeline.append(unit, {
      ...{ alertId: alert.id, type: 'flapping_started', actor: 'belfry', reason, at: now },
      ...(isRouted && {
        channelReason: { channelIds: routes.channelsOf(alert), reason: notSent('raised') },
      }),
    });
    if (isRouted) outbox.noteDisabled(unit, alert, now);
    outbox.enqueue(unit, alert, 'flapping_started', [...channels].map(toUnroutedTarget), now, {
      waits: waiting,
    });
    unit.changed({ entity: 'status' });
  }

  /** Says that an event notifies no one, and keeps for a firing which channels it would have notified. */
  #keepBack(unit: Unit, alert: AlertRow, event: 'raised' | 'resolved', at: number): void {
    const { routes } = this.#deps;
    const reason = notSent(event);
    this.#deps.tables.timeline.append(unit, {
      ...{ alertId: alert.id, type: 'dropped', actor: 'belfry', reason, at },
      ...(event === 'raised' && {
        channelReason: { channelIds: routes.routed ? routes.channelsOf(alert) : null, reason },
      }),
    });
  }

  /** Returns when a condition that last changed then counts as settled. */
  settlesAt(lastTransitionAt: number): number {
    return lastTransitionAt + cooldownMs(this.#deps.settings.current());
  }
}

const notSent = (event: 'raised' | 'resolved') =>
  ({ code: 'not_notified.flapping', params: { event } }) as const;

const toUnroutedTarget = (channelId: string): Target => ({ channelId, route: null });
