import type { AlertReason } from '../contract/reasons/heartbeat-reasons.ts';
import { maintenanceDuties, nextDutyAt, type Duty } from '../domain/maintenance-duties.ts';
import { timeText } from '../domain/message-text.ts';
import { BELFRY_SOURCE } from '../domain/inbound-message.ts';
import type { Messages } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import { StoredTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { MessageIntake } from './message-intake.ts';
import type { MaintenanceService } from './rules/maintenance-service.ts';

export interface MaintenanceNoticesDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'audit' | 'maintenanceNotices'>;
  readonly maintenance: Pick<MaintenanceService, 'announced'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly intake: Pick<MessageIntake, 'announce'>;
  /** The catalogue in the language of the settings. */
  readonly messages: () => Messages;
}

/** A begin that is announced later than this after it says since when maintenance is on. */
const LATE_MS = 60_000;
/** An end that moves by less is not worth a notification. */
const MOVED_MS = 60_000;

/** A begin, another end or an end, as its channels are notified of it. */
interface Announcement {
  readonly windowId: string;
  readonly name: string;
  readonly channelIds: readonly string[];
  readonly reason: AlertReason;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Announces the begin and the end of maintenance, each period once, and an end that was moved, as messages
 * in the outbox. The same transaction stores what was announced, so that a restart neither repeats nor
 * forgets it. An end goes to the channels that were notified of the begin.
 */
export class MaintenanceNotices extends StoredTask<MaintenanceNoticesDeps> {
  protected readonly entities = ['suppression'] as const;

  run(now: number): void {
    this.begin((unit) => {
      for (const duty of this.#duties(now)) this.#do(unit, duty, now);
    }, 'Could not announce maintenance');
  }

  protected findNext(): number | null {
    const { clock, maintenance, tables } = this.deps;
    const now = clock.now();
    if (this.#duties(now).length > 0) return now;
    return nextDutyAt(maintenance.announced(), tables.maintenanceNotices.all(), now);
  }

  #duties(now: number): Duty[] {
    const { maintenance, tables } = this.deps;
    return maintenanceDuties(maintenance.announced(), tables.maintenanceNotices.all(), now);
  }

  #do(unit: Unit, duty: Duty, now: number): void {
    const { maintenanceNotices, audit } = this.deps.tables;
    switch (duty.kind) {
      case 'follow':
        this.#follows(unit, duty, now);
        return;
      case 'end': {
        const { notice, endedAt, isGone } = duty;
        if (isGone) maintenanceNotices.remove(notice.windowId);
        else maintenanceNotices.put({ ...notice, isOn: false, handledAt: now });
        const params = { startedAt: notice.startsAt, endedAt };
        const labels = { maintenance: 'ended', since: timeText(notice.startsAt) };
        const reason = { code: 'maintenance.ended', params } as const;
        this.#announce(unit, { ...notice, reason, labels }, now);
        return;
      }
      case 'forget':
        maintenanceNotices.remove(duty.windowId);
        return;
      case 'miss': {
        const { id: windowId, name, announceTo: channelIds } = duty.window;
        const { startsAt } = duty.span;
        // Further ones that passed meanwhile are left out with this one.
        const passed = { startsAt, endsAt: now, isOn: false, handledAt: now };
        maintenanceNotices.put({ windowId, name, channelIds, ...passed });
        const reason = {
          code: 'audit.maintenance_missed',
          params: { name, startedAt: startsAt },
        } as const;
        const action = 'maintenance.miss';
        audit.append({ at: now, actor: 'belfry', action, subject: windowId, reason });
        return;
      }
      case 'begin':
        this.#begins(unit, duty, now);
    }
  }

  #begins(unit: Unit, { window, span }: Extract<Duty, { kind: 'begin' }>, now: number): void {
    const { id: windowId, name, announceTo: channelIds } = window;
    const { startsAt, endsAt } = span;
    this.deps.tables.maintenanceNotices.put({
      ...{ windowId, name, channelIds, startsAt, endsAt },
      isOn: true,
      handledAt: now,
    });
    const reason: AlertReason =
      now - startsAt < LATE_MS
        ? { code: 'maintenance.began', params: { until: endsAt } }
        : { code: 'maintenance.began_late', params: { startedAt: startsAt, until: endsAt } };
    const since = timeText(startsAt);
    const labels = { maintenance: 'began', since, until: timeText(endsAt) };
    this.#announce(unit, { windowId, name, channelIds, reason, labels }, now);
  }

  #follows(unit: Unit, { notice, span }: Extract<Duty, { kind: 'follow' }>, now: number): void {
    const { endsAt } = span;
    this.deps.tables.maintenanceNotices.put({ ...notice, endsAt });
    if (Math.abs(endsAt - notice.endsAt) < MOVED_MS) return;
    const since = timeText(notice.startsAt);
    const labels = { maintenance: 'changed', since, until: timeText(endsAt) };
    const reason = { code: 'maintenance.end_moved', params: { until: endsAt } } as const;
    this.#announce(unit, { ...notice, reason, labels }, now);
  }

  #announce(unit: Unit, announcement: Announcement, now: number): void {
    const { windowId, name, reason, labels } = announcement;
    const channelIds = announcement.channelIds.filter((id) => this.deps.channels.get(id));
    // They were deleted since the begin, which the audit log says.
    if (channelIds.length === 0) return;
    const message = {
      source: BELFRY_SOURCE,
      topic: name,
      title: '',
      text: renderReason(this.deps.messages(), reason),
      messageReason: reason,
      severity: 'info',
      labels,
      annotations: {},
      url: null,
      // An end takes the place of a begin that still waits.
      sequenceId: windowId,
      idempotencyKey: null,
      isRecovery: false,
      notBefore: null,
    } as const;
    this.deps.intake.announce(unit, message, channelIds, now);
  }
}
