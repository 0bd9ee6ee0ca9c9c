import type { Notification } from '../contract/notification.ts';
import type {
  ExplanationReason,
  NotNotifiedReason,
} from '../contract/reasons/explanation-reasons.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { AlertEvent, AlertEventType, Explanation } from '../contract/timeline.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { ChannelReason } from '../store/alerts/alert-event-table.ts';
import type { PlannedStep } from './follow-up-plans.ts';

/** A channel as far as it explains itself. */
export interface ExplainedChannel {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly attention: { readonly reason: FailureReason; readonly holds: boolean } | null;
  readonly createdAt: number;
}

/** Kept for the channels that the routes would have notified; for all channels without routes. */
const FLAPPING = 'not_notified.flapping';

/** An alert as far as it explains whom it notified. */
export interface Explained {
  readonly raisedAt: number;
  readonly timeline: readonly AlertEvent[];
  /** The reasons why channels were not notified, oldest first. */
  readonly reasons: readonly ChannelReason[];
  /** Every notification of the alert, newest first. */
  readonly notifications: readonly Notification[];
  /** Those of its condition's other alerts by which channels know that it is flapping. */
  readonly flappingNotifications: readonly Notification[];
  /** The channels of the steps of its escalation that are to come, the earliest first. */
  readonly steps: readonly PlannedStep[];
  /** The channels that the escalation of its routes has, as they are now. */
  readonly escalationChannels: readonly string[];
  readonly channels: readonly ExplainedChannel[];
  /** True if every notification is still stored. */
  readonly isComplete: boolean;
}

/**
 * Says why each channel was notified of an alert or not, from stored rows alone: what became of its
 * notifications, else what the timeline says about routing and flapping at that time.
 */
export function explain(alert: Explained, render: RenderReason): Explanation[] {
  const all = [...alert.notifications, ...alert.flappingNotifications];
  const queued = Map.groupBy(all, ({ channelId }) => channelId);
  const entry = (channel: Pick<ExplainedChannel, 'id' | 'name'>, { reason, later }: Finding) => ({
    channelId: channel.id,
    channelName: channel.name,
    verdict: verdictOf(reason),
    reason,
    later,
    sentence: [reason, later].flatMap((part) => (part ? [render(part)] : [])).join(' '),
  });
  const gone = [...queued].filter(([id]) => !alert.channels.some((known) => known.id === id));
  return [
    ...alert.channels.map((channel) => {
      const rows = queued.get(channel.id);
      return entry(channel, rows ? ofRows(rows, channel, alert) : alone(ofNothing(channel, alert)));
    }),
    ...gone.map(([id, rows]) => {
      const name = rows[0]?.channelName ?? '';
      const channel = { id, name, enabled: true, attention: null, createdAt: 0 };
      return entry(channel, ofRows(rows, channel, alert));
    }),
  ];
}

type Finding = Pick<Explanation, 'reason' | 'later'>;

const alone = (reason: ExplanationReason): Finding => ({ reason, later: null });

function verdictOf({ code }: ExplanationReason): Explanation['verdict'] {
  if (code.startsWith('notified.')) return 'notified';
  return code.startsWith('waiting.') ? 'waiting' : 'not_notified';
}

/** Returns the newest notification that was sent, and what became of those after it. */
function ofRows(
  rows: readonly Notification[],
  channel: ExplainedChannel,
  alert: Explained,
): Finding {
  const sent = rows.find(({ status }) => status === 'sent');
  const open = rows.find(({ status }) => status !== 'sent' && status !== 'cancelled');
  if (sent) {
    const later = open
      ? ofOne(open, channel)
      : (ownReason(channel.id, alert, sent.createdAt) ?? flappingReason(alert, sent));
    return { reason: sentReason(sent), later: later ?? null };
  }
  const [newest] = rows;
  if (open ?? newest) return alone(ofOne((open ?? newest) as Notification, channel));
  return alone({ code: 'not_notified.nothing_due', params: {} });
}

function sentReason({ event, updatedAt: sentAt, retryCount }: Notification): ExplanationReason {
  return retryCount === 0
    ? { code: 'notified.sent', params: { event, sentAt } }
    : { code: 'notified.sent_after_retries', params: { event, sentAt, attempt: retryCount + 1 } };
}

