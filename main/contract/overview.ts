import { z } from 'zod';
import { alert, alertState } from './alert.ts';
import { channelKind } from './channel-kind.ts';
import { heartbeat, heartbeatEventType } from './heartbeat.ts';
import { deadLetterGroup } from './notification.ts';
import { id, severity, timestampMs } from './primitives.ts';
import { status } from './system.ts';

/** The numbers of items that the overview shows; the counts beside them are of all. */
export const OVERVIEW = {
  hours: 24,
  alertsMax: 8,
  deadLetterGroupsMax: 5,
  channelsMax: 20,
  heartbeatsMax: 12,
  /** Pings and missed pings of a heartbeat. */
  outcomesMax: 30,
  hostsMax: 12,
  barsPerHostMax: 40,
} as const;

/** A clock hour of UTC; the last one is not over yet. */
const hour = { at: timestampMs };

/** The condition of a channel, the worst first. `ok` also before its first delivery. */
export const channelCondition = z.enum([
  'attention',
  'down',
  'rate_limited',
  'paused',
  'disabled',
  'ok',
]);
export type ChannelCondition = z.infer<typeof channelCondition>;

export const channelSummary = z.object({
  id,
  name: z.string(),
  kind: channelKind,
  condition: channelCondition,
  /** The start of the condition; null while it is `ok`, or if the start is not stored. */
  since: timestampMs.nullable(),
  /** The moment at which it is retried or resumes; null if nothing is planned. */
  until: timestampMs.nullable(),
  /** Deliveries and failed attempts in those hours. */
  sent: z.int(),
  failed: z.int(),
  /** The average and the longest time of a delivery; null without a delivery. */
  averageMs: z.int().nullable(),
  slowestMs: z.int().nullable(),
  /** The average of each hour, oldest first; null for an hour without a delivery. */
  hours: z.array(z.int().nullable()),
});
export type ChannelSummary = z.infer<typeof channelSummary>;

/** The activity of a channel on its last day, as a list shows it. */
export const channelActivity = z.object({
  id,
  /** Deliveries and failed attempts, oldest first; the first hour began at `since`. */
  hours: z.array(z.object({ sent: z.int(), failed: z.int() })),
  /** Null where none of its deliveries is stored any more. */
  lastDeliveredAt: timestampMs.nullable(),
  /** Of its newest deliveries, at most 50: half of them took as long at most, and 95 in 100. */
  latency: z.object({ deliveries: z.int(), p50Ms: z.int(), p95Ms: z.int() }).nullable(),
});
export type ChannelActivity = z.infer<typeof channelActivity>;

export const channelActivities = z.object({
  at: timestampMs,
  since: timestampMs,
  items: z.array(channelActivity),
});
export type ChannelActivities = z.infer<typeof channelActivities>;

export const timelineBar = z.object({
  alertId: id,
  kind: z.string(),
  severity,
  state: alertState,
  from: timestampMs,
  /** Null while it is open or acknowledged. */
  to: timestampMs.nullable(),
});
export type TimelineBar = z.infer<typeof timelineBar>;

export const timelineHost = z.object({ host: z.string(), bars: z.array(timelineBar) });
export type TimelineHost = z.infer<typeof timelineHost>;

export const heartbeatSummary = heartbeat
  .pick({
    id: true,
    name: true,
    state: true,
    schedule: true,
    lastPingAt: true,
    startedAt: true,
    expectedAt: true,
    lateAt: true,
  })
  .extend({
    /** Oldest first. */
    outcomes: z.array(
      z.object({
        at: timestampMs,
        type: heartbeatEventType.extract(['succeeded', 'warned', 'failed', 'late']),
        durationMs: z.int().nullable(),
      }),
    ),
  });
export type HeartbeatSummary = z.infer<typeof heartbeatSummary>;

/** The data of the overview. Lists are cut; the counts beside them show it. */
export const overview = z.object({
  at: timestampMs,
  /** The beginning of the first of the hours. */
  since: timestampMs,
  status,
  alerts: z.object({
    /** Open alerts that nobody has acknowledged, by severity. */
    open: z.object({ critical: z.int(), warning: z.int(), info: z.int() }),
    acknowledged: z.int(),
    /** Open ones, the worst first, then the newest. */
    items: z.array(alert),
  }),
  deadLetters: z.object({
    total: z.int(),
    obsolete: z.int(),
    /** The largest first. */
    groups: z.array(deadLetterGroup),
    /** The notifications that died in each hour and are still dead, oldest first. */
    hours: z.array(z.object({ ...hour, dead: z.int() })),
  }),
  /** Of all channels, oldest first. */
  deliveries: z.array(z.object({ ...hour, sent: z.int(), failed: z.int() })),
  /** Those in trouble first, then those with the most deliveries. */
  channels: z.object({ total: z.int(), items: z.array(channelSummary) }),
  timeline: z.object({
    /** The worst and the busiest first. */
    hosts: z.array(timelineHost),
    /** Hosts with alerts that are not among them; perhaps more where not everything was read. */
    otherHosts: z.int(),
    /** The moment from which every closed alert is included: `since`, or later if there were too many. */
    completeSince: timestampMs,
    /** True if every alert that is not closed is included. */
    holdsAllOpen: z.boolean(),
  }),
  /** Those that are down first, then the late ones. */
  heartbeats: z.object({
    counts: z.object({ new: z.int(), up: z.int(), down: z.int(), paused: z.int() }),
    items: z.array(heartbeatSummary),
  }),
});
export type Overview = z.infer<typeof overview>;
