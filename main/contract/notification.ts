import { z } from 'zod';
import { alert, alertState } from './alert.ts';
import { LIMITS } from './limits.ts';
import { id, listOf, search, timestampMs } from './primitives.ts';
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

/** Why an attempt did not succeed. The first six pass by themselves; the rest want a person. */
export const failureClass = z.enum([
  'timeout',
  'dns',
  'connection',
  'rate_limited',
  'server_error',
  'interrupted',
  'authentication',
  'not_found',
  'gone',
  'rejected',
  'redirect',
  'certificate',
  'configuration',
]);
export type FailureClass = z.infer<typeof failureClass>;

export const cancelReason = z.enum(['superseded', 'channel_deleted', 'discarded']);
export type CancelReason = z.infer<typeof cancelReason>;

/** Why notifications leave as one message: a route groups them, quiet hours ended, or too many were new at once. */
export const bundleKind = z.enum(['group', 'digest', 'storm']);
export type BundleKind = z.infer<typeof bundleKind>;

/** The alert as it was when the notification was owed. */
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
  lastError: z.string().nullable(),
  cancelReason: cancelReason.nullable(),
  /** It waits because its channel is disabled. */
  held: z.boolean(),
  /** Why it waits on purpose; once cancelled, why it was waiting. */
  hold: hold.nullable(),
  /** Leaves, or left, as one message with the others of this bundle. */
  bundleId: id.nullable(),
  /** It is dead and its alert has since closed, so sending it now tells old news. */
  obsolete: z.boolean(),
  alert: alertSnapshot,
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type Notification = z.infer<typeof notification>;

export const attemptOutcome = z.enum(['sent', 'transient', 'permanent', 'interrupted']);
export type AttemptOutcome = z.infer<typeof attemptOutcome>;

export const attempt = z.object({
  id: z.int(),
  /** Which budget it was spent from: 1 at first, one more after each requeue. */
  budget: z.int(),
  /** The n-th attempt of its budget, from 1. */
  number: z.int(),
  startedAt: timestampMs,
  durationMs: z.int(),
  outcome: attemptOutcome,
  failureClass: failureClass.nullable(),
  error: z.string().nullable(),
  statusCode: z.int().nullable(),
  responseExcerpt: z.string().nullable(),
});
export type Attempt = z.infer<typeof attempt>;

export const notificationDetail = notification.extend({
  attempts: z.array(attempt),
  /** The alert's state now; null when the alert is gone or there was none. */
  alertStateNow: alertState.nullable(),
});

export const notificationsQuery = z.strictObject({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  per_page: z.coerce.number().int().min(1).max(LIMITS.pageSizeMax).default(50),
  status: listOf(notificationStatus).optional(),
  channelId: id.optional(),
  alertId: id.optional(),
  q: search.optional(),
});
export type NotificationsQuery = z.infer<typeof notificationsQuery>;

/** Newest first. `total` counts every match, not this page. */
export const notificationsPage = z.object({
  data: z.array(notification),
  total: z.int(),
  page: z.int(),
  per_page: z.int(),
});

export const notificationStats = z.object({
  pending: z.int(),
  sending: z.int(),
  sent: z.int(),
  failed: z.int(),
  dead: z.int(),
  cancelled: z.int(),
});
export type NotificationStats = z.infer<typeof notificationStats>;
