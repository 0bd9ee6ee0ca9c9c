import { isDeepStrictEqual } from 'node:util';
import type { NotificationEvent } from '../contract/notification.ts';
import type { HoldReason } from '../contract/reasons/hold-reasons.ts';
import type { Route } from '../contract/route.ts';
import { isWorse } from '../domain/alert-state.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { Admission } from '../queue/fetcher.ts';
import { toSnapshot, type AlertRow } from '../store/alerts/alert-rows.ts';
import type { ChannelHistory, QueuePosition } from '../store/notifications/held-rows.ts';
import type { ChangedRow, NotificationRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Admissions } from './admission.ts';
import { OutboxNotes } from './outbox-notes.ts';
import type { RouteService, Target } from './rules/route-service.ts';

export interface OutboxDeps {
  readonly tables: Pick<Tables, 'notifications' | 'timeline' | 'threads'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly routes: RouteService;
  readonly admissions: Admissions;
  readonly newId: () => string;
}

interface NewRow {
  readonly event: NotificationEvent;
  readonly target: Target;
  readonly channelName: string;
  readonly admission: Admission;
  readonly loudness: number;
}

/** Facts about new rows beside their alert and their targets. */
interface Extra {
  /** Channels for which a notification of the condition waits. */
  readonly waits?: ReadonlySet<string>;
  /** See `NotificationRow`. */
  readonly loudness?: number;
}

const NONE: ReadonlySet<string> = new Set();

/** The delay of a row behind notifications that go first; they are claimed before it has passed. */
const TURN_MS = 1_000;

