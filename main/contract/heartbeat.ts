import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { LIMITS } from './limits.ts';
import { id, name, severity, timestampMs } from './primitives.ts';
import { alertReason, heartbeatReason } from './reasons/heartbeat-reasons.ts';
import { jobKind } from './job.ts';
import { cronExpression, timeZone } from './suppression.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export const heartbeatSchedule = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('period'),
    periodMs: z
      .int()
      .min(MINUTE_MS)
      .max(365 * DAY_MS),
  }),
  z.strictObject({ type: z.literal('cron'), expression: cronExpression, timeZone }),
]);
export type HeartbeatSchedule = z.infer<typeof heartbeatSchedule>;

/** The meaning of a missing ping: a job did not run, or an agent is gone. */
export const heartbeatKind = z.enum(['stale_schedule', 'agent_offline']);
export type HeartbeatKind = z.infer<typeof heartbeatKind>;

export const heartbeatState = z.enum(['new', 'up', 'down', 'paused']);
export type HeartbeatState = z.infer<typeof heartbeatState>;

/** Any report of this job, good or bad, says that it ran. */
export const watchedJob = z.strictObject({
  host: z.string().min(1).max(LIMITS.identityCharsMax),
  job: jobKind,
  group: z.string().max(LIMITS.identityCharsMax).default(''),
});

const slug = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, issue('issue.heartbeat_slug'));

export const heartbeatInput = z.strictObject({
  name,
  /** The last part of its other ping address; made from the name when left out. */
  slug: slug.optional(),
  /** The host of its alert; the name when left out. */
  host: z.string().trim().min(1).max(LIMITS.identityCharsMax).optional(),
  kind: heartbeatKind.default('stale_schedule'),
  severity: severity.default('warning'),
  schedule: heartbeatSchedule,
  /** The grace period: how late a ping may be, and how long a started run may take. */
  graceMs: z
    .int()
    .min(MINUTE_MS)
    .max(30 * DAY_MS),
  job: watchedJob.nullable().default(null),
});
export type HeartbeatInput = z.infer<typeof heartbeatInput>;

/** Replaces the whole heartbeat; its ping addresses stay. */
export const heartbeatUpdate = heartbeatInput.extend({ id });

export const heartbeat = z.object({
  id,
  name: z.string(),
  slug: z.string(),
  host: z.string(),
  kind: heartbeatKind,
  severity,
  schedule: heartbeatSchedule,
  graceMs: z.int(),
  job: watchedJob.nullable(),
  state: heartbeatState,
  /** The moment at which it entered that state. */
  stateSince: timestampMs,
  /** The secret of the ping address `/ping/<pingId>`. It permits pings, so only those who may operate see it. */
  pingId: z.string().nullable(),
  lastPingAt: timestampMs.nullable(),
  /** The start of the run in progress; null if there is none. */
  startedAt: timestampMs.nullable(),
  lastDurationMs: z.int().nullable(),
  /** The moment at which the next ping is expected; null while none is expected. */
  expectedAt: timestampMs.nullable(),
  /** The moment at which the absence of the ping raises an alert. */
  lateAt: timestampMs.nullable(),
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type Heartbeat = z.infer<typeof heartbeat>;

export const heartbeatEventType = z.enum([
  'created',
  'started',
  'succeeded',
  'warned',
  'failed',
  'logged',
  'late',
  'grace_renewed',
  'paused',
  'resumed',
]);

/**
 * One row of a heartbeat's timeline. `detail` is what the ping brought (its log, cut), or says why: where
 * there is a `reason`, it is that in words.
 */
export const heartbeatEvent = z.object({
  id: z.int(),
  at: timestampMs,
  type: heartbeatEventType,
  runId: z.string().nullable(),
  exitStatus: z.int().nullable(),
  durationMs: z.int().nullable(),
  detail: z.string(),
  reason: heartbeatReason.nullable(),
});
export type HeartbeatEvent = z.infer<typeof heartbeatEvent>;

/** The numbers of UTC days and hours that are kept, the current ones included. */
export const HEARTBEAT_HISTORY = { days: 90, hours: 24 } as const;

/** A day of a heartbeat. The rest of its time nothing was expected: it was new or paused. */
export const heartbeatDay = z.object({
  /** The beginning of the day. */
  at: timestampMs,
  upMs: z.int(),
  downMs: z.int(),
  /** The numbers of runs by outcome, and of missed pings. */
  succeeded: z.int(),
  warned: z.int(),
  failed: z.int(),
  late: z.int(),
});
export type HeartbeatDay = z.infer<typeof heartbeatDay>;

/** Returns the share of a day's watched time in which it was down, 0 to 1; null where it was not watched. */
export const downtimeOf = ({ upMs, downMs }: HeartbeatDay): number | null =>
  upMs + downMs === 0 ? null : downMs / (upMs + downMs);

/** A share of time, 0 to 1; null where nothing was expected. */
const timeShare = z.number().min(0).max(1).nullable();

/** The history of a heartbeat, as a list shows it. */
export const heartbeatHistory = z.object({
  id,
  /** The reason why it is down; null if it is not down or the reason is no longer known. */
  reason: alertReason.nullable(),
  /** The share of the watched time in which it was up. */
  uptime90d: timeShare,
  uptime24h: timeShare,
  /** The share in which it was down, of each day, oldest first. */
  downtime: z.array(timeShare),
  /** Failed runs and missed pings of each day, oldest first. */
  failures: z.array(z.int()),
});
export type HeartbeatHistory = z.infer<typeof heartbeatHistory>;

/** `since` is when the first of the days began. */
export const heartbeatHistories = z.object({
  at: timestampMs,
  since: timestampMs,
  items: z.array(heartbeatHistory),
});
export type HeartbeatHistories = z.infer<typeof heartbeatHistories>;

/** The timeline is newest first, at most the newest 100; the days are oldest first. */
export const heartbeatDetail = heartbeat.extend({
  timeline: z.array(heartbeatEvent),
  days: z.array(heartbeatDay),
});
