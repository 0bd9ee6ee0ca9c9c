import type { Clock } from '../base/clock.ts';
import type { RetryPolicy } from '../contract/channel.ts';
import { RETRY_PRESETS } from '../domain/retry-policy.ts';
import { settle } from '../domain/notification-state.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { DeliveryAttemptTable } from '../store/delivery-attempts.ts';
import type { NotificationRow } from '../store/notification-rows.ts';
import type { NotificationTable } from '../store/notifications.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelBook } from './channel-book.ts';

export interface AttemptRecord {
  readonly row: NotificationRow;
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

const ERROR_CHARS_MAX = 2_000;
const EXCERPT_CHARS_MAX = 1_000;

/** Ends an attempt: its audit row and the notification's next state, in the caller's transaction. */
export class Settler {
  readonly #deps: SettlerDeps;

  constructor(deps: SettlerDeps) {
    this.#deps = deps;
  }

  /** False when the lease was no longer ours; then nothing is written, since another has settled it. */
  settle(unit: Unit, record: AttemptRecord): boolean {
    const { notifications, attempts, clock, random } = this.#deps;
    const { row, outcome } = record;
    if (row.leaseToken === null) return false;
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
    if (!settled) return false;
    attempts.append({
      notificationId: row.id,
      channelName: row.channelName,
      budget: row.budget,
      number: row.retryCount + 1,
      startedAt: record.startedAt,
      durationMs: Math.round(record.durationMs),
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
    return true;
  }

  #policy(row: NotificationRow): RetryPolicy {
    return this.#deps.channels.get(row.channelId)?.retry ?? RETRY_PRESETS.default;
  }

  #moot(row: NotificationRow): 'superseded' | 'channel_deleted' | null {
    if (!this.#deps.channels.get(row.channelId)) return 'channel_deleted';
    if (row.alertId === null || row.event === 'resolved') return null;
    // Since the claim alone: one that was requeued after its alert resolved is sent late, and knows it.
    const { notifications } = this.#deps;
    return notifications.resolvedSince(row.alertId, row.channelId, row.seq, row.updatedAt)
      ? 'superseded'
      : null;
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
