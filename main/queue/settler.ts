import type { Clock } from '../base/clock.ts';
import type { RetryPolicy } from '../contract/channel.ts';
import type { NotificationEvent } from '../contract/notification.ts';
import { RETRY_PRESETS } from '../domain/retry-policy.ts';
import { settle } from '../domain/notification-state.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { DeliveryAttemptTable } from '../store/delivery-attempts.ts';
import type { NotificationRow } from '../store/notification-rows.ts';
import type { NotificationTable } from '../store/notifications.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelBook } from './channel-book.ts';

export interface AttemptEnded {
  /** One row, or all that left as one message. */
  readonly rows: readonly NotificationRow[];
  readonly outcome: Outcome;
  readonly startedAt: number;
  readonly durationMs: number;
}

export interface SettlerDeps {
  readonly notifications: NotificationTable;
  readonly attempts: DeliveryAttemptTable;
  readonly channels: Pick<ChannelBook, 'get'>;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What nothing later makes pointless: each says how things stood at its own moment, in order. */
const STANDS: ReadonlySet<NotificationEvent> = new Set([
  'resolved',
  'flapping_started',
  'flapping_stopped',
]);

const ERROR_CHARS_MAX = 2_000;
const EXCERPT_CHARS_MAX = 1_000;

/** Ends an attempt: its audit row and the notification's next state, in the caller's transaction. */
export class Settler {
  readonly #deps: SettlerDeps;

  constructor(deps: SettlerDeps) {
    this.#deps = deps;
  }

  /** What left as one message is tried again as one, so its rows share their jitter. */
  settle(unit: Unit, ended: AttemptEnded): void {
    const drawn = this.#deps.random();
    for (const row of ended.rows) this.#settleRow(unit, ended, row, () => drawn);
  }

  /** Writes nothing when the lease is no longer ours, since another has settled it. */
  #settleRow(unit: Unit, ended: AttemptEnded, row: NotificationRow, random: () => number): void {
    const { notifications, attempts, clock } = this.#deps;
    const { outcome } = ended;
    if (row.leaseToken === null) return;
    const now = clock.now();
    const policy = this.#policy(row);
    const settlement = settle({
      outcome,
      retryCount: row.retryCount,
      interruptions:
        outcome.kind === 'interrupted' ? attempts.interruptions(row.id, row.budget) : 0,
      moot: outcome.kind === 'sent' ? null : this.#moot(row),
      policy,
      now,
      random,
    });
    const failure = failureOf(outcome);
    const settled = notifications.settle({
      id: row.id,
      leaseToken: row.leaseToken,
      settlement,
      maxAttempts: policy.maxAttempts,
      failure,
      now,
    });
    if (!settled) return;
    attempts.append({
      notificationId: row.id,
      channelName: row.channelName,
      budget: row.budget,
      number: row.retryCount + 1,
      startedAt: ended.startedAt,
      durationMs: Math.round(ended.durationMs),
      outcome: outcome.kind,
      failureClass: failure?.class ?? null,
      error: failure?.message ?? null,
      statusCode: 'statusCode' in outcome ? (outcome.statusCode ?? null) : null,
      responseExcerpt:
        'responseExcerpt' in outcome
          ? (outcome.responseExcerpt?.slice(0, EXCERPT_CHARS_MAX) ?? null)
          : null,
    });
    unit.changed({ entity: 'notification', id: row.id });
    unit.owes(row.channelId);
  }

  #policy(row: NotificationRow): RetryPolicy {
    return this.#deps.channels.get(row.channelId)?.retry ?? RETRY_PRESETS.default;
  }

  #moot(row: NotificationRow): 'superseded' | 'channel_deleted' | null {
    if (!this.#deps.channels.get(row.channelId)) return 'channel_deleted';
    const { alertId, conditionId, channelId, seq, updatedAt } = row;
    if (alertId === null || conditionId === null || STANDS.has(row.event)) return null;
    // Since the claim alone: one that was requeued after its alert resolved is sent late, and knows it.
    const question = { alertId, conditionId, channelId, seq, since: updatedAt };
    return this.#deps.notifications.mootSince(question) ? 'superseded' : null;
  }
}

function failureOf(outcome: Outcome) {
  switch (outcome.kind) {
    case 'sent':
      return null;
    case 'interrupted':
      return { class: 'interrupted' as const, message: outcome.message };
    case 'transient':
    case 'permanent':
      return { class: outcome.class, message: outcome.message.slice(0, ERROR_CHARS_MAX) };
  }
}
