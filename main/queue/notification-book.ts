import type { Clock } from '../base/clock.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import type { AlertSnapshot, Notification, NotificationStats } from '../contract/notification.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Hold } from '../contract/suppression.ts';
import { RETRY_PRESETS } from '../domain/retry-policy.ts';
import type { AuditTable } from '../store/audit.ts';
import type { DeliveryAttemptTable } from '../store/delivery-attempts.ts';
import type { NotificationPages } from '../store/notification-pages.ts';
import type { NotificationView } from '../store/notification-rows.ts';
import type { NotificationTable } from '../store/notifications.ts';
import type { Writer } from '../store/writer.ts';
import { noSuchChannel, type ChannelBook } from './channel-book.ts';
import { pauseText } from './pause.ts';

export interface NotificationBookDeps {
  readonly notifications: NotificationTable;
  readonly pages: NotificationPages;
  readonly attempts: DeliveryAttemptTable;
  readonly channels: ChannelBook;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Until when every lane is held; null when deliveries are not paused. */
  readonly pausedUntil: () => number | null;
}

/** More than this many notifications of one alert are of no use on its page. */
const PER_ALERT_MAX = 200;

/** What the outside may ask of the queue: pages, dead letters back to life, tests. */
export class NotificationBook {
  readonly #deps: NotificationBookDeps;

  constructor(deps: NotificationBookDeps) {
    this.#deps = deps;
  }

  list(query: ParsedInput<'notifications.list'>): Output<'notifications.list'> {
    const { rows, total } = this.#deps.pages.list(query);
    return {
      data: rows.map((row) => this.#show(row)),
      total,
      page: query.page,
      per_page: query.per_page,
    };
  }

  byAlert(alertId: string): Notification[] {
    return this.#deps.pages.byAlert(alertId, PER_ALERT_MAX).map((row) => this.#show(row));
  }

  /** As the push stream shows it; null when it is gone. */
  get(id: string): Notification | null {
    const row = this.#deps.pages.byId(id);
    return row ? this.#show(row) : null;
  }

  detail(id: string): Result<Output<'notifications.get'>> {
    const row = this.#deps.pages.byId(id);
    if (!row) return noSuchNotification();
    return ok({
      ...this.#show(row),
      attempts: this.#deps.attempts.byNotification(id),
      alertStateNow: row.alertState,
    });
  }

  stats(): NotificationStats {
    return this.#deps.pages.stats();
  }

  /** A dead letter becomes pending with a fresh budget, due now, its error cleared; one guarded UPDATE. */
  requeue(id: string, actor: string): Promise<Result<{ status: 'requeued' }>> {
    const { notifications, channels, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const now = clock.now();
      const row = notifications.requeue(id, now);
      if (!row) return this.#refusal(id, 'requeued', 'dead');
      this.#audited(row.id, actor, 'notification.requeue', channels.get(row.channelId)?.name, now);
      unit.changed({ entity: 'notification', id });
      unit.owes(row.channelId);
      return ok({ status: 'requeued' });
    });
  }

  discard(id: string, actor: string): Promise<Result<{ status: 'discarded' }>> {
    const { notifications, channels, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const now = clock.now();
      const row = notifications.cancel(id, 'discarded', now);
      if (!row) return this.#refusal(id, 'discarded', 'pending, failed or dead');
      this.#audited(row.id, actor, 'notification.discard', channels.get(row.channelId)?.name, now);
      unit.changed({ entity: 'notification', id });
      // Rows of the same condition may have waited behind it.
      unit.owes(row.channelId);
      return ok({ status: 'discarded' });
    });
  }

  /** Owes a test notification, which goes through the real queue like any other. */
  test(channelId: string): Promise<Result<{ notificationId: string }>> {
    const { notifications, channels, writer, clock, newId } = this.#deps;
    return writer.submit((unit) => {
      const channel = channels.get(channelId);
      if (!channel) return noSuchChannel();
      if (!channel.enabled) {
        return fail('wrong_state', `${channel.name} is disabled; enable it, then test it.`);
      }
      const now = clock.now();
      const id = newId();
      notifications.insert({
        id,
        alertId: null,
        conditionId: null,
        channelId,
        channelName: channel.name,
        event: 'test',
        snapshot: testSnapshot(id, now),
        dueAt: now,
        createdAt: now,
        routeId: null,
        bundleId: null,
        hold: null,
      });
      unit.changed({ entity: 'notification', id });
      unit.owes(channelId);
      return ok({ notificationId: id });
    });
  }

  #refusal(id: string, participle: string, wanted: string): Result<never> {
    const current = this.#deps.pages.byId(id);
    if (!current) return noSuchNotification();
    return fail(
      'wrong_state',
      `The notification is ${current.status}; only a ${wanted} one can be ${participle}.`,
    );
  }

  #audited(
    subject: string,
    actor: string,
    action: string,
    channelName: string | undefined,
    at: number,
  ): void {
    this.#deps.audit.append({ at, actor, action, subject, detail: channelName ?? '' });
  }

  /** A pause closes every lane, also to what it did not find when it began. */
  #pause(): Hold | null {
    const until = this.#deps.pausedUntil();
    return until === null ? null : { kind: 'pause', detail: pauseText(until), until };
  }

  #show(row: NotificationView): Notification {
    const channel = this.#deps.channels.get(row.channelId);
    const waits = row.status === 'pending' || row.status === 'failed';
    const policy = channel?.retry ?? RETRY_PRESETS.default;
    return {
      id: row.id,
      alertId: row.alertId,
      channelId: row.channelId,
      channelName: channel?.name ?? row.channelName,
      event: row.event,
      status: row.status,
      retryCount: row.retryCount,
      maxAttempts: waits ? policy.maxAttempts : (row.maxAttempts ?? policy.maxAttempts),
      nextAttemptAt: row.status === 'failed' ? row.dueAt : null,
      lastErrorClass: row.lastErrorClass,
      lastError: row.lastError,
      cancelReason: row.cancelReason,
      held: waits && channel?.enabled === false,
      hold: waits
        ? (holdOf(row) ?? this.#pause())
        : row.status === 'cancelled'
          ? holdOf(row)
          : null,
      bundleId: row.bundleId,
      obsolete: row.status === 'dead' && isClosed(row) && row.event !== 'resolved',
      alert: row.snapshot,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
    };
  }
}

/** Without what only the queue needs to know of it. */
function holdOf({ hold }: NotificationView): Hold | null {
  if (!hold) return null;
  const { kind, detail, until } = hold;
  return { kind, detail, until };
}

const isClosed = (row: NotificationView): boolean =>
  row.alertState === 'resolved' || row.alertState === 'expired';

const noSuchNotification = (): Result<never> =>
  fail('not_found', 'There is no notification with this id.');

/** A test belongs to no alert, yet destinations show one: this stands in for it. */
const testSnapshot = (id: string, now: number): AlertSnapshot => ({
  id,
  source: 'belfry',
  host: 'belfry',
  kind: 'test',
  dedupKey: '',
  severity: 'info',
  state: 'open',
  message: 'This channel works: notifications arrive here.',
  labels: {},
  annotations: {},
  url: null,
  startedAt: now,
  lastSeenAt: now,
  occurrences: 1,
  acknowledgedAt: null,
  closedAt: null,
});
