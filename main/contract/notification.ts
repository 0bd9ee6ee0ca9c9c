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

export const cancelReason = z.enum(['superseded', 'channel_deleted', 'discarded', 'moved']);
export type CancelReason = z.infer<typeof cancelReason>;

/** Why notifications leave as one message: a route groups them, quiet hours ended, too many were new at once, or dead letters are summarised. */
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
  /** When a failed one is tried again; null in every other status. */
  nextAttemptAt: timestampMs.nullable(),
  lastErrorClass: failureClass.nullable(),
  /** `reason` and `receiverText` as a sentence. */
  lastError: z.string().nullable(),
  /** Why the last failed attempt failed, or why it was given up. */
  reason: failureReason.nullable(),
  /** What the receiver itself said of it. */
  receiverText: z.string().nullable(),
  cancelReason: cancelReason.nullable(),
  /** It waits because its channel is disabled, is paused or wants a person. */
  held: z.boolean(),
  /** Why it waits on purpose; once cancelled, why it was waiting. */
  hold: hold.nullable(),
  /** Leaves, or left, as one message with the others of this bundle. */
  bundleId: id.nullable(),
  /** It is dead and its alert has since closed, so sending it now would be outdated. */
  obsolete: z.boolean(),
  /** When somebody marked it as read, which changes nothing about its delivery. */
  readAt: timestampMs.nullable(),
  /** The dead notification of another channel whose place this one takes. */
  fallbackOf: id.nullable(),
  /** Who asked for the current budget; null for the first one. */
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

/** What a row has besides, under the names that scripts for certctl read; docs/compatibility.md. */
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
  /** The number of the budget it was spent from: 1 at first, one more after each requeue. */
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
  /** What was sent, in a line and without any secret; null when nothing was. */
  request: z.string().nullable(),
  /** Who asked for the budget that this attempt was spent from; null for the first. */
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

/** What finds notifications: each that is given must match. */
const narrowing = {
  channelId: id.optional(),
  alertId: id.optional(),
  event: notificationEvent.optional(),
  /** How the last attempt failed. */
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

/** A filter of dead letters; `group` and everything else must match. */
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
  /** What the receiver said, without particulars; null where `reason` is `legacy`. */
  receiverText: z.string().nullable(),
  count: z.int(),
  /** How many of them are obsolete. */
  obsolete: z.int(),
  firstAt: timestampMs,
  lastAt: timestampMs,
});
export type DeadLetterGroup = z.infer<typeof deadLetterGroup>;

/** A filter of the dead letters that the hours count; times of death come from the number of hours. */
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

/** The selected notifications: these, or those of a group, of a filter, or of a group that the filter finds. */
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
  /** How many would be sent. */
  total: z.int(),
  /** Obsolete ones that would be left out. */
  skipped: z.int(),
  /** How many messages a summary would take. */
  summaries: z.int(),
});
export type RequeuePreview = z.infer<typeof requeuePreview>;

/** Work on many notifications, in the background and in batches; what a batch did stays done. */
export const bulkJob = z.object({
  id,
  action: z.enum(['requeue', 'summarise', 'retry', 'discard', 'undo_discard']),
  /** The channel through which a requeue sends; null for each one's own. */
  toChannelId: id.nullable(),
  state: z.enum(['running', 'finished', 'cancelled', 'failed']),
  /** How many it was about when it began. */
  total: z.int(),
  /** Left out when they were chosen: obsolete ones of a requeue, held ones of a retry. */
  skipped: z.int(),
  changed: z.int(),
  /** In another state by the time it got to them. */
  unchanged: z.int(),
  /** Why it failed: `reason` as a sentence. */
  problem: z.string().nullable(),
  reason: bulkReason.nullable(),
  startedAt: timestampMs,
  endedAt: timestampMs.nullable(),
  /** Until when a discard can be undone; null for everything else. */
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
