import type { Service } from '../../base/lifecycle.ts';
import { errorText } from '../../base/logger.ts';
import type { NotificationEvent } from '../../contract/notification.ts';
import type { DeliveryPause, Status } from '../../contract/system.ts';
import type { Settings, QuietHours } from '../../contract/settings.ts';
import { oneLine } from '../../domain/message-text.ts';
import { deliveryPauseReason } from '../../domain/pauses.ts';
import type { Scheduled } from '../../scheduler/scheduler.ts';
import { TaskWork, type TaskDeps } from '../../scheduler/task-work.ts';
import type { Unit } from '../../store/unit.ts';
import type { InhibitionService } from './inhibition-service.ts';
import type { MaintenanceService } from './maintenance-service.ts';
import {
  earliest,
  excerpt,
  noteMuting,
  type Mute,
  type MuteSubject,
  type Release,
} from './mute-reason.ts';
import type { SilenceService } from './silence-service.ts';
import type { Severity } from '../../contract/primitives.ts';
import type { Calendar } from '../../domain/calendar-span.ts';
import { weeklyCalendar } from '../../domain/calendar.ts';

export interface MutesDeps extends TaskDeps {
  readonly pause: { current(): DeliveryPause | null };
  readonly silences: Pick<SilenceService, 'muting' | 'inForce' | 'nextChangeAt' | 'version'>;
  readonly maintenance: Pick<MaintenanceService, 'muting' | 'inForce' | 'nextChangeAt' | 'version'>;
  readonly inhibitions: Pick<InhibitionService, 'muting' | 'alertChanged'>;
  readonly settings: { current(): Settings };
  /** Every alert that is snoozed; asked once, at the start. */
  readonly snoozedAlerts: () => Iterable<Snooze>;
  readonly release: Release;
  /** Makes due what waits for a moment of the clock, so that it is asked about again. */
  readonly releaseTimed: (unit: Unit, now: number) => void;
}

/**
 * Says what mutes an alert now, from memory alone: every event asks. Reasons that end
 * by the clock need nobody to end them, since what they hold is due then; those that end early release
 * it. As a scheduled task it lets windows know when one begins or ends.
 */
export class Mutes implements Service, Scheduled {
  readonly #deps: MutesDeps;
  readonly #quiet: QuietHoursWatch;
  readonly #snoozes: Snoozes;
  readonly #work: TaskWork;
  #quietVersion: string;
  /** The next begin or end that windows must be notified of, ms UTC, as of `#basis`. */
  #nextAt: number | null = null;
  #basis = '';
  /** The moment at which windows are notified of missed changes (ms UTC); null if none was missed. */
  #overdueAt: number | null = null;
  /** The clock was set back, so that what is held would wait for longer than what holds it. */
  #wasSetBack = false;

  constructor(deps: MutesDeps) {
    this.#deps = deps;
    this.#quiet = new QuietHoursWatch(() => deps.settings.current().quietHours);
    this.#snoozes = new Snoozes(deps.snoozedAlerts(), deps.release);
    this.#work = new TaskWork(deps);
    this.#quietVersion = this.#quiet.version;
    deps.writer.onCommitted(({ changes }) => {
      if (changes.some(({ entity }) => entity === 'settings')) this.#settingsChanged();
      if (changes.some(({ entity }) => entity === 'suppression')) deps.wake();
    });
  }

  /** The first reason not to send `event` at `now` (ms UTC); null when there is none. */
  muteOf(subject: MuteSubject, event: NotificationEvent, now: number): Mute | null {
    if (event === 'test') return null;
    return (
      this.#paused() ??
      this.#silenced(subject, now) ??
      this.#maintained(subject, now) ??
      this.#inhibited(subject) ??
      this.#snoozed(subject, event, now) ??
      this.#quieted(subject, event, now)
    );
  }

  /** Updates the mutes after an alert was raised, touched or closed. Call inside the same transaction. */
  alertChanged(unit: Unit, alert: MuteSubject & { readonly closedAt: number | null }): void {
    const now = this.#deps.clock.now();
    this.#deps.inhibitions.alertChanged(unit, alert, alert.closedAt === null, now);
    if (alert.closedAt !== null) this.#snoozes.set(unit, alert.id, null, now);
  }

  /** Snoozes an alert until a moment (ms UTC), or with null wakes it; within the transaction that stores it. */
  snoozed(unit: Unit, alertId: string, until: number | null): void {
    this.#snoozes.set(unit, alertId, until, this.#deps.clock.now());
  }

