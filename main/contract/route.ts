import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { LIMITS } from './limits.ts';
import { matchers } from './matcher.ts';
import { id, labels, name, severity, timestampMs } from './primitives.ts';
import { routeReason } from './reasons/route-reasons.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Channels, by whatever names them. */
export const channelsBy = <T extends z.ZodType<string>>(reference: T) =>
  z
    .array(reference)
    .max(LIMITS.channelsMax)
    .refine((all) => new Set(all).size === all.length, issue('issue.channel_twice'));

const channelIds = channelsBy(id);

/** Alerts that agree in these labels (or host, kind, source, severity) are sent as one message. */
export const grouping = z.strictObject({
  by: z.array(z.string().min(1).max(LIMITS.labelNameCharsMax)).max(20),
  /** The time for which notifications are collected, from the first one on. */
  waitMs: z
    .int()
    .min(1_000)
    .max(60 * MINUTE_MS),
});

/** Repeats the notification until somebody acknowledges the alert, at most `max` times. */
export const reminder = z.strictObject({
  intervalMs: z
    .int()
    .min(MINUTE_MS)
    .max(30 * DAY_MS),
  max: z.int().min(1).max(100),
  /** Less severe alerts are not repeated. */
  minSeverity: severity.default('info'),
  /** True if each repeat of a critical alert uses the channel's next higher priority. */
  louder: z.boolean().default(false),
});

/** Also notified once it has been open and unacknowledged for this long. */
export const escalationStep = z.strictObject({
  afterMs: z
    .int()
    .min(MINUTE_MS)
    .max(30 * DAY_MS),
  channelIds: channelIds.min(1),
});

export const escalationOf = <T extends z.ZodType<{ afterMs: number }>>(step: T) =>
  z
    .array(step)
    .max(10)
    .default([])
    .refine(
      (steps) => steps.every((it, i) => it.afterMs > (steps[i - 1]?.afterMs ?? 0)),
      issue('issue.steps'),
    );

export const routeDefinition = z.strictObject({
  /** All of them must match; none matches everything. */
  matchers: matchers.default([]),
  minSeverity: severity.default('info'),
  /** Empty notifies no one. */
  channelIds: channelIds.default([]),
  /** True if the routes below are tried too. */
  continue: z.boolean().default(false),
  /** Notifies only once the condition has lasted this long; 0 notifies at once. */
  holdForMs: z.int().min(0).max(DAY_MS).default(0),
  /** Sends a recovery only once the alert has stayed resolved this long; 0 sends it at once. */
  resolvedForMs: z.int().min(0).max(DAY_MS).default(0),
  group: grouping.nullable().default(null),
  reminder: reminder.nullable().default(null),
  escalation: escalationOf(escalationStep),
});
export type RouteDefinition = z.infer<typeof routeDefinition>;

export const routeInput = routeDefinition.extend({ name, enabled: z.boolean().default(true) });
export type RouteInput = z.infer<typeof routeInput>;

/** Replaces the whole route, in its place. */
export const routeUpdate = routeInput.extend({ id });

/** Routes are asked in the order of their `position`, from 1. */
export const route = routeInput.extend({
  id,
  position: z.int(),
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type Route = z.infer<typeof route>;

/** A route as it is shown. */
export const shownRoute = route.extend({
  /** The reason, for people, why it or a step of it notifies no one; null if it is disabled or there is none. */
  problem: z.string().nullable(),
  /** `problem` as data. */
  reason: routeReason.nullable(),
});
export type ShownRoute = z.infer<typeof shownRoute>;

export const routeOrder = z.strictObject({ ids: z.array(id).max(LIMITS.routesMax) });

/** An alert that might come, to see which way it would go. */
export const routePreviewInput = z.strictObject({
  source: z.string().max(LIMITS.identityCharsMax).default('api'),
  host: z.string().max(LIMITS.identityCharsMax).default(''),
  kind: z.string().max(LIMITS.identityCharsMax).default(''),
  dedupKey: z.string().max(LIMITS.identityCharsMax).default(''),
  severity: severity.default('warning'),
  labels: labels.default({}),
});

/** The outcome of a route for an alert: `matched`, or the first reason why the alert does not take it. */
export const routeOutcome = z.enum([
  'matched',
  'disabled',
  'less_severe',
  'matcher',
  /** An earlier route matched, and does not continue. */
  'not_reached',
]);
export type RouteOutcome = z.infer<typeof routeOutcome>;

/**
 * The channels that would be notified, and through which routes; `routeId` is null while there are no routes.
 * `escalation` is whom they notify later unless somebody acknowledges, in the order of time.
 */
export const routePreview = z.object({
  /** Every route, in the order in which they are evaluated. */
  routes: z.array(
    z.object({
      routeId: id,
      outcome: routeOutcome,
      /** The first matcher that does not match, where that is the reason. */
      matcher: z.string().nullable(),
    }),
  ),
  targets: z.array(
    z.object({
      channelId: id,
      channelName: z.string(),
      routeId: id.nullable(),
      routeName: z.string().nullable(),
    }),
  ),
  escalation: z.array(
    z.object({
      channelId: id,
      channelName: z.string(),
      routeId: id,
      routeName: z.string(),
      /** From 1. */
      step: z.int(),
      afterMs: z.int(),
    }),
  ),
});
