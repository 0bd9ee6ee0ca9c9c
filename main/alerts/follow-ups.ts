import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { EventReason } from '../contract/reasons/event-reasons.ts';
import type { Route } from '../contract/route.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork } from '../scheduler/task-work.ts';
import type { AlertEventTable } from '../store/alerts/alert-event-table.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { AlertTable } from '../store/alerts/alert-table.ts';
import type { FollowUp, FollowUpTable } from '../store/alerts/follow-up-table.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { AlertEngine } from './engine.ts';
import type { Mutes } from './rules/mutes.ts';
import type { Outbox } from './outbox.ts';
import type { RouteService } from './rules/route-service.ts';

export interface FollowUpsDeps {
  readonly followUps: FollowUpTable;
  readonly alerts: Pick<AlertTable, 'byId'>;
  readonly engine: Pick<AlertEngine, 'unsnooze'>;
  readonly outbox: Pick<Outbox, 'enqueue' | 'enqueueReminder'>;
  readonly routes: Pick<RouteService, 'get'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly mutes: Pick<Mutes, 'muteOf'>;
  readonly timeline: AlertEventTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
}

/** Small, so that ingest gets its turn between batches. */
const BATCH = 100;
/** What is done stays planned for never, so that an alert that gets worse does not begin it anew. */
const DONE = 8_640_000_000_000_000;
/** A mute that ends with something else is asked about again after so long. */
const MUTED_RETRY_MS = 60_000;

/**
 * Acts on what open alerts planned: reminders, escalation steps one at a time, ends of snoozes. While
 * an alert is muted its plans wait for the end of that; while its condition flaps they are given up,
 * and made anew when it is calm.
 */
export class FollowUps implements Service, Scheduled {
  readonly #deps: FollowUpsDeps;
  readonly #work: TaskWork;
  #started = false;
  /** Undefined until it is looked up. */
  #next: number | null | undefined = undefined;

  constructor(deps: FollowUpsDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    deps.writer.onCommitted(({ changes }) => {
      if (changes.some(({ entity }) => entity === 'alert')) this.#lookAgain();
    });
  }

  start(): void {
    this.#started = true;
    this.#lookAgain();
  }

  stop(): Promise<void> {
    this.#started = false;
    return Promise.resolve();
  }

  nextDueAt(): number | null {
    if (!this.#started || this.#work.busy) return null;
    if (this.#next === undefined) this.#next = this.#deps.followUps.next();
    return this.#next === null ? null : this.#work.turnFor(this.#next);
  }

  run(now: number): void {
    const { followUps, writer } = this.#deps;
    this.#next = undefined;
    this.#work.begin(
      writer.submit((unit) => {
        for (const due of followUps.due(now, BATCH)) this.#act(unit, due, now);
      }),
      'Could not act on reminders',
    );
  }

  /** A clock that was set back must not put reminders off by as much. */
  clockChanged(deltaMs: number): void {
    if (deltaMs >= 0) return;
    const { followUps, writer } = this.#deps;
    this.#next = undefined;
    const work = writer.submit(() => followUps.shiftDue(deltaMs));
    this.#work.begin(work, 'Reminders could not follow the clock');
  }

  #lookAgain(): void {
    this.#next = undefined;
    if (this.#started) this.#deps.wake();
  }

  #act(unit: Unit, due: FollowUp, now: number): void {
    const { alerts, engine, followUps, mutes, outbox, routes } = this.#deps;
    const alert = alerts.byId(due.alertId);
    if (due.kind === 'snooze_end') {
      const reason = { code: 'event.snooze_ended', params: {} } as const;
      followUps.remove(due);
      const awake = engine.unsnooze(unit, due.alertId, { actor: 'belfry', reason, at: now });
      if (awake?.state === 'open' && !awake.flapping)
        outbox.enqueueReminder(unit, awake, null, now);
      return;
    }
    const route = routes.get(due.routeId);
    if (alert?.state !== 'open' || alert.flapping || !route?.enabled) {
      followUps.remove(due);
      return;
    }
    const mute = mutes.muteOf(alert, due.kind === 'reminder' ? 'reminder' : 'escalated', now);
    // Quiet hours take what comes due into their digest; everything else puts it off.
    if (mute && mute.kind !== 'quiet_hours') {
      const dueAt = Math.max(mute.until ?? 0, now + MUTED_RETRY_MS);
      followUps.put({ ...due, dueAt });
      return;
    }
    if (due.kind === 'reminder') this.#remind(unit, alert, route, due, now);
    else this.#escalate(unit, alert, route, due, now);
  }

  #remind(unit: Unit, alert: AlertRow, route: Route, due: FollowUp, now: number): void {
    const { followUps, outbox } = this.#deps;
    const { number } = due;
    if (!route.reminder || number > route.reminder.max) {
      followUps.remove(due);
      return;
    }
    const { intervalMs, max } = route.reminder;
    const dueAt = now + intervalMs;
    // Nobody who is to be reminded has got the last word yet, so this one does not count.
    if (outbox.enqueueReminder(unit, alert, route, now) === 0) {
      followUps.put({ ...due, dueAt });
      return;
    }
    const reason = { code: 'event.reminder', params: { number, max } } as const;
    this.#note(unit, alert, 'reminder', reason, now);
    followUps.put({ ...due, number: number + 1, dueAt: number < max ? dueAt : DONE });
  }

  /** A step that is late leaves the next one its distance, so that they still fire one at a time. */
  #escalate(unit: Unit, alert: AlertRow, route: Route, due: FollowUp, now: number): void {
    const { followUps, outbox, channels } = this.#deps;
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
    this.#deps.timeline.append(unit, { alertId: alert.id, type, actor: 'belfry', reason, at });
  }
}