  /** Returns the mutes that are in force at `now`. */
  summary(now: number): Status['muting'] {
    const silences = this.#deps.silences.inForce(now);
    const windows = this.#deps.maintenance.inForce(now);
    const quietUntil = this.#quiet.until(now);
    return {
      silences: silences.count,
      maintenanceWindows: windows.count,
      quietUntil,
      nextEndAt: earliest([silences.firstEndAt, windows.firstEndAt, quietUntil]),
    };
  }

  /** Quiet hours, or the clock, may have been changed before this process could let go of what they held. */
  async start(): Promise<void> {
    const { releaseTimed, writer, clock } = this.#deps;
    await writer.submit((unit) => releaseTimed(unit, clock.now()));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  nextDueAt(): number | null {
    if (this.#work.busy) return null;
    const { silences, maintenance, clock } = this.#deps;
    const basis = `${silences.version} ${maintenance.version} ${this.#quiet.version}`;
    if (basis !== this.#basis) {
      const now = clock.now();
      if (this.#nextAt !== null && this.#nextAt <= now) this.#overdueAt ??= this.#nextAt;
      this.#basis = basis;
      this.#nextAt = this.#nextChangeAt(now);
    }
    const dueAt = earliest([this.#overdueAt, this.#nextAt]);
    return dueAt === null ? null : this.#work.turnFor(dueAt);
  }

  /** Something has begun or ended by the clock. */
  run(now: number): void {
    const wasSetBack = this.#wasSetBack;
    this.#overdueAt = null;
    this.#wasSetBack = false;
    this.#nextAt = this.#nextChangeAt(now);
    const { writer, releaseTimed } = this.#deps;
    const noted = writer
      .submit((unit) => {
        if (wasSetBack) releaseTimed(unit, now);
        noteMuting(unit);
      })
      .catch((error: unknown) => {
        this.#overdueAt = now;
        this.#wasSetBack ||= wasSetBack;
        throw error;
      });
    this.#work.begin(noted, 'Windows could not be updated about a mute that began or ended');
  }

  /** Windows were not notified of what the clock jumped over, and what is held may be held no longer. */
  clockChanged(deltaMs: number): void {
    const now = this.#deps.clock.now();
    const before = this.#nextAt;
    this.#nextAt = this.#nextChangeAt(now);
    this.#wasSetBack ||= deltaMs < 0;
    if (this.#wasSetBack || before !== null || this.#nextAt !== null) this.#overdueAt = now;
  }

  #paused(): Mute | null {
    const pause = this.#deps.pause.current();
    if (pause === null) return null;
    const { until } = pause;
    return { kind: 'pause', ref: null, reason: deliveryPauseReason(pause), until };
  }

  #silenced(subject: MuteSubject, now: number): Mute | null {
    const silence = this.#deps.silences.muting(subject, now);
    if (!silence) return null;
    const { id, author, endsAt: until } = silence;
    const comment = excerpt(silence.comment);
    const reason =
      comment === ''
        ? ({ code: 'hold.silence_unnamed', params: { author, until } } as const)
        : ({ code: 'hold.silence', params: { comment, author, until } } as const);
    return { kind: 'silence', ref: id, reason, until };
  }

  /** The announcement of maintenance must not wait for its end. */
  #maintained(subject: MuteSubject, now: number): Mute | null {
    if (subject.messageReason?.code.startsWith('maintenance.')) return null;
    const covering = this.#deps.maintenance.muting(subject, now);
    if (!covering) return null;
    const { row, until } = covering;
    const reason = {
      code: 'hold.maintenance',
      params: { name: excerpt(row.name), until },
    } as const;
    return { kind: 'maintenance', ref: row.id, reason, until };
  }

  #inhibited(subject: MuteSubject): Mute | null {
    const inhibited = this.#deps.inhibitions.muting(subject);
    if (!inhibited) return null;
    const { row, by } = inhibited;
    const params = { name: excerpt(row.name), kind: oneLine(by.kind), host: oneLine(by.host) };
    const reason = { code: 'hold.inhibition', params } as const;
    return { kind: 'inhibition', ref: row.id, reason, until: null };
  }

  /** A snooze ends with its alert, so it does not hold the notification of that end. */
  #snoozed({ id }: MuteSubject, event: NotificationEvent, now: number): Mute | null {
    if (event === 'resolved') return null;
    const until = this.#snoozes.until(id, now);
    if (until === null) return null;
    return { kind: 'snooze', ref: id, reason: { code: 'hold.snooze', params: { until } }, until };
  }

  #quieted({ severity }: MuteSubject, event: NotificationEvent, now: number): Mute | null {
    const until = this.#quiet.holds(severity, event, now);
    if (until === null) return null;
    const reason = { code: 'hold.quiet_hours', params: { until } } as const;
    return { kind: 'quiet_hours', ref: null, reason, until };
  }

