import type { EventReason } from '../contract/reasons/event-reasons.ts';
import type { Route } from '../contract/route.ts';
import { isWorse } from '../domain/alert-state.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import { StoredTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { FollowUp } from '../store/alerts/follow-up-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { AlertEngine } from './engine.ts';
import type { Outbox } from './outbox.ts';
import type { Mutes } from './rules/mutes.ts';
import type { RouteService } from './rules/route-service.ts';

export interface FollowUpsDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'followUps' | 'alerts' | 'timeline'>;
  readonly engine: Pick<AlertEngine, 'unsnooze'>;
  readonly outbox: Pick<Outbox, 'enqueue' | 'enqueueReminder'>;
  readonly routes: Pick<RouteService, 'get'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly mutes: Pick<Mutes, 'muteOf'>;
}

/** Small, so that ingest gets its turn between batches. */
const BATCH = 100;
/**
 * The due time of a completed plan: never. The plan stays, so that an alert that becomes more severe does not
 * restart it.
 */
const DONE = 8_640_000_000_000_000;
/** Until the next look at a mute that has no end time. */
const MUTED_RETRY_MS = 60_000;

/**
 * Sends reminders and escalation steps and ends snoozes when they are due. The plans of a muted alert
 * wait for the end of the mute; those of a flapping condition are dropped, and made again once it settles.
 */
export class FollowUps extends StoredTask<FollowUpsDeps> {
  protected readonly entities = ['alert'] as const;

  run(now: number): void {
    const { followUps } = this.deps.tables;
    this.begin((unit) => {
      for (const due of followUps.due(now, BATCH)) this.#act(unit, due, now);
    }, 'Could not act on reminders');
  }

  /** A clock that was set back must not delay reminders by as much. */
  override clockChanged(deltaMs: number): void {
    if (deltaMs >= 0) return;
    const { followUps } = this.deps.tables;
    this.begin(() => followUps.shiftDue(deltaMs), 'Reminders could not follow the clock');
  }

  protected findNext(): number | null {
    return this.deps.tables.followUps.next();
  }

  #act(unit: Unit, due: FollowUp, now: number): void {
    const { engine, mutes, outbox, routes } = this.deps;
    const { alerts, followUps } = this.deps.tables;
    const alert = alerts.byId(due.alertId);
    if (due.kind === 'snooze_end') {
      const reason = { code: 'event.snooze_ended', params: {} } as const;
      followUps.remove(due);
      const awake = engine.unsnooze(unit, due.alertId, { actor: 'belfry', reason, at: now });
      if (awake?.state === 'open' && !awake.flapping)
        outbox.enqueueReminder(unit, awake, { route: null, loudness: 0 }, now);
      return;
    }
    const route = routes.get(due.routeId);
    if (alert?.state !== 'open' || alert.flapping || !route?.enabled) {
      followUps.remove(due);
      return;
    }
    const mute = mutes.muteOf(alert, due.kind === 'reminder' ? 'reminder' : 'escalated', now);
    // Quiet hours take what comes due into their digest; every other mute postpones it.
    if (mute && mute.kind !== 'quiet_hours') {
      const dueAt = Math.max(mute.until ?? 0, now + MUTED_RETRY_MS);
      followUps.put({ ...due, dueAt });
      return;
    }
    if (due.kind === 'reminder') this.#remind(unit, alert, route, due, now);
    else this.#escalate(unit, alert, route, due, now);
  }

  #remind(unit: Unit, alert: AlertRow, route: Route, due: FollowUp, now: number): void {
    const { followUps } = this.deps.tables;
    const { outbox } = this.deps;
    const { number } = due;
    const { reminder } = route;
    if (!reminder || number > reminder.max) {
      followUps.remove(due);
      return;
    }
    const { intervalMs, max, louder, minSeverity } = reminder;
    // It may become as severe again.
    if (isWorse(minSeverity, alert.severity)) {
      followUps.put({ ...due, dueAt: now + intervalMs });
      return;
    }
    const isLouder = louder && alert.severity === 'critical';
    const dueAt = now + intervalMs;
    // No channel has received the previous notification yet, so this reminder does not count.
    const loudness = isLouder ? number : 0;
    if (outbox.enqueueReminder(unit, alert, { route, loudness }, now) === 0) {
      followUps.put({ ...due, dueAt });
      return;
    }
    const openMs = Math.max(0, now - alert.stateFrom);
    const reason: EventReason = isLouder
      ? { code: 'event.reminder_louder', params: { number, max, openMs } }
      : { code: 'event.reminder', params: { number, max } };
    this.#note(unit, alert, 'reminder', reason, now);
    followUps.put({ ...due, number: number + 1, dueAt: number < max ? dueAt : DONE });
  }

  /** A step that is late leaves the next one its distance, so that they still fire one at a time. */
  #escalate(unit: Unit, alert: AlertRow, route: Route, due: FollowUp, now: number): void {
    const { followUps } = this.deps.tables;
    const { outbox, channels } = this.deps;
    const { number } = due;
    const step = route.escalation[number - 1];
    if (!step) {
      followUps.remove(due);
      return;
    }
    const targets = step.channelIds
      .filter((id) => channels.get(id)?.enabled)
      .map((channelId) => ({ channelId, route }));
    const names = targets.map(({ channelId }) => channels.get(channelId)?.name ?? '');
    const openMs = Math.max(0, now - alert.stateFrom);
    const params = { openMs, step: number, steps: route.escalation.length };
    const reason: EventReason =
      names.length === 0
        ? { code: 'event.escalation_step_empty', params }
        : { code: 'event.escalation_step', params: { ...params, channels: names } };
    this.#note(unit, alert, 'escalation_step', reason, now);
    unit.counted({ type: 'alert_escalated', severity: alert.severity });
    outbox.enqueue(unit, alert, 'escalated', targets, now);
    const next = route.escalation[number];
    const dueAt = next ? now + next.afterMs - step.afterMs : DONE;
    followUps.put({ ...due, number: number + 1, dueAt });
  }

  #note(
    unit: Unit,
    alert: AlertRow,
    type: 'reminder' | 'escalation_step',
    reason: EventReason,
    at: number,
  ): void {
    this.deps.tables.timeline.append(unit, {
      alertId: alert.id,
      type,
      actor: 'belfry',
      reason,
      at,
    });
  }
}
