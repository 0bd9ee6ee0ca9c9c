import type { Clock } from '../base/clock.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import type {
  Notification,
  NotificationEvent,
  NotificationRow,
  NotificationStats,
} from '../contract/notification.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Hold } from '../contract/suppression.ts';
import type { DeliveryPause } from '../contract/system.ts';
import { RETRY_PRESETS } from '../domain/retry-policy.ts';
import { channelPauseReason, deliveryPauseReason } from '../domain/pauses.ts';
import { messagesFor } from '../messages/messages.ts';
import { renderFailure, type RenderReason } from '../messages/reasons.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { GroupFilter } from '../store/notifications/notification-filter.ts';
import {
  toShown,
  type NotificationView,
  type StoredHold,
} from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { ChannelService } from './channel-service.ts';
import { isHeld } from './channel-facts.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Retries } from './retries.ts';
import { refuse, refuseField } from '../messages/failures.ts';
import { testSnapshot } from './delivery.ts';

export interface NotificationServiceDeps {
  readonly tables: Pick<Tables, 'notifications' | 'attempts' | 'audit'>;
  readonly deadLetters: DeadLetters;
  readonly retries: Pick<Retries, 'retry' | 'heldBy'>;
  readonly channels: ChannelService;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: () => string;
  /** The pause that holds every lane; null when deliveries are not paused. */
  readonly deliveryPause: () => DeliveryPause | null;
  readonly render: RenderReason;
}

/**
 * English sentences for scripts; other readers of the API make sentences of the
 * reasons in their own language.
 */
const ENGLISH = messagesFor('en');

/** More than this many notifications of one alert are of no use on its page. */
const PER_ALERT_MAX = 200;

/** Serves the queue to the outside: pages, requeues of dead letters, tests. */
export class NotificationService {
  readonly #deps: NotificationServiceDeps;

  constructor(deps: NotificationServiceDeps) {
    this.#deps = deps;
  }

  /** Returns a page of what a query finds; `invalid_input` for a group's key or a cursor that is none. */
  find(query: ParsedInput<'notifications.list'>): Result<Output<'notifications.list'>> {
    const { cursor, group: key } = query;
    const before = cursor === undefined ? null : Number(cursor);
    if (before !== null && !(Number.isSafeInteger(before) && before > 0)) {
      return refuseField('invalid_input', 'cursor', { code: 'issue.cursor', params: {} });
    }
    const group = key === undefined ? ok(null) : this.#deps.deadLetters.group(key);
    return group.ok ? ok(this.list(query, group.value, before)) : group;
  }

