import type { EventOutcome } from '../contract/alert.ts';
import type { EventReason } from '../contract/reasons/event-reasons.ts';
import type { AlertEventType } from '../contract/timeline.ts';
import { isWorse } from '../domain/alert-state.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { afterKnownEnd, endedThrough, isHandled, isOver, stampOf } from '../domain/known-end.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { ConditionRow } from '../store/alerts/condition-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { AlertCloser, Action } from './alert-closer.ts';
import type { Flapping } from './flap-detector.ts';
import type { FollowUpPlans } from './follow-up-plans.ts';
import type { Mutes } from './rules/mutes.ts';
import type { Outbox } from './outbox.ts';
import type { RouteService } from './rules/route-service.ts';

export interface EngineDeps {
  readonly tables: Pick<Tables, 'alerts' | 'touches' | 'conditions' | 'timeline' | 'followUps'>;
  readonly outbox: Outbox;
  readonly flapping: Flapping;
  readonly plans: FollowUpPlans;
  readonly closer: AlertCloser;
  readonly mutes: Pick<Mutes, 'alertChanged' | 'snoozed'>;
  readonly routes: Pick<RouteService, 'targets'>;
  /** After how long without a report an alert that carries no end resolves, in ms. */
  readonly resolveTimeoutMs: () => number;
  readonly newId: () => string;
}

export type Applied = Exclude<EventOutcome, { action: 'rejected' }>;

/** The action that closed an alert. */
interface Closing extends Action {
  /** A resolve by a person does not change the condition, so it does not count for flapping. */
  readonly by: 'sender' | 'person';
  /** The text of the resolving report; null if it says nothing new. The alert keeps the text that it had. */
  readonly end: Pick<AlertRow, 'message' | 'messageReason'> | null;
}

const BELFRY = 'belfry';
const said = <const Code extends string>(code: Code) => ({ code, params: {} }) as const;
const IGNORED: Applied = { alertId: null, action: 'ignored' };

/**
 * Turns events into alerts. Every method runs inside the caller's transaction, so the alert's change,
 * its timeline row and its notifications commit together or not at all.
 */
