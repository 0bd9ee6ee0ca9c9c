import { z } from 'zod';
import { alertReason } from './reasons/heartbeat-reasons.ts';
import { inputReason } from './reasons/input-reasons.ts';
import { issue } from './reasons/issue-reasons.ts';
import { LIMITS } from './limits.ts';
import {
  id,
  labels,
  link,
  listOf,
  moment,
  search,
  severity,
  timestampMs,
  totalIsAtLeast,
} from './primitives.ts';
import { hold } from './suppression.ts';

/** The kind of every alert that is a message: a single notification, not a condition that lasts. */
export const MESSAGE_KIND = 'message';

const identityPart = z.string().max(LIMITS.identityCharsMax);

/** One report from outside, as `POST /api/v1/events` takes it. */
export const eventInput = z.strictObject({
  source: identityPart.min(1).optional(),
  host: identityPart.min(1),
  kind: identityPart.min(1),
  dedupKey: identityPart.default(''),
  status: z.enum(['firing', 'resolved']),
  severity: severity.default('warning'),
  message: z.string().default(''),
  labels: labels.default({}),
  annotations: labels.default({}),
  url: link.optional(),
  occurredAt: moment.optional(),
});
export type EventInput = z.infer<typeof eventInput>;

/** One event or an array; items are validated one by one, so that a bad one spoils no other. */
export const eventsInput = z.union([
  z.array(z.unknown()).min(1).max(LIMITS.eventsPerRequestMax),
  z.looseObject({}),
]);

const rejection = z.object({
  action: z.literal('rejected'),
  message: z.string(),
  /** `message` as data. */
  reason: inputReason.optional(),
});

export const eventOutcome = z.union([
  z.object({
    alertId: id.nullable(),
    action: z.enum(['raised', 'touched', 'resolved', 'ignored']),
  }),
  rejection,
]);
export type EventOutcome = z.infer<typeof eventOutcome>;

/** `results[i]` answers the i-th event; `accepted` counts those that were stored or rightly ignored. */
export const eventsOutput = z.object({
  accepted: z.int(),
  results: z.array(eventOutcome),
});

export const alertState = z.enum(['open', 'acknowledged', 'resolved', 'expired']);
export type AlertState = z.infer<typeof alertState>;

export const alert = z.object({
  id,
  source: z.string(),
  host: z.string(),
  kind: z.string(),
  dedupKey: z.string(),
  severity,
  state: alertState,
  message: z.string(),
  /** `message` as data, where Belfry raised the alert itself; then `message` is in the host's language. */
  messageReason: alertReason.nullish(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  url: z.string().nullable(),
  startedAt: timestampMs,
  lastSeenAt: timestampMs,
  occurrences: z.int(),
  acknowledgedAt: timestampMs.nullable(),
  /** When it resolved or expired; null while it is open or acknowledged. */
  closedAt: timestampMs.nullable(),
  /** When it resolves automatically unless it is reported again; null when it carries no end. */
  endsAt: timestampMs.nullable(),
  /** Acknowledged by nobody but the clock. */
  autoAcknowledged: z.boolean(),
  /** No notification about it is sent before; null when it is not snoozed. */
  snoozedUntil: timestampMs.nullable(),
  /** Its condition changes too often: it is shown live, and its notifications pause until it settles. */
  flapping: z.boolean(),
  /** What holds its notifications now; null when nothing does. */
  mutedBy: hold.nullable(),
});
export type Alert = z.infer<typeof alert>;

/** The order of alerts: the latest first, or the most severe and then the latest. */
export const alertSort = z.enum(['latest', 'severity']);
export type AlertSort = z.infer<typeof alertSort>;

const alertFilter = {
  state: listOf(alertState).optional(),
  severity: listOf(severity).optional(),
  host: identityPart.optional(),
  kind: identityPart.optional(),
  q: search.optional(),
};

export const alertsQuery = z.strictObject({
  ...alertFilter,
  sort: alertSort.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSizeMax).default(50),
});
export type AlertsQuery = z.infer<typeof alertsQuery>;

/** By `by`: severity, host, kind, source, or the name of a label, as a matcher names them. */
export const alertGroupsQuery = z.strictObject({
  ...alertFilter,
  by: z.string().min(1).max(LIMITS.labelNameCharsMax),
});

/** Alerts that have the same value; '' is that of all that have none. */
export const alertGroup = z.object({
  value: z.string(),
  count: z.int(),
  /** The highest severity among them. */
  severity,
});
export type AlertGroup = z.infer<typeof alertGroup>;

/** The worst first, then those with the latest alert. */
export const alertGroups = z.object({
  groups: z.array(alertGroup),
  /** Alerts in all groups, including those that are not listed. */
  total: z.int(),
  /** Only the newest alerts were looked at, or there are more groups than are listed. */
  isPartial: z.boolean(),
});

/** A filter of flapping conditions. */
export const flappingQuery = z.strictObject({ q: search.optional() });

/** Names that matchers may have, or, with a `name`, its values; those that begin with `prefix`. */
export const labelsQuery = z.strictObject({
  name: z.string().min(1).max(LIMITS.labelNameCharsMax).optional(),
  prefix: z.string().max(LIMITS.searchCharsMax).default(''),
});
export type LabelsQuery = z.infer<typeof labelsQuery>;

/** In the asked order. `total` counts every match, not this page. */
export const alertsPage = z.object({
  items: z.array(alert),
  nextCursor: z.string().nullable(),
  total: z.int(),
  totalIsAtLeast,
});

/** One change of a condition between firing and resolved, as it counts for flapping. */
export const transition = z.object({
  at: timestampMs,
  to: z.enum(['firing', 'resolved']),
});
export type Transition = z.infer<typeof transition>;

/** Since when a condition flaps, and the changes that show it. */
export const flappingEvidence = z.object({
  since: timestampMs,
  /** When it settles if nothing more happens. */
  settlesAt: timestampMs,
  transitions: z.array(transition),
});
export type FlappingEvidence = z.infer<typeof flappingEvidence>;

/** A condition that flaps now, with its newest episode. */
export const flappingCondition = flappingEvidence.extend({
  source: z.string(),
  host: z.string(),
  kind: z.string(),
  dedupKey: z.string(),
  alert: alert.nullable(),
});

export const snoozeInput = z.strictObject({
  id,
  durationMs: z
    .int()
    .min(60_000)
    .max(30 * 86_400_000),
});

/** The selected alerts: these, or all that the filter finds and that are not closed. */
export const alertSelection = z
  .strictObject({
    ids: z.array(id).min(1).max(LIMITS.bulkIdsMax).optional(),
    filter: alertsQuery.omit({ cursor: true, limit: true, sort: true, state: true }).optional(),
  })
  .refine(
    ({ ids, filter }) => (ids === undefined) !== (filter === undefined),
    issue('issue.ids_or_filter'),
  );
export type AlertSelection = z.infer<typeof alertSelection>;

/** How many it changed, and how many were in another state already or are not there. */
export const bulkOutcome = z.object({ changed: z.int(), unchanged: z.int() });