  #nextChangeAt(now: number): number | null {
    const { silences, maintenance } = this.#deps;
    return earliest([
      silences.nextChangeAt(now),
      maintenance.nextChangeAt(now),
      this.#quiet.nextChangeAt(now),
    ]);
  }

  /**
   * Other quiet hours may let go of what the old ones hold. Should this fail, nothing is lost: it waits
   * for the old end.
   */
  #settingsChanged(): void {
    const { writer, clock, logger, release, wake } = this.#deps;
    if (this.#quiet.version === this.#quietVersion) return;
    this.#quietVersion = this.#quiet.version;
    writer
      .submit((unit) => {
        release(unit, 'quiet_hours', null, clock.now());
        noteMuting(unit);
      })
      .catch((error: unknown) => {
        logger.log('error', 'What quiet hours hold could not be checked again', {
          error: errorText(error),
        });
      });
    wake();
  }
}

/** One alert that sends no notifications before `until`, ms UTC. */
export interface Snooze {
  readonly id: string;
  readonly until: number;
}

/** The snoozed alerts and the ends of their snoozes, as their rows in the database have them. */
export class Snoozes {
  readonly #release: Release;
  readonly #untils: Map<string, number>;

  constructor(stored: Iterable<Snooze>, release: Release) {
    this.#release = release;
    this.#untils = new Map([...stored].map(({ id, until }) => [id, until]));
  }

  /** The end of an alert's snooze; null when it is not snoozed at `now`. */
  until(alertId: string, now: number): number | null {
    const until = this.#untils.get(alertId);
    return until !== undefined && until > now ? until : null;
  }

  /** Sets or (with null) ends a snooze. What waits for an end that has moved is asked about again. */
  set(unit: Unit, alertId: string, until: number | null, now: number): void {
    const before = this.#untils.get(alertId) ?? null;
    if (before === until) return;
    this.#put(alertId, until);
    unit.onUndone(() => this.#put(alertId, before));
    if (before !== null) this.#release(unit, 'snooze', alertId, now);
  }

  #put(alertId: string, until: number | null): void {
    if (until === null) this.#untils.delete(alertId);
    else this.#untils.set(alertId, until);
  }
}

/** The quiet hours in force, with a calendar that is made again only when the setting has changed. */
export class QuietHoursWatch {
  readonly #setting: () => QuietHours;
  #known: QuietHours | null = null;
  #settingText = '';
  #calendar: Calendar | null = null;

  constructor(setting: () => QuietHours) {
    this.#setting = setting;
  }

  /** The setting as one comparable text. */
  get version(): string {
    this.#follow();
    return this.#settingText;
  }

  /** The end of the quiet hours that are on at `now`, whatever may pass; null outside. */
  until(now: number): number | null {
    return this.#follow()?.spanAt(now)?.endsAt ?? null;
  }

  /** The end of the quiet hours that hold such a notification at `now`; null when it may be sent. */
  holds(severity: Severity, event: NotificationEvent, now: number): number | null {
    const calendar = this.#follow();
    if (calendar === null) return null;
    // That something is well again, or in somebody's hands, can always wait for the morning.
    const flapExpiry = event === 'resolved' || event === 'acknowledged';
    if (severity === 'critical' && !flapExpiry && this.#known?.criticalPasses) return null;
    return calendar.spanAt(now)?.endsAt ?? null;
  }

  /** The next moment after `now` at which they begin or end; null when none will. */
  nextChangeAt(now: number): number | null {
    const calendar = this.#follow();
    return calendar?.spanAt(now)?.endsAt ?? calendar?.nextStart(now) ?? null;
  }

  #follow(): Calendar | null {
    const setting = this.#setting();
    if (setting === this.#known) return this.#calendar;
    this.#known = setting;
    const settingText = JSON.stringify(setting);
    if (settingText === this.#settingText) return this.#calendar;
    this.#settingText = settingText;
    const { enabled, periods, timeZone } = setting;
    this.#calendar = enabled && periods.length > 0 ? weeklyCalendar(periods, timeZone) : null;
    return this.#calendar;
  }
}
