import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { alert, alertState } from './alert.ts';
import { failureClass } from './failure-class.ts';
import { LIMITS } from './limits.ts';
import {
  flag,
  id,
  listOf,
  queryMoment,
  search,
  timestampMs,
  totalIsAtLeast,
} from './primitives.ts';
import { failureReason } from './reasons/failure-reasons.ts';
import { bulkReason } from './reasons/host-reasons.ts';
import { hold } from './suppression.ts';
import { templateProblem } from './template.ts';

export const notificationEvent = z.enum([
  'raised',
  'acknowledged',
  'resolved',
  'reminder',
  'escalated',
  'flapping_started',
  'flapping_stopped',
  'test',
]);
export type NotificationEvent = z.infer<typeof notificationEvent>;

export const notificationStatus = z.enum([
  'pending',
  'sending',
  'sent',
  'failed',
  'dead',
  'cancelled',
]);
export type NotificationStatus = z.infer<typeof notificationStatus>;

export const cancelReason = z.enum([
  'superseded',
  'channel_deleted',
  'discarded',
  'moved',
  /** The condition fired again before its recovery was sent, so its receiver takes it for firing already. */
  'continued',
]);
export type CancelReason = z.infer<typeof cancelReason>;

/**
 * The reason why notifications are sent as one message: a route groups them, quiet hours ended, too many were
 * new at once, or dead letters are summarised.
 */
export const bundleKind = z.enum(['group', 'digest', 'storm', 'summary']);
export type BundleKind = z.infer<typeof bundleKind>;

/** The alert as it was when the notification was queued. */
export const alertSnapshot = alert.omit({
  endsAt: true,
  autoAcknowledged: true,
  snoozedUntil: true,
  flapping: true,
  mutedBy: true,
});
export type AlertSnapshot = z.infer<typeof alertSnapshot>;