  /** Returns a page; `before` is the seq of the last row that was seen, in place of the page's number. */
  list(
    query: Omit<ParsedInput<'notifications.list'>, 'cursor' | 'group'>,
    group: GroupFilter | null = null,
    before: number | null = null,
  ): Output<'notifications.list'> {
    const { pages } = this.#deps.tables.notifications;
    const { rows, total, isAtLeast, next } = pages.list(query, group, before);
    const last = rows.length === query.per_page ? rows.at(-1)?.seq : next;
    return {
      data: rows.map((row) => toRow(this.#show(row))),
      nextCursor: last === undefined ? null : String(last),
      total,
      ...(isAtLeast && { totalIsAtLeast: true }),
      page: query.page,
      per_page: query.per_page,
    };
  }

  byAlert(alertId: string): Notification[] {
    return this.#deps.tables.notifications.pages
      .byAlert(alertId, PER_ALERT_MAX)
      .map((row) => this.#show(row));
  }

  /** Returns those of its condition's other alerts by which channels know that it is flapping; none while it is not. */
  ofFlapping(alertId: string): Notification[] {
    return this.#deps.tables.notifications.pages.ofFlapping(alertId).map((row) => this.#show(row));
  }

  /** As the push stream shows it; null when it is gone. */
  get(id: string): Notification | null {
    const row = this.#deps.tables.notifications.pages.byId(id);
    return row ? this.#show(row) : null;
  }

  detail(id: string): Result<Output<'notifications.get'>> {
    const row = this.#deps.tables.notifications.pages.byId(id);
    if (!row) return noSuchNotification();
    return ok({
      ...toRow(this.#show(row)),
      attempts: this.#deps.tables.attempts
        .byNotification(id)
        .map((attempt) => ({ ...attempt, error: renderFailure(ENGLISH, attempt) })),
      alertStateNow: row.alertState,
    });
  }

  stats(): NotificationStats {
    return this.#deps.tables.notifications.pages.stats();
  }

  /** A dead letter becomes pending with a fresh budget, due now, its error cleared; one guarded UPDATE. */
  requeue(id: string, actor: string): Promise<Result<{ status: 'requeued' }>> {
    return this.#act(id, { actor, action: 'notification.requeue' }, (unit, row, now) => {
      const rows = this.#deps.deadLetters.requeue(unit, [row.seq], actor, now);
      return rows.length > 0 ? ok({ status: 'requeued' }) : refused(row, 'requeue');
    });
  }

  /**
   * Makes it due now, past a silence or whatever else holds it alone: who names one notification wants
   * that one. What closes the whole lane still does, and `heldBy` says so.
   */
  retry(id: string, actor: string): Promise<Result<Output<'notifications.retry'>>> {
    return this.#act(id, { actor, action: 'notification.retry' }, (unit, row, now) => {
      const rows = this.#deps.retries.retry(unit, [row.seq], { named: true, tries: true }, now);
      if (!rows.some((it) => it.id === row.id)) return refused(row, 'retry');
      const reason = this.#deps.retries.heldBy(row.channelId);
      const held = reason && { heldBy: this.#deps.render(reason), reason };
      return ok({ status: 'retrying', ...held });
    });
  }

  /** Gives it up; for 30 seconds that can be undone, by its own id. */
  discard(id: string, actor: string, onlyDead = false): Promise<Result<{ status: 'discarded' }>> {
    return this.#act(id, { actor, action: 'notification.discard' }, (unit, row, now) => {
      const how = { discardId: row.id, waiting: !onlyDead };
      const rows = this.#deps.deadLetters.discard(unit, [row.seq], how, now);
      if (rows.length > 0) return ok({ status: 'discarded' });
      return refused(row, onlyDead ? 'discard_dead' : 'discard');
    });
  }

  /** Notes that somebody has seen it; its delivery goes on as if nobody had. Once is enough. */
  read(id: string, actor: string): Promise<Result<{ status: 'marked_as_read' }>> {
    return this.#act(id, { actor, action: 'notification.read' }, (_unit, _row, now) => {
      this.#deps.tables.notifications.pages.markRead(id, now);
      return ok({ status: 'marked_as_read' });
    });
  }

  /** Runs a person's action on one notification: in one transaction with its line in the audit log. */
  #act<T>(
    id: string,
    { actor, action }: { readonly actor: string; readonly action: string },
    act: (unit: Unit, row: NotificationView, now: number) => Result<T>,
  ): Promise<Result<T>> {
    const { channels, writer, clock } = this.#deps;
    const { notifications, audit } = this.#deps.tables;
    return writer.submit((unit) => {
      const row = notifications.pages.byId(id);
      if (!row) return noSuchNotification();
      const at = clock.now();
      const done = act(unit, row, at);
      if (!done.ok) return done;
      const name = channels.get(row.channelId)?.name ?? row.channelName;
      const reason = { code: 'audit.named', params: { name } } as const;
      audit.append({ at, actor, action, subject: row.id, reason });
      unit.changed({ entity: 'notification', id: row.id });
      return done;
    });
  }

  /** Queues a test notification, which goes through the real queue like any other. */
  test(channelId: string, actor: string): Promise<Result<{ notificationId: string }>> {
    const { channels, writer, clock, newId } = this.#deps;
    const { notifications, audit } = this.#deps.tables;
    return writer.submit((unit) => {
      const channel = channels.get(channelId);
      if (!channel) return channels.collection.missing();
      if (!channel.enabled) {
        const params = { name: channel.name };
        return refuse('wrong_state', { code: 'error.channel_disabled', params });
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
        isMessage: false,
        snapshot: testSnapshot(id, now),
        dueAt: now,
        createdAt: now,
        routeId: null,
        bundleId: null,
        hold: null,
      });
      const action = 'channel.test';
      const reason = { code: 'audit.named', params: { name: channel.name } } as const;
      audit.append({ at: now, actor, action, subject: channelId, reason });
      unit.changed({ entity: 'notification', id });
      unit.enqueued(channelId);
      return ok({ notificationId: id });
    });
  }

  /** A pause closes a lane, or every lane, also to what it did not find when it began. */
  #pause(channel: ChannelRow | null): Hold | null {
    const pause = this.#deps.deliveryPause();
    if (pause) {
      const { until } = pause;
      return this.#hold({ kind: 'pause', reason: deliveryPauseReason(pause), until });
    }
    if (!channel?.paused) return null;
    const { paused } = channel;
    return this.#hold({ kind: 'pause', reason: channelPauseReason(paused), until: paused.until });
  }

  /** Returns a hold in words, without what only the queue needs to know of it. */
  #hold(hold: Pick<StoredHold, 'kind' | 'reason' | 'until'> | null): Hold | null {
    if (!hold) return null;
    const { kind, reason, until } = hold;
    return { kind, detail: this.#deps.render(reason), reason, until };
  }

  #show(row: NotificationView): Notification {
    const channel = this.#deps.channels.get(row.channelId);
    const waits = row.status === 'pending' || row.status === 'failed';
    const policy = channel?.retry ?? RETRY_PRESETS.default;
    return {
      ...toShown(row),
      channelName: channel?.name ?? row.channelName,
      // One that failed more often than a changed policy allows still has its last attempt.
      maxAttempts: waits
        ? Math.max(policy.maxAttempts, row.retryCount + 1)
        : (row.maxAttempts ?? policy.maxAttempts),
      nextAttemptAt: nextAttemptOf(row, channel),
      lastError: renderFailure(ENGLISH, row),
      held: waits && channel !== null && isHeld(channel),
      hold: waits
        ? (this.#hold(row.hold) ?? this.#pause(channel))
        : row.status === 'cancelled'
          ? this.#hold(row.hold)
          : null,
      obsolete:
        row.status === 'dead' &&
        !row.isMessage &&
        isClosed(row) &&
        !SAYS_HOW_IT_ENDED.has(row.event),
      alert: row.snapshot,
    };
  }
}

