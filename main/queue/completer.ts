import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import type { RetryPolicy } from '../contract/channel.ts';
import type { ChannelTemplates } from '../contract/channel-template.ts';
import type { NotificationEvent, NotificationStatus } from '../contract/notification.ts';
import type { AttemptReason } from '../contract/reasons/failure-reasons.ts';
import type { TemplateProblem } from '../contract/template.ts';
import { RETRY_PRESETS } from '../domain/retry-policy.ts';
import { settle } from '../domain/notification-state.ts';
import { failureOf, type Failure } from '../domain/outcome.ts';
import { isRateLimited } from '../domain/throttle.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { NotificationRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { AttemptSettled, Unit } from '../store/unit.ts';
import type { Breaker, Tried } from './breaker.ts';
import type { ChannelService } from './channel-service.ts';
import type { Fallbacks } from './fallback.ts';
import type { Repairs } from './repairs.ts';

export interface AttemptEnded extends Tried {
  /** One row, or all that left as one message. */
  readonly rows: readonly NotificationRow[];
  readonly startedAt: number;
  readonly durationMs: number;
  /** The reason why it had the standard text in place of that of the channel's template. */
  readonly templateFault: TemplateFault | null;
}

/** A template that failed, with those that the channel had then. */
export interface TemplateFault {
  readonly problem: TemplateProblem;
  readonly templates: ChannelTemplates;
}

export interface CompleterDeps {
  readonly tables: Pick<Tables, 'notifications' | 'attempts' | 'threads' | 'messages' | 'alerts'>;
  readonly channels: Pick<ChannelService, 'get' | 'correct' | 'putTemplateFailure'>;
  readonly breaker: Pick<Breaker, 'attempted'>;
  readonly fallbacks: Pick<Fallbacks, 'enqueue'>;
  readonly repairs: Pick<Repairs, 'begin'>;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The events that no later one makes pointless: each says how things stood at its own moment, in order. */
const STANDS: ReadonlySet<NotificationEvent> = new Set([
  'resolved',
  'flapping_started',
  'flapping_stopped',
]);

/** The reason why a row is given up without an attempt. */
export type GivenUpFor = 'channel_down' | 'rate_limited';

const EXCERPT_CHARS_MAX = 1_000;
const REQUEST_CHARS_MAX = 300;

/** Ends an attempt: its audit row and the notification's next state, in the caller's transaction. */
export class Completer {
  readonly #deps: CompleterDeps;

  constructor(deps: CompleterDeps) {
    this.#deps = deps;
  }

  /**
   * Settles the rows of an attempt. Rows that left as one message are tried again as
   * one, so they share their jitter.
   */
  settle(unit: Unit, ended: AttemptEnded): void {
    const { breaker, fallbacks, clock, random } = this.#deps;
    const drawn = random();
    const now = clock.now();
    const [first] = ended.rows;
    if (!first) return;
    // First, since a row that was refused for the number of messages waits as its lane does.
    breaker.attempted(unit, first.channelId, ended, now);
    const dead = ended.rows.filter(
      (row) => this.#settleRow(unit, ended, row, () => drawn) === 'dead',
    );
    if (isRateLimited(ended.outcome) && !first.limited) unit.counted({ type: 'rate_limited' });
    this.#noteTemplate(unit, ended, first, now);
    // Only now: an attempt says nothing about a configuration that it has changed.
    this.#learn(unit, ended, first, now);
    fallbacks.enqueue(unit, dead, now);
  }

  /** Shows with the channel that a template failed, unless its templates have changed since. */
  #noteTemplate(
    unit: Unit,
    { templateFault }: AttemptEnded,
    { channelId, event }: NotificationRow,
    at: number,
  ): void {
    const { channels } = this.#deps;
    if (!templateFault) return;
    const { problem, templates } = templateFault;
    if (!isDeepStrictEqual(channels.get(channelId)?.templates, templates)) return;
    channels.putTemplateFailure(unit, channelId, { ...problem, event, at });
  }