export const notification = z.object({
  id,
  /** Null for a test, which belongs to no alert. */
  alertId: id.nullable(),
  channelId: id,
  channelName: z.string(),
  event: notificationEvent,
  status: notificationStatus,
  /** Failed attempts of the current budget; kept when dead ("Retry 5/5") and when sent. */
  retryCount: z.int(),
  maxAttempts: z.int(),
  /** The moment at which a failed one is retried; null in every other status. */
  nextAttemptAt: timestampMs.nullable(),
  lastErrorClass: failureClass.nullable(),
  /** `reason` and `receiverText` as a sentence. */
  lastError: z.string().nullable(),
  /** The reason why the last failed attempt failed, or why the notification was given up. */
  reason: failureReason.nullable(),
  /** The receiver's own text about it; null if there is none. */
  receiverText: z.string().nullable(),
  cancelReason: cancelReason.nullable(),
  /** It waits because its channel is disabled, is paused or wants a person. */
  held: z.boolean(),
  /** The hold that keeps it waiting on purpose; once it is cancelled, the hold that kept it. */
  hold: hold.nullable(),
  /** Leaves, or left, as one message with the others of this bundle. */
  bundleId: id.nullable(),
  /** It is dead and its alert has since closed, so sending it now would be outdated. */
  obsolete: z.boolean(),
  /** The moment at which somebody marked it as read, which does not affect its delivery. */
  readAt: timestampMs.nullable(),
  /** The dead notification of another channel whose place this one takes. */
  fallbackOf: id.nullable(),
  /** The actor who requested the current budget; null for the first one. */
  requeuedBy: z.string().nullable(),
  alert: alertSnapshot,
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type Notification = z.infer<typeof notification>;

/** Returns how many attempts of its budget were made: `retryCount` counts those that failed. */
export const attemptsMade = ({
  status,
  retryCount,
}: Pick<Notification, 'status' | 'retryCount'>): number =>
  status === 'sent' ? retryCount + 1 : retryCount;

/** Returns the time from its queueing to its delivery, in ms, at least 1; null if it was not sent. */
export const deliveryTimeMs = ({
  status,
  createdAt,
  updatedAt,
}: Pick<Notification, 'status' | 'createdAt' | 'updatedAt'>): number | null =>
  status === 'sent' ? Math.max(1, updatedAt - createdAt) : null;

/** The additional fields of a row, under the names that scripts for certctl read; docs/compatibility.md. */
const scriptFields = {
  /** `retryCount`. */
  retry_count: z.int(),
  /** `nextAttemptAt` in ISO 8601. */
  next_retry_at: z.iso.datetime().nullable(),
  /** `lastError`. */
  last_error: z.string().nullable(),
};

export const notificationRow = notification.extend(scriptFields);
export type NotificationRow = z.infer<typeof notificationRow>;

export const attemptOutcome = z.enum(['sent', 'transient', 'permanent', 'interrupted']);
export type AttemptOutcome = z.infer<typeof attemptOutcome>;

export const attempt = z.object({
  id: z.int(),
  /** The number of the budget from which it was spent: 1 at first, one more after each requeue. */
  budget: z.int(),
  /** The n-th attempt of its budget, from 1. */
  number: z.int(),
  startedAt: timestampMs,
  durationMs: z.int(),
  outcome: attemptOutcome,
  failureClass: failureClass.nullable(),
  /** `reason` and `receiverText` as a sentence. */
  error: z.string().nullable(),
  reason: failureReason.nullable(),
  receiverText: z.string().nullable(),
  statusCode: z.int().nullable(),
  responseExcerpt: z.string().nullable(),
  /** The request in one line, without any secret; null if nothing was sent. */
  request: z.string().nullable(),
  /** The reason why it had the standard text in place of that of the channel's template; null without one. */
  templateProblem: templateProblem.nullable(),
  /** The actor who requested the budget from which this attempt was spent; null for the first. */
  requeuedBy: z.string().nullable(),
});
export type Attempt = z.infer<typeof attempt>;

export const notificationDetail = notificationRow.extend({
  attempts: z.array(attempt),
  /** The alert's state now; null when the alert is gone or there was none. */
  alertStateNow: alertState.nullable(),
});

/** A number of paging. What is none counts as not said, as scripts for certctl expect. */
const paging = (max: number, otherwise: number) =>
  z.coerce.number().int().min(1).max(max).catch(otherwise).default(otherwise);

/** The filters of notifications: each that is given must match. */
const narrowing = {
  channelId: id.optional(),
  alertId: id.optional(),
  event: notificationEvent.optional(),
  /** The failure class of the last attempt. */
  failureClass: failureClass.optional(),
  /** Dead letters whose alert has since closed, or only the others. */
  obsolete: flag.optional(),
  /** Dead letters that died at this moment or later. */
  diedFrom: queryMoment.optional(),
  /** Dead letters that died before this moment. */
  diedTo: queryMoment.optional(),
  q: search.optional(),
};

/** A group of dead letters, by its key. */
const group = z.string().min(1).max(2_000).optional();

export const notificationsQuery = z.strictObject({
  page: paging(LIMITS.pageMax, 1),
  per_page: paging(LIMITS.notificationsPageSizeMax, 50),
  /** The `nextCursor` of the page before; in place of `page`. */
  cursor: z.string().max(200).optional(),
  status: listOf(notificationStatus).optional(),
  group,
  /** Queued at this moment or later. */
  createdFrom: queryMoment.optional(),
  /** Queued before this moment. */
  createdTo: queryMoment.optional(),
  ...narrowing,
});
export type NotificationsQuery = z.infer<typeof notificationsQuery>;

/** Newest first. `total` counts every match, not this page. */
export const notificationsPage = z.object({
  data: z.array(notificationRow),
  /** Finds what follows this page; null at the end. */
  nextCursor: z.string().nullable(),
  total: z.int(),
  totalIsAtLeast,
  page: z.int(),
  per_page: z.int(),
});

/** The filter of dead letters. `group` and every given field must match. */
export const deadLetterFilter = z.strictObject(narrowing);
export type DeadLetterFilter = z.infer<typeof deadLetterFilter>;

/** Dead letters of one channel and one cause: the same reason, and the same answer but for its particulars. */
export const deadLetterGroup = z.object({
  /** Names the group in `requeue` and `discard`. */
  key: z.string(),
  channelId: id,
  channelName: z.string(),
  class: failureClass.nullable(),
  /** The reason as a sentence, with what the receiver said without ids, numbers and times. */
  cause: z.string(),
  /** The newest one's. */
  reason: failureReason.nullable(),
  /** The receiver's text, without particulars; null if `reason` is `legacy`. */
  receiverText: z.string().nullable(),
  count: z.int(),
  /** The number of obsolete ones among them. */
  obsolete: z.int(),
  firstAt: timestampMs,
  lastAt: timestampMs,
});
export type DeadLetterGroup = z.infer<typeof deadLetterGroup>;

/** The filter of the dead letters that the hours count; times of death come from the number of hours. */
export const deadLetterHoursQuery = deadLetterFilter.omit({ diedFrom: true, diedTo: true }).extend({
  hours: z.coerce.number<number>().int().min(1).max(LIMITS.deadLetterHoursMax).default(24),
});

/** Dead letters by the hour in which they died. */
export const deadLetterHours = z.object({
  /** Every hour from the first to this one, which is not over yet. */
  hours: z.array(
    z.object({
      /** The beginning of an hour of UTC. */
      at: timestampMs,
      count: z.int(),
    }),
  ),
});
export type DeadLetterHours = z.infer<typeof deadLetterHours>;

const oneWay = (given: {
  readonly ids?: unknown;
  readonly group?: unknown;
  readonly filter?: unknown;
}) => (given.ids !== undefined) !== (given.group !== undefined || given.filter !== undefined);
const ONE_WAY = issue('issue.ids_group_or_filter');

const selectionFields = {
  ids: z.array(id).min(1).max(LIMITS.bulkIdsMax).optional(),
  group,
  /** Finds dead letters alone; what is pending or failed can be named by id. */
  filter: deadLetterFilter.optional(),
};
/** A requeue by group or filter skips obsolete dead letters, unless this asks for them. */
const includeObsolete = z.boolean().optional();

/** A selection of notifications: these ids, those of a group or a filter, or those of a group that it finds. */
export const notificationSelection = z.strictObject(selectionFields).refine(oneWay, ONE_WAY);
export type NotificationSelection = z.infer<typeof notificationSelection>;

export const requeueSelection = z
  .strictObject({
    ...selectionFields,
    includeObsolete,
    /** Sends one message for all of a channel instead of one for each; above 1,000, several. */
    asSummary: z.boolean().optional(),
    /** Sends them through this channel instead of each one's own; not as a summary. */
    toChannelId: id.optional(),
  })
  .refine(oneWay, ONE_WAY)
  .refine(
    ({ asSummary, toChannelId }) => !asSummary || toChannelId === undefined,
    issue('issue.summary_elsewhere'),
  );
export type RequeueSelection = z.infer<typeof requeueSelection>;

/** Pending and failed notifications: these, or all that the filter finds and nothing holds on purpose. */
export const retrySelection = z
  .strictObject({
    ids: selectionFields.ids,
    filter: z
      .strictObject({ channelId: id.optional(), alertId: id.optional(), q: search.optional() })
      .optional(),
  })
  .refine(oneWay, issue('issue.ids_or_filter'));
export type RetrySelection = z.infer<typeof retrySelection>;

/** A requeue that is only counted. */
export const requeuePreviewInput = z
  .strictObject({ ...selectionFields, includeObsolete })
  .refine(oneWay, ONE_WAY);

export const requeuePreview = z.object({
  /** The number of notifications that would be sent. */
  total: z.int(),
  /** Obsolete ones that would be left out. */
  skipped: z.int(),
  /** The number of messages that summaries would take. */
  summaries: z.int(),
  /** How many each channel would send, in the order of the oldest. */
  channels: z.array(z.object({ channelId: id, count: z.int() })),
});
export type RequeuePreview = z.infer<typeof requeuePreview>;

/** Work on many notifications, in the background and in batches; what a batch did stays done. */
export const bulkJob = z.object({
  id,
  action: z.enum(['requeue', 'summarise', 'retry', 'discard', 'undo_discard']),
  /** The channel through which a requeue sends; null for each one's own. */
  toChannelId: id.nullable(),
  state: z.enum(['running', 'finished', 'cancelled', 'failed']),
  /** The number of selected notifications when it began. */
  total: z.int(),
  /** Left out when they were chosen: obsolete ones of a requeue, held ones of a retry. */
  skipped: z.int(),
  changed: z.int(),
  /** In another state by the time it got to them. */
  unchanged: z.int(),
  /** The reason why it failed: `reason` as a sentence. */
  problem: z.string().nullable(),
  reason: bulkReason.nullable(),
  startedAt: timestampMs,
  endedAt: timestampMs.nullable(),
  /** The moment until which a discard can be undone; null for everything else. */
  undoUntil: timestampMs.nullable(),
});
export type BulkJob = z.infer<typeof bulkJob>;

export const notificationStats = z.object({
  pending: z.int(),
  sending: z.int(),
  sent: z.int(),
  failed: z.int(),
  dead: z.int(),
  cancelled: z.int(),
});
export type NotificationStats = z.infer<typeof notificationStats>;
