import type { AlertEventType, EventOutcome } from '../contract/alert.ts';
import { isWorse } from '../domain/alert-state.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import type { AlertEventTable } from '../store/alert-events.ts';
import type { AlertRow } from '../store/alert-rows.ts';
import type { AlertTable } from '../store/alerts.ts';
import type { ConditionTable } from '../store/conditions.ts';
import type { Unit } from '../store/unit.ts';
import type { Outbox } from './outbox.ts';

export interface EngineDeps {
  readonly alerts: AlertTable;
  readonly conditions: ConditionTable;
  readonly timeline: AlertEventTable;
  readonly outbox: Outbox;
  readonly newId: () => string;
}

export type Applied = Exclude<EventOutcome, { action: 'rejected' }>;

/** What somebody did, and what the timeline says about it. */
interface Deed {
  readonly actor: string;
  readonly detail: string;
  readonly at: number;
}

const IGNORED: Applied = { alertId: null, action: 'ignored' };

/**
 * Turns events into alerts. Every method runs inside the caller's transaction, so the alert's change,
 * its timeline row and the notifications it owes commit together or not at all.
 */
export class AlertEngine {
  readonly #deps: EngineDeps;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
  }

  /** Raises, touches, escalates, resolves or ignores. `now` is when the event arrived, ms UTC. */
  apply(unit: Unit, event: ConditionEvent, now: number): Applied {
    const open = this.#deps.alerts.openByIdentity(event);
    if (event.status === 'resolved') return open ? this.#resolved(unit, open, event, now) : IGNORED;
    return open ? this.#seen(unit, open, event, now) : this.#raise(unit, event, now);
  }

  /** Null unless it was open. */
  acknowledge(unit: Unit, id: string, actor: string, now: number): AlertRow | null {
    const alert = this.#deps.alerts.acknowledge(id, now);
    if (!alert) return null;
    this.#note(unit, alert, 'acknowledged', { actor, detail: 'Acknowledged.', at: now });
    this.#deps.outbox.oweToTold(unit, alert, 'acknowledged', now);
    return alert;
  }

  /** Null when it was closed already. Later reports of the same episode are then ignored. */
  resolveByHand(unit: Unit, id: string, actor: string, now: number): AlertRow | null {
    const deed = { actor, detail: 'Resolved by hand.', at: now };
    return this.#close(unit, id, true, deed);
  }

  /** Resolves an alert whose own end has passed without another report. */
  resolveEnded(unit: Unit, id: string, now: number): void {
    const detail = 'Its end passed and nobody reported it again.';
    this.#close(unit, id, false, { actor: 'belfry', detail, at: now });
  }

  #raise(unit: Unit, event: ConditionEvent, now: number): Applied {
    const conditionId = this.#deps.conditions.idOf(event);
    if (this.#belongsToEpisodeClosedByHand(conditionId, event)) return IGNORED;
    const alert = this.#deps.alerts.insert({
      id: this.#deps.newId(),
      conditionId,
      source: event.source,
      host: event.host,
      kind: event.kind,
      dedupKey: event.dedupKey,
      severity: event.severity,
      message: event.message,
      labels: event.labels,
      annotations: event.annotations,
      url: event.url,
      // A sender whose clock is ahead must not make an alert that begins in the future.
      startedAt: Math.min(event.occurredAt ?? now, now),
      reportedAt: event.occurredAt,
      seenAt: now,
      endsAt: event.endsAt,
    });
    const detail = `Raised as ${event.severity}.`;
    this.#note(unit, alert, 'raised', { actor: event.source, detail, at: now });
    this.#deps.outbox.oweToAll(unit, alert, 'raised', now);
    unit.changed({ entity: 'status' });
    return { alertId: alert.id, action: 'raised' };
  }

  /**
   * Alertmanager's senders repeat an episode until it ends; a person's word outlives those repeats.
   * The sender's times are compared with the sender's alone, since its clock may not be ours.
   */
  #belongsToEpisodeClosedByHand(conditionId: number, event: ConditionEvent): boolean {
    if (event.occurredAt === null) return false;
    const upTo = this.#deps.alerts.handledUpTo(conditionId);
    return upTo !== null && event.occurredAt <= upTo;
  }

  #seen(unit: Unit, open: AlertRow, event: ConditionEvent, now: number): Applied {
    const escalates = isWorse(event.severity, open.peakSeverity);
    const alert = this.#deps.alerts.touch({
      id: open.id,
      severity: event.severity,
      peakSeverity: escalates ? event.severity : open.peakSeverity,
      message: event.message,
      labels: event.labels,
      annotations: event.annotations,
      url: event.url,
      reportedAt: event.occurredAt,
      seenAt: now,
      endsAt: event.endsAt,
    });
    if (!alert) return IGNORED;
    unit.changed({ entity: 'alert', id: alert.id });
    if (alert.severity !== open.severity) unit.changed({ entity: 'status' });
    if (escalates) {
      const detail = `Severity rose from ${open.severity} to ${event.severity}.`;
      this.#note(unit, alert, 'escalated', { actor: event.source, detail, at: now });
      this.#deps.outbox.oweToTold(unit, alert, 'escalated', now);
    }
    return { alertId: alert.id, action: 'touched' };
  }

  #resolved(unit: Unit, open: AlertRow, event: ConditionEvent, now: number): Applied {
    // A resolve of an earlier episode that was held up on its way says nothing about this one.
    const began = open.firstReportedAt;
    if (event.occurredAt !== null && began !== null && event.occurredAt < began) return IGNORED;
    const news = event.message === open.message ? '' : event.message;
    const detail = news === '' ? 'Reported as resolved.' : `Reported as resolved: ${news}`;
    const deed = { actor: event.source, detail, at: now };
    const alert = this.#close(unit, open.id, false, deed, news);
    return alert ? { alertId: alert.id, action: 'resolved' } : IGNORED;
  }

  /** `news` is what the resolving report says; the alert keeps what it was about. */
  #close(unit: Unit, id: string, byHand: boolean, deed: Deed, news = ''): AlertRow | null {
    const alert = this.#deps.alerts.resolve(id, deed.at, byHand);
    if (!alert) return null;
    this.#note(unit, alert, 'resolved', deed);
    this.#deps.outbox.supersede(unit, alert, deed.at);
    const told = news === '' ? alert : { ...alert, message: news };
    this.#deps.outbox.oweToTold(unit, told, 'resolved', deed.at);
    unit.changed({ entity: 'status' });
    return alert;
  }

  #note(unit: Unit, alert: AlertRow, type: AlertEventType, deed: Deed): void {
    this.#deps.timeline.append({ alertId: alert.id, type, ...deed });
    unit.changed({ entity: 'alert', id: alert.id });
  }
}