  /** Stores what the service said beside that it took the message. */
  #learn(unit: Unit, { rows, outcome }: AttemptEnded, first: NotificationRow, now: number): void {
    if (outcome.kind !== 'sent') return;
    const { channels } = this.#deps;
    const { threads } = this.#deps.tables;
    if (outcome.thread !== undefined && first.alertId !== null && rows.length === 1) {
      threads.put(first.channelId, first.alertId, outcome.thread);
    }
    if (outcome.correction) channels.correct(unit, first.channelId, outcome.correction, now);
  }

  /** Gives up rows that waited too long for their channel, without an attempt: claimed rows of one message. */
  giveUp(
    unit: Unit,
    channel: ChannelRow,
    { rows, why }: { readonly rows: readonly NotificationRow[]; readonly why: GivenUpFor },
    now: number,
  ): void {
    const { fallbacks } = this.#deps;
    const { notifications } = this.#deps.tables;
    const failure =
      why === 'rate_limited' ? LIMITED_TOO_LONG : { class: why, ...leftBehind(channel) };
    for (const row of rows) {
      if (row.leaseToken === null) continue;
      notifications.complete({
        id: row.id,
        leaseToken: row.leaseToken,
        settlement: { status: 'dead', retryCount: row.retryCount },
        maxAttempts: channel.retry.maxAttempts,
        failure,
        now,
      });
      unit.counted({ type: 'dead_lettered' });
      unit.changed({ entity: 'notification', id: row.id });
    }
    unit.enqueued(channel.id);
    fallbacks.enqueue(unit, rows, now);
  }

  /** Null when the lease is no longer ours, since another has settled it; then nothing was written. */
  #settleRow(
    unit: Unit,
    ended: AttemptEnded,
    row: NotificationRow,
    random: () => number,
  ): NotificationStatus | null {
    const { clock } = this.#deps;
    const { notifications, attempts } = this.#deps.tables;
    const { outcome } = ended;
    if (row.leaseToken === null) return null;
    const now = clock.now();
    const policy = this.#policy(row);
    const settlement = settle({
      outcome,
      retryCount: row.retryCount,
      interruptions:
        outcome.kind === 'interrupted' ? attempts.interruptions(row.id, row.budget) : 0,
      limitedSince: isRateLimited(outcome) ? attempts.limitedSince(row.id, row.budget) : null,
      testHeldUntil: row.event === 'test' ? this.#heldUntil(row) : null,
      cancelReason: outcome.kind === 'sent' ? null : this.#cancelReason(row),
      policy,
      now,
      random,
    });
    const failure = outcome.kind === 'sent' ? null : failureOf(outcome);
    const settled = notifications.complete({
      id: row.id,
      leaseToken: row.leaseToken,
      settlement,
      maxAttempts: policy.maxAttempts,
      failure,
      now,
    });
    if (!settled) return null;
    if (settlement.status === 'dead') unit.counted({ type: 'dead_lettered' });
    unit.counted(this.#fact(ended, row));
    attempts.append({
      notificationId: row.id,
      channelId: row.channelId,
      channelName: row.channelName,
      budget: row.budget,
      number: row.retryCount + 1,
      startedAt: ended.startedAt,
      durationMs: Math.round(ended.durationMs),
      outcome: outcome.kind,
      failureClass: failure?.class ?? null,
      reason: failure?.reason ?? null,
      receiverText: failure?.receiverText ?? null,
      statusCode: 'statusCode' in outcome ? (outcome.statusCode ?? null) : null,
      responseExcerpt:
        'responseExcerpt' in outcome
          ? (outcome.responseExcerpt?.slice(0, EXCERPT_CHARS_MAX) ?? null)
          : null,
      request: outcome.request?.slice(0, REQUEST_CHARS_MAX) ?? null,
      requeuedBy: row.requeuedBy,
      templateProblem: ended.templateFault?.problem ?? null,
      endedAt: now,
    });
    unit.changed({ entity: 'notification', id: row.id });
    unit.enqueued(row.channelId);
    return settlement.status;
  }

  #fact({ rows, outcome, durationMs }: AttemptEnded, row: NotificationRow): AttemptSettled {
    return {
      type: 'attempt_settled',
      channelKind: this.#deps.channels.get(row.channelId)?.kind ?? null,
      outcome: outcome.kind,
      number: row.retryCount + 1,
      durationMs,
      members: row === rows[0] ? rows.length : 0,
    };
  }

  #heldUntil({ channelId }: NotificationRow): number | null {
    return this.#deps.channels.get(channelId)?.throttle?.until ?? null;
  }

  #policy(row: NotificationRow): RetryPolicy {
    return this.#deps.channels.get(row.channelId)?.retry ?? RETRY_PRESETS.default;
  }

  #cancelReason(row: NotificationRow): 'superseded' | 'channel_deleted' | null {
    if (!this.#deps.channels.get(row.channelId)) return 'channel_deleted';
    const { alertId, conditionId, channelId, event, seq, updatedAt } = row;
    if (alertId === null || conditionId === null || STANDS.has(event)) return null;
    // Since the claim alone: one that was requeued after its alert resolved is sent late, and knows it.
    const question = { alertId, conditionId, channelId, seq, since: updatedAt };
    const { messages, notifications } = this.#deps.tables;
    if (this.#isNeedlessReminder(row, alertId)) return 'superseded';
    const cancelReason = row.isMessage
      ? messages.overSince(question)
      : notifications.isSupersededSince(question);
    return cancelReason ? 'superseded' : null;
  }

  /** Returns true for a reminder whose alert somebody acknowledged while it was on its way, unless somebody requeued it. */
  #isNeedlessReminder({ event, budget, requeuedBy }: NotificationRow, alertId: string): boolean {
    if (event !== 'reminder' || budget > 1 || requeuedBy !== null) return false;
    return this.#deps.tables.alerts.byId(alertId)?.state === 'acknowledged';
  }
}

const LIMITED_TOO_LONG: Failure = {
  class: 'rate_limited',
  reason: { code: 'failure.limited_too_long', params: {} },
  receiverText: null,
};

/** Returns why a channel did not take a row, with what that channel failed with. */
function leftBehind({
  fallbackChannelId,
  health,
  attention,
}: ChannelRow): Pick<Failure, 'reason' | 'receiverText'> {
  const { reason, receiverText } = attention?.holds === true ? attention : health;
  const code = fallbackChannelId === null ? 'failure.channel_down' : 'failure.left_to_fallback';
  // A channel that is down has failed; the reason of one that went down in an old version may be gone.
  const because = (reason ?? { code: 'legacy', params: { text: '' } }) as AttemptReason;
  return { reason: { code, params: { because } }, receiverText };
}