export class AlertEngine {
  readonly #deps: EngineDeps;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
  }

  /** Raises, touches, escalates, resolves or ignores. `now` is when the event arrived, ms UTC. */
  apply(unit: Unit, event: ConditionEvent, now: number): Applied {
    const { conditions, alerts, touches } = this.#deps.tables;
    const repeated = event.status === 'firing' ? touches.open(event) : null;
    if (repeated) return this.#seen(unit, repeated, event, now);
    const condition = conditions.find(event);
    const open = condition && alerts.openOf(condition.id);
    if (event.status === 'resolved') return this.#resolved(unit, condition, open, event, now);
    if (condition && open?.isMessage) return this.#overMessage(unit, condition, open, event, now);
    return open ? this.#seen(unit, open, event, now) : this.#raise(unit, condition, event, now);
  }

  /**
   * Handles a report under the identity of an open message. One that fires replaces the message, as one
   * under the same sequence id does, and becomes a new alert, since a touch would notify no one. A
   * message has no end, so a report of its end is ignored.
   */
  #overMessage(
    unit: Unit,
    condition: ConditionRow,
    open: AlertRow,
    event: ConditionEvent,
    now: number,
  ): Applied {
    if (this.#isOver(condition, event, now)) return IGNORED;
    const reason = said('event.overtaken');
    this.overtake(unit, open.id, { actor: event.source, reason, at: now });
    return this.#raise(unit, condition, event, now);
  }

  /** Null unless it was open. */
  acknowledge(unit: Unit, id: string, actor: string, now: number): AlertRow | null {
    const alert = this.#deps.tables.alerts.acknowledge(unit, id, now, false);
    if (!alert) return null;
    this.#note(unit, alert, 'acknowledged', { actor, reason: said('event.acknowledged'), at: now });
    unit.counted({ type: 'alert_acknowledged' });
    this.#endReminders(unit, alert, now);
    if (!alert.flapping) this.#deps.outbox.enqueueUpdate(unit, alert, 'acknowledged', [], now);
    unit.changed({ entity: 'status' });
    return alert;
  }

  /** Acknowledges what nobody looked at for long. Notifies no one, since nothing happened; its recovery does. */
  autoAcknowledge(unit: Unit, id: string, openMs: number, now: number): void {
    const alert = this.#deps.tables.alerts.acknowledge(unit, id, now, true);
    if (!alert) return;
    const reason = { code: 'event.auto_acknowledged', params: { openMs } } as const;
    this.#note(unit, alert, 'acknowledged', { actor: BELFRY, reason, at: now });
    unit.counted({ type: 'alert_acknowledged' });
    this.#endReminders(unit, alert, now);
    this.#deps.outbox.refresh(unit, alert, now);
    unit.changed({ entity: 'status' });
  }

  #endReminders(unit: Unit, { id }: AlertRow, now: number): void {
    this.#deps.tables.followUps.dropOfRoutes(id);
    this.#deps.outbox.endReminders(unit, id, now);
  }

  /** Null unless it was acknowledged. Reminders and escalation begin again. */
  unacknowledge(unit: Unit, id: string, actor: string, now: number): AlertRow | null {
    const alert = this.#deps.tables.alerts.unacknowledge(unit, id, now);
    if (!alert) return null;
    const reason = said('event.unacknowledged');
    this.#note(unit, alert, 'unacknowledged', { actor, reason, at: now });
    this.#deps.outbox.takeBack(unit, alert, now);
    if (!alert.flapping) this.#deps.plans.plan(alert, now);
    unit.changed({ entity: 'status' });
    return alert;
  }

  /** Sends nothing about it until then, and a reminder at the end if it still fires. Null when it is closed. */
  snooze(unit: Unit, id: string, until: number, actor: string, now: number): AlertRow | null {
    const alert = this.#deps.tables.alerts.snooze(unit, id, until);
    if (!alert) return null;
    this.#deps.mutes.snoozed(unit, id, until);
    this.#deps.plans.planSnoozeEnd(id, until);
    const reason = { code: 'event.snoozed', params: { until } } as const;
    this.#note(unit, alert, 'snoozed', { actor, reason, at: now });
    return alert;
  }

  /** Ends a snooze, early or because its time has come. Null when it was not snoozed. */
  unsnooze(unit: Unit, id: string, action: Action): AlertRow | null {
    if ((this.#deps.tables.alerts.byId(id)?.snoozedUntil ?? null) === null) return null;
    const alert = this.#deps.tables.alerts.snooze(unit, id, null);
    if (!alert) return null;
    this.#deps.mutes.snoozed(unit, id, null);
    this.#deps.plans.dropSnoozeEnd(id);
    this.#note(unit, alert, 'unsnoozed', action);
    return alert;
  }

  /** Ends the flapping of its condition at a person's word; it may begin again. Null unless it flaps. */
  settle(unit: Unit, id: string, actor: string, now: number): AlertRow | null {
    const { flapping, plans } = this.#deps;
    const { alerts, conditions } = this.#deps.tables;
    const alert = alerts.byId(id);
    const condition = alert && conditions.byId(alert.conditionId);
    if (!condition || !flapping.isOn(condition)) return null;
    const reason = said('event.flapping_ended_manually');
    const open = flapping.end(unit, condition, { actor, reason, at: now });
    if (open?.state === 'open') plans.plan(open, now);
    return alerts.byId(id);
  }

  /** Null when it was closed already. Later reports of the same episode are then ignored. */
  resolveByHand(unit: Unit, id: string, actor: string, now: number): AlertRow | null {
    const reason = said('event.resolved_manually');
    return this.#resolve(unit, id, { actor, reason, at: now, by: 'person', end: null });
  }

  /** Resolves an alert whose own end has passed without another report. */
  resolveEnded(unit: Unit, id: string, now: number): void {
    const reason = said('event.end_passed');
    this.#resolve(unit, id, { actor: BELFRY, reason, at: now, by: 'sender', end: null });
  }

  /** Closes a message that a newer one has made untrue, with all that is still queued of it. */
  overtake(unit: Unit, id: string, action: Action): void {
    this.#resolve(unit, id, { ...action, by: 'sender', end: null });
  }

  /** Closes an alert that nobody reports any more. It is not known to be over, so no one is notified. */
  expire(unit: Unit, id: string, now: number): void {
    const alert = this.#deps.tables.alerts.expire(unit, id, now);
    if (!alert) return;
    const reason = said('event.expired');
    this.#deps.closer.closed(unit, alert, 'expired', { actor: BELFRY, reason, at: now });
    this.#deps.outbox.dropUnnotified(unit, alert, now);
    unit.counted({ type: 'alert_expired', alertId: id });
  }

  /** `known` is null when this is the first that is heard of the condition. */
  #raise(unit: Unit, known: ConditionRow | null, event: ConditionEvent, now: number): Applied {
    const { flapping, outbox, plans } = this.#deps;
    if (known && this.#isOver(known, event, now)) return IGNORED;
    const condition =
      known ?? this.#deps.tables.conditions.insert(event, flapping.firstChange(now));
    const stamp = stampOf(event.occurredAt, now);
    const alert = this.#deps.tables.alerts.insert({
      id: this.#deps.newId(),
      conditionId: condition.id,
      source: event.source,
      host: event.host,
      kind: event.kind,
      dedupKey: event.dedupKey,
      severity: event.severity,
      message: event.message,
      messageReason: event.messageReason ?? null,
      labels: event.labels,
      annotations: event.annotations,
      url: event.url,
      // A sender whose clock is ahead must not make an alert that begins in the future.
      startedAt: Math.min(event.occurredAt ?? now, now),
      reportedAt: event.firesNow ? afterKnownEnd(stamp, condition.endedThrough) : stamp,
      seenAt: now,
      endsAt: event.endsAt,
      flapping: flapping.isOn(condition),
    });
    const reason = { code: 'event.raised', params: { severity: event.severity } } as const;
    this.#note(unit, alert, 'raised', { actor: event.source, reason, at: now });
    unit.counted({ type: 'alert_raised', severity: alert.severity, kind: alert.kind });
    this.#deps.mutes.alertChanged(unit, alert);
    if (known === null || flapping.changed(unit, known, alert, 'firing', now)) {
      outbox.enqueueRaised(unit, alert, now);
      plans.plan(alert, now);
    }
    unit.changed({ entity: 'status' });
    return { alertId: alert.id, action: 'raised' };
  }

  /**
   * Returns true if a firing report belongs to an episode that is over: by its sender's report, unless it
   * fires at this moment, or by a person's decision, which outlives the repeats of Alertmanager's senders.
   */
  #isOver(condition: ConditionRow, { occurredAt, firesNow }: ConditionEvent, now: number): boolean {
    const { endedThrough, handledThrough } = condition;
    if (occurredAt === null) return false;
    if (!firesNow && isOver(occurredAt, endedThrough, now)) return true;
    return isHandled(occurredAt, handledThrough, now);
  }

  #seen(unit: Unit, open: AlertRow, event: ConditionEvent, now: number): Applied {
    if (this.#isRepeat(open, event, now)) {
      const { endsAt } = event;
      const repeat = { seenAt: now, reportedAt: stampOf(event.occurredAt, now), endsAt };
      if (this.#deps.tables.touches.keep(unit, open, repeat)) {
        unit.changed({ entity: 'alert', id: open.id });
        return { alertId: open.id, action: 'touched' };
      }
    }
    const escalates = isWorse(event.severity, open.peakSeverity);
    const alert = this.#deps.tables.alerts.touch(unit, open, {
      severity: event.severity,
      peakSeverity: escalates ? event.severity : open.peakSeverity,
      message: event.message,
      messageReason: event.messageReason ?? null,
      labels: event.labels,
      annotations: event.annotations,
      url: event.url,
      reportedAt: stampOf(event.occurredAt, now),
      seenAt: now,
      endsAt: event.endsAt,
    });
    if (!alert) return IGNORED;
    this.#deps.mutes.alertChanged(unit, alert);
    unit.changed({ entity: 'alert', id: alert.id });
    if (alert.severity !== open.severity) unit.changed({ entity: 'status' });
    if (escalates) this.#escalated(unit, open, alert, event, now);
    else if (!looksTheSame(alert, open)) this.#deps.outbox.refresh(unit, alert, now);
    return { alertId: alert.id, action: 'touched' };
  }

  /**
   * Returns true if a report changes nothing but the alert's count and times, in a way that a crash may
   * forget: the alert must not end earlier for it. Ends that are stored are postponed by a resolve timeout
   * at each start, so an end within one is safe.
   */
  #isRepeat(open: AlertRow, event: ConditionEvent, now: number): boolean {
    const { endsAt } = event;
    const endIsSafe =
      endsAt === open.endsAt ||
      (endsAt !== null &&
        open.endsAt !== null &&
        endsAt > open.endsAt &&
        endsAt <= now + this.#deps.resolveTimeoutMs());
    return (
      endIsSafe &&
      looksTheSame(event, open) &&
      event.url === open.url &&
      haveTheSame(event.annotations, open.annotations)
    );
  }

  /** Routes may ask for what is worse where they did not ask for what it was. */
  #escalated(unit: Unit, before: AlertRow, alert: AlertRow, event: ConditionEvent, now: number) {
    const params = { severityBefore: before.severity, severity: event.severity };
    const reason = { code: 'event.escalated', params } as const;
    this.#note(unit, alert, 'escalated', { actor: event.source, reason, at: now });
    unit.counted({ type: 'alert_escalated', severity: alert.severity });
    if (alert.flapping) return;
    const also = this.#deps.routes.targets(alert).filter(({ route }) => route !== null);
    this.#deps.outbox.enqueueUpdate(unit, alert, 'escalated', also, now);
    if (alert.state === 'open') this.#deps.plans.planWhatIsNew(alert, now);
  }

  #resolved(
    unit: Unit,
    condition: ConditionRow | null,
    open: AlertRow | null,
    event: ConditionEvent,
    now: number,
  ): Applied {
    const { conditions } = this.#deps.tables;
    const { occurredAt } = event;
    const firedAt = open?.lastReportedAt ?? null;
    // An end that was held up on its way says nothing about what was reported as firing after it.
    const isOld = occurredAt !== null && firedAt !== null && occurredAt < firedAt;
    const through = endedThrough(occurredAt, isOld ? null : firedAt, now);
    // An end is remembered also of what nobody has reported as firing yet.
    if (condition) conditions.ended(condition.id, through);
    else conditions.insert(event, { endedThrough: through });
    if (!open || open.isMessage || isOld) return IGNORED;
    const { message, messageReason = null } = event;
    const end = message === '' || message === open.message ? null : { message, messageReason };
    const closing: Closing = {
      ...{ actor: event.source, reason: endReason(end), at: now },
      ...{ by: 'sender', end },
    };
    const alert = this.#resolve(unit, open.id, closing);
    return alert ? { alertId: alert.id, action: 'resolved' } : IGNORED;
  }

  #resolve(unit: Unit, id: string, { by, end, ...action }: Closing): AlertRow | null {
    const { closer, flapping, outbox } = this.#deps;
    const { alerts, conditions } = this.#deps.tables;
    const alert = alerts.resolve(unit, id, action.at);
    if (!alert) return null;
    if (by === 'person' && alert.lastReportedAt !== null) {
      conditions.handled(alert.conditionId, alert.lastReportedAt);
    }
    closer.closed(unit, alert, 'resolved', action);
    const durationMs = action.at - alert.startedAt;
    unit.counted({ type: 'alert_resolved', kind: alert.kind, durationMs });
    if (alert.isMessage) {
      // It reported no state, so no one needs to hear that it is over.
      outbox.supersede(unit, alert.id, action.at);
      return alert;
    }
    const condition = conditions.byId(alert.conditionId);
    const notifies =
      condition === null ||
      (by === 'person'
        ? !flapping.isOn(condition)
        : flapping.changed(unit, condition, alert, 'resolved', action.at));
    if (notifies) {
      const shown = { ...alert, ...end };
      outbox.enqueueResolved(unit, alert, { shown, by }, action.at);
    }
    return alert;
  }

  #note(unit: Unit, alert: AlertRow, type: AlertEventType, action: Action): void {
    this.#deps.tables.timeline.append(unit, { alertId: alert.id, type, ...action });
  }
}

function endReason(end: Closing['end']): EventReason {
  if (!end) return said('event.resolved');
  return end.messageReason
    ? { code: 'event.resolved_because', params: { because: end.messageReason } }
    : { code: 'event.resolved_with', params: { message: end.message } };
}

type Texts = Readonly<Record<string, string>>;

/** Returns true if no matcher and no reader could tell the two apart. */
function looksTheSame(a: Look, b: Look): boolean {
  return a.severity === b.severity && a.message === b.message && haveTheSame(a.labels, b.labels);
}

type Look = Pick<AlertRow, 'severity' | 'message' | 'labels'>;

function haveTheSame(a: Texts, b: Texts): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
  );
}