const toRow = (shown: Notification): NotificationRow => ({
  ...shown,
  retry_count: shown.retryCount,
  next_retry_at: shown.nextAttemptAt === null ? null : new Date(shown.nextAttemptAt).toISOString(),
  last_error: shown.lastError,
});

/** How an alert ended is worth sending after it has. */
const SAYS_HOW_IT_ENDED: ReadonlySet<NotificationEvent> = new Set(['resolved', 'flapping_stopped']);

/** The receiver's limit holds the lane, whatever its rows are due for. */
function nextAttemptOf({ status, dueAt }: NotificationView, channel: ChannelRow | null) {
  if (status !== 'failed' || dueAt === null) return null;
  return Math.max(dueAt, channel?.throttle?.until ?? 0);
}

/** An alert that retention has taken had closed. */
const isClosed = ({ alertId, alertState }: NotificationView): boolean =>
  alertId !== null && alertState !== 'open' && alertState !== 'acknowledged';

const refused = (
  { status }: NotificationView,
  action: 'requeue' | 'retry' | 'discard' | 'discard_dead',
): Result<never> =>
  refuse('wrong_state', { code: 'error.notification_state', params: { status, action } });

const noSuchNotification = (): Result<never> =>
  refuse('not_found', { code: 'error.notification_unknown', params: {} });