function ofOne(row: Notification, channel: ExplainedChannel): ExplanationReason {
  const { event, retryCount: attempt, maxAttempts } = row;
  switch (row.status) {
    case 'sent':
    case 'sending':
      return { code: 'waiting.sending', params: { event } };
    case 'pending':
    case 'failed':
      return waitingReason(row, channel);
    case 'dead': {
      const params = { event, attempt, maxAttempts };
      return row.reason === null
        ? { code: 'not_notified.dead_unexplained', params }
        : { code: 'not_notified.dead', params: { ...params, failure: row.reason } };
    }
    case 'cancelled':
      return cancelledReason(row);
  }
}

function waitingReason(
  { event, hold, nextAttemptAt, retryCount: attempt, maxAttempts, reason }: Notification,
  { enabled, attention }: ExplainedChannel,
): ExplanationReason {
  if (!enabled) return { code: 'waiting.channel_disabled', params: { event } };
  if (attention?.holds) {
    return {
      code: 'waiting.channel_attention',
      params: { event, attention: attention.reason },
    };
  }
  if (hold) return { code: 'waiting.on_hold', params: { event, hold: hold.reason } };
  if (nextAttemptAt === null) return { code: 'waiting.queued', params: { event } };
  const params = { event, attempt, maxAttempts, nextAttemptAt };
  return reason === null
    ? { code: 'waiting.retry_unexplained', params }
    : { code: 'waiting.retry', params: { ...params, failure: reason } };
}

function cancelledReason({ event, cancelReason, hold }: Notification): NotNotifiedReason {
  switch (cancelReason) {
    case 'discarded':
    case 'channel_deleted':
    case 'moved':
      return { code: `not_notified.${cancelReason}`, params: { event } };
    case 'continued':
      return { code: 'not_notified.continued', params: {} };
    case 'superseded':
    case null:
      return hold
        ? { code: 'not_notified.superseded_on_hold', params: { event, hold: hold.reason } }
        : { code: 'not_notified.superseded', params: { event } };
  }
}

/** Returns that a firing was not sent, to any channel, since the channel was notified of the flapping. */
const flappingReason = (
  { reasons }: Explained,
  sent: Notification,
): NotNotifiedReason | undefined =>
  reasons.findLast(
    ({ at, channelIds, reason }) =>
      channelIds === null && reason.code === FLAPPING && at >= sent.createdAt,
  )?.reason;

/**
 * Of nothing that was queued: when it will be notified, else this channel's own reason, else one of all channels;
 * never another channel's.
 */
function ofNothing(channel: ExplainedChannel, alert: Explained): ExplanationReason {
  const { id, createdAt } = channel;
  const planned = channel.enabled && alert.steps.find(({ channelId }) => channelId === id);
  if (planned) {
    const { route, step, steps, dueAt } = planned;
    return { code: 'waiting.escalation_step', params: { route, step, steps, dueAt } };
  }
  if (createdAt > alert.raisedAt) {
    return { code: 'not_notified.channel_added', params: { addedAt: createdAt } };
  }
  if (!alert.isComplete) return { code: 'not_notified.not_stored', params: {} };
  return (
    ownReason(id, alert) ??
    alert.reasons.findLast(({ channelIds }) => channelIds === null)?.reason ??
    unrouted(channel, alert)
  );
}

const ownReason = (
  channelId: string,
  { reasons }: Explained,
  since: number = Number.NEGATIVE_INFINITY,
): NotNotifiedReason | undefined =>
  reasons.findLast(({ at, channelIds }) => at >= since && channelIds?.includes(channelId))?.reason;

/** Returns the reason that the timeline implies. Without routes, every enabled channel is notified. */
function unrouted(
  { id, enabled }: ExplainedChannel,
  { timeline, reasons, escalationChannels }: Explained,
): NotNotifiedReason {
  const seen = (type: AlertEventType): boolean => timeline.some((event) => event.type === type);
  const isRouted = seen('routed') || reasons.some(({ reason }) => reason.code === FLAPPING);
  if (isRouted) {
    const isOfStep = escalationChannels.includes(id);
    return { code: `not_notified.${isOfStep ? 'step_not_reached' : 'other_route'}`, params: {} };
  }
  if (seen('flapping_started')) return { code: 'not_notified.flapping_new', params: {} };
  if (!seen('raised')) return { code: 'not_notified.unknown', params: {} };
  return {
    code: enabled ? 'not_notified.enabled_since' : 'not_notified.disabled_when_raised',
    params: {},
  };
}