/**
 * Decides to whom an alert's events are queued, and queues them in the alert's own transaction. What is
 * decided otherwise than "to everybody, now" is said on the alert's timeline.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #notes: OutboxNotes;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#notes = new OutboxNotes(deps);
  }

  /**
   * Queues a new alert for every channel that its routes select, but for those that take its condition for firing,
   * since the recovery of the alert before is still held.
   */
  enqueueRaised(unit: Unit, alert: AlertRow, now: number): void {
    const targets = this.#deps.routes.targets(alert);
    this.#notes.routing(unit, alert, targets, now);
    this.#notes.disabled(unit, alert, now);
    const continued = this.#continue(unit, alert, targets, now);
    const fresh = targets.filter(({ channelId }) => !continued.has(channelId));
    this.enqueue(unit, alert, 'raised', fresh, now);
  }

  /** Says which channels would be notified of an alert if they were not disabled. */
  noteDisabled(unit: Unit, alert: AlertRow, now: number): void {
    this.#notes.disabled(unit, alert, now);
  }

  /** Queues an announcement for the channels that were chosen for it. */
  enqueueAnnouncement(
    unit: Unit,
    alert: AlertRow,
    channelIds: readonly string[],
    now: number,
  ): void {
    this.#notes.announced(unit, alert, channelIds, now);
    this.enqueue(unit, alert, 'raised', channelIds.map(toUnrouted), now);
  }

  /** Cancels held recoveries that the alert makes untrue, and has it go on for their channels. Returns those. */
  #continue(
    unit: Unit,
    alert: AlertRow,
    targets: readonly Target[],
    now: number,
  ): ReadonlySet<string> {
    const { notifications, threads } = this.#deps.tables;
    const continued = new Set<string>();
    for (const { id, channelId, alertId, snapshot } of notifications.holds.heldRecoveries(
      alert.conditionId,
    )) {
      const target = targets.find((it) => it.channelId === channelId);
      const channel = this.#deps.channels.get(channelId);
      // Sent where it is worse than its receiver knows, or the alert before was taken care of.
      const differs =
        isWorse(alert.severity, snapshot.severity) || snapshot.acknowledgedAt !== null;
      if (!target || !channel || differs) continue;
      this.#superseded(unit, notifications.holds.supersedeRecovery(id, now));
      const reason = { code: 'not_notified.fired_again', params: {} } as const;
      this.#notes.dropped(unit, alertId, [channelId], reason, now);
      const admission = { dueAt: now, bundleId: null, hold: null };
      threads.continue(channelId, alertId, alert.id);
      const row = this.#insert(
        unit,
        alert,
        { event: 'raised', target, channelName: channel.name, admission, loudness: 0 },
        now,
      );
      notifications.holds.continue(row, now);
      continued.add(channelId);
    }
    if (continued.size === 0) return continued;
    const names = [...continued].map((id) => this.#notes.nameOf(id));
    this.#notes.continued(unit, alert.id, names, now);
    return continued;
  }

  /**
   * Queues an update of an alert that was notified already. Channels whose first notification is still held get that
   * notification brought up to date instead.
   */
  enqueueUpdate(
    unit: Unit,
    alert: AlertRow,
    event: 'acknowledged' | 'escalated',
    also: readonly Target[],
    now: number,
  ): void {
    this.refresh(unit, alert, now);
    // A route that asks for what is worse may not want to wait as another one did.
    for (const { channelId, route } of also) {
      const rerouted = this.#deps.tables.notifications.holds.reroute(
        alert.id,
        channelId,
        route?.id ?? null,
        now,
      );
      if (rerouted) unit.enqueued(channelId);
    }
    const channelHistories = this.#deps.tables.notifications.holds.channelHistories(alert.id);
    const notified = channelHistories
      .filter(({ unattempted }) => !unattempted)
      .map(toTarget(this.#deps.routes));
    const known = new Set(channelHistories.map(({ channelId }) => channelId));
    const fresh = also.filter(({ channelId }) => !known.has(channelId));
    this.enqueue(unit, alert, event, [...notified, ...fresh], now);
  }

  /** Updates held notifications to the alert as it is now. Makes muted ones due: the mute may have ended. */
  refresh(unit: Unit, alert: AlertRow, now: number): void {
    const { holds } = this.#deps.tables.notifications;
    for (const { id, channelId } of holds.refresh(alert.id, toSnapshot(alert), now)) {
      unit.changed({ entity: 'notification', id });
      unit.enqueued(channelId);
    }
    for (const channelId of holds.releaseMutes(alert.id, now)) unit.enqueued(channelId);
  }

  /** Somebody takes care of it: reminders that still wait are not sent. */
  endReminders(unit: Unit, alertId: string, now: number): void {
    this.#superseded(unit, this.#deps.tables.notifications.holds.supersedeReminders(alertId, now));
  }

  /** A queued acknowledgement is no longer true; channels that have it are notified that the alert still fires. */
  takeBack(unit: Unit, alert: AlertRow, now: number): void {
    const { holds } = this.#deps.tables.notifications;
    this.refresh(unit, alert, now);
    this.#superseded(unit, holds.supersedeAcknowledged(alert.id, now));
    const targets = holds.acknowledgedTo(alert.id).map(toUnrouted);
    if (!alert.flapping) this.enqueue(unit, alert, 'reminder', targets, now);
  }

  /** It is not known to be over and nobody reports it any more: who knows nothing of it need not. */
  dropUnnotified(unit: Unit, alert: AlertRow, now: number): void {
    const cancelled = this.#deps.tables.notifications.holds.supersedeUnattempted(alert.id, now);
    this.#superseded(unit, cancelled);
    if (cancelled.length === 0) return;
    const ids = [...new Set(cancelled.map(({ channelId }) => channelId))];
    const reason = { code: 'not_notified.expired_on_hold', params: {} } as const;
    this.#notes.dropped(unit, alert.id, ids, reason, now);
  }

  /** Queues a reminder for notified channels with nothing else queued. Returns how many. */
  enqueueReminder(
    unit: Unit,
    alert: AlertRow,
    { route, loudness }: { readonly route: Route | null; readonly loudness: number },
    now: number,
  ): number {
    const targets = this.#deps.tables.notifications.holds
      .channelHistories(alert.id)
      .filter(({ unsettled }) => !unsettled)
      .filter(({ channelId }) => this.#isEnabled(channelId))
      .filter(({ channelId }) => route === null || route.channelIds.includes(channelId))
      .map(({ channelId }) => ({ channelId, route }));
    this.enqueue(unit, alert, 'reminder', targets, now, { loudness });
    return targets.length;
  }

  /**
   * Recovery goes to exactly the channels that were notified of the firing. Where all of it was held on
   * purpose and never attempted, both are spared; everything else that still waits is superseded. What a
   * person resolves need not prove that it stays so.
   */
  enqueueResolved(
    unit: Unit,
    alert: AlertRow,
    { shown, by }: { readonly shown: AlertRow; readonly by: 'sender' | 'person' },
    now: number,
  ): void {
    const { routes } = this.#deps;
    const { holds } = this.#deps.tables.notifications;
    const channelHistories = holds.channelHistories(alert.id);
    this.#superseded(unit, holds.supersedeAlert(alert.id, now));
    // Dead ones stay, and are shown as obsolete from now on.
    for (const id of this.#deps.tables.notifications.deadLetters.ofAlert(alert.id)) {
      unit.changed({ entity: 'notification', id });
    }
    const spared = new Held();
    for (const { hold, channelId } of channelHistories) if (hold) spared.add(hold, channelId);
    for (const { hold, channels } of spared.all) {
      const reason = { code: 'not_notified.resolved_on_hold', params: { hold } } as const;
      this.#notes.dropped(unit, alert.id, channels, reason, now);
    }
    const known = channelHistories.filter(({ unattempted }) => !unattempted);
    const unheard = known.filter((history) => !this.#wantsRecovery(history));
    if (unheard.length > 0) {
      const ids = unheard.map(({ channelId }) => channelId);
      const reason = { code: 'not_notified.never_delivered', params: {} } as const;
      this.#notes.dropped(unit, alert.id, ids, reason, now);
    }
    const targets = known
      .filter((history) => this.#wantsRecovery(history))
      .map(toTarget(routes))
      .map((target) => (by === 'person' ? atOnce(target) : target));
    const waiting = new Set(
      known.filter(({ unsettled }) => unsettled).map(({ channelId }) => channelId),
    );
    this.enqueue(unit, shown, 'resolved', targets, now, { waits: waiting });
  }

  /** All that still waits of a message gives way to its newer text, or to nothing once it is over. */
  supersede(unit: Unit, alertId: string, now: number): void {
    this.#superseded(unit, this.#deps.tables.notifications.holds.supersedeMessage(alertId, now));
  }

  /** Supersedes everything that still waits for a condition. Returns the channels of these rows. */
  supersedeCondition(unit: Unit, conditionId: number, now: number): ReadonlySet<string> {
    const cancelled = this.#deps.tables.notifications.holds.supersedeCondition(conditionId, now);
    this.#superseded(unit, cancelled);
    return new Set(cancelled.map(({ channelId }) => channelId));
  }

  /**
   * Queues an event for channels. A disabled one gets nothing new; only where a notification of the condition already
   * `waits` for it does an end take its place, or what is sent once it is enabled would be untrue.
   */
  enqueue(
    unit: Unit,
    alert: AlertRow,
    event: NotificationEvent,
    all: readonly Target[],
    now: number,
    { waits = NONE, loudness = 0 }: Extra = {},
  ): void {
    const gets = ({ channelId }: Target): boolean =>
      waits.has(channelId) || this.#deps.channels.get(channelId)?.enabled !== false;
    const targets = all.filter(gets);
    const skipped = all.filter((target) => !gets(target)).map(({ channelId }) => channelId);
    const disabled = { code: 'not_notified.channel_disabled', params: { event } } as const;
    this.#notes.dropped(unit, alert.id, skipped, disabled, now);
    if (targets.length === 0) return;
    const held = new Held();
    for (const target of targets) {
      const { channelId, route } = target;
      const channel = this.#deps.channels.get(channelId);
      if (!channel) continue;
      const notBefore = alert.isMessage ? alert.startedAt : null;
      const candidate = { channelId, event, route, alert, notBefore };
      const admission = this.#deps.admissions.admit(candidate, now);
      if (isUpdate(event)) {
        this.#superseded(
          unit,
          this.#deps.tables.notifications.holds.supersedeUpdates(alert.id, channelId, event, now),
        );
      }
      const channelName = channel.name;
      this.#insert(unit, alert, { event, target, channelName, admission, loudness }, now);
      if (admission.hold) {
        const { reason, kind } = admission.hold;
        unit.counted({ type: 'alert_suppressed', alertId: alert.id, reason: kind });
        held.add(reason, channel.name);
      }
    }
    for (const { hold, channels } of held.all) {
      this.#notes.held(unit, alert.id, channels, hold, now);
    }
  }

  /** Returns the new row's id. */
  #insert(
    unit: Unit,
    alert: AlertRow,
    { event, target: { channelId, route }, channelName, admission, loudness }: NewRow,
    now: number,
  ): string {
    const id = this.#deps.newId();
    this.#deps.tables.notifications.insert({
      id,
      alertId: alert.id,
      conditionId: alert.conditionId,
      channelId,
      channelName,
      event,
      isMessage: alert.isMessage,
      snapshot: toSnapshot(alert),
      createdAt: now,
      routeId: route?.id ?? null,
      loudness,
      ...admission,
    });
    unit.changed({ entity: 'notification', id });
    unit.enqueued(channelId);
    return id;
  }

  /**
   * Returns how a row that came due must wait after all, and notes the reason on its alert's timeline; null if it
   * is sent. A row that is sent supersedes earlier rows of its condition that are still held.
   */
  recheck(unit: Unit, row: NotificationRow, now: number): Admission | null {
    const admission = row.pastHolds ? null : this.#deps.admissions.readmit(row, now);
    const { alertId, conditionId, channelId, seq } = row;
    if (alertId === null || conditionId === null) return admission;
    if (!admission?.hold) {
      return this.#leaves(unit, row, { channelId, conditionId, seq }, now);
    } else if (!isDeepStrictEqual(admission.hold.reason, row.hold?.reason)) {
      unit.counted({ type: 'alert_suppressed', alertId, reason: admission.hold.kind });
      const names = [this.#notes.nameOf(channelId)];
      this.#notes.held(unit, alertId, names, admission.hold.reason, now);
    }
    return admission;
  }

  /** Earlier rows that are held do not block it, except notifications about flapping, which go first. */
  #leaves(
    unit: Unit,
    row: NotificationRow,
    position: QueuePosition,
    now: number,
  ): Admission | null {
    const { holds } = this.#deps.tables.notifications;
    if (!holds.hasEarlierHeld(position)) return null;
    const first = holds.refreshFlapping(position, row.snapshot, now);
    this.#superseded(unit, first);
    if (first.length > 0) return { dueAt: now + TURN_MS, bundleId: row.bundleId, hold: null };
    const earlier = holds.supersedeEarlier(position, now);
    this.#superseded(unit, earlier);
    for (const { alertId, channelId, event } of earlier) {
      if (event !== 'resolved') continue;
      const reason = { code: 'not_notified.fired_again', params: {} } as const;
      this.#notes.dropped(unit, alertId, [channelId], reason, now);
    }
    return null;
  }

  /** A channel may want to hear nothing of a recovery whose firing never arrived there. */
  #wantsRecovery({ channelId, delivered }: ChannelHistory): boolean {
    return delivered || this.#deps.channels.get(channelId)?.resolveOnlyIfDelivered !== true;
  }

  #superseded(unit: Unit, rows: readonly ChangedRow[]): void {
    for (const { id, channelId } of rows) {
      unit.changed({ entity: 'notification', id });
      // Rows of the same condition may have waited behind it.
      unit.enqueued(channelId);
    }
  }

  #isEnabled(channelId: string): boolean {
    return this.#deps.channels.get(channelId)?.enabled === true;
  }
}

/** Channels by what holds their notifications. */
class Held {
  readonly all: { readonly hold: HoldReason; readonly channels: string[] }[] = [];

  add(hold: HoldReason, channel: string): void {
    const same = this.all.find((other) => isDeepStrictEqual(other.hold, hold));
    if (same) same.channels.push(channel);
    else this.all.push({ hold, channels: [channel] });
  }
}

const isUpdate = (event: NotificationEvent): boolean =>
  event === 'acknowledged' || event === 'escalated' || event === 'reminder';

/** The target without its route's delay of recoveries. */
const atOnce = ({ channelId, route }: Target): Target => ({
  channelId,
  route: route && { ...route, resolvedForMs: 0 },
});

const toUnrouted = (channelId: string): Target => ({ channelId, route: null });

const toTarget =
  (routes: RouteService) =>
  ({ channelId, routeId }: { channelId: string; routeId: string | null }): Target => ({
    channelId,
    route: routeId === null ? null : routes.get(routeId),
  });
