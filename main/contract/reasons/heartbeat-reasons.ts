import { z } from 'zod';
import { jobKind, jobStatus } from '../job.ts';
import { timestampMs } from '../primitives.ts';
import { storageReason } from './host-reasons.ts';
import { reasonOf, type ReasonOf } from './reason-family.ts';

const actor = z.string();
const imperfect = jobStatus.exclude(['succeeded']);
const cron = { expression: z.string(), timeZone: z.string() };

/** Reasons why pings may have been missed. */
const absenceReasons = {
  'absence.started': {},
  'absence.asleep': {},
  'absence.clock_ahead': { jumpMs: z.int() },
  'absence.clock_back': { jumpMs: z.int() },
} as const;

const absenceReason = reasonOf(absenceReasons);
export type AbsenceReason = z.infer<typeof absenceReason>;

/** Reasons why a heartbeat is late: no ping in time, or a run without an end. `…_new`: it never had a ping. */
const lateReasons = {
  'heartbeat.overdue': { periodMs: z.int(), silentMs: z.int() },
  'heartbeat.overdue_new': { periodMs: z.int() },
  'heartbeat.overdue_cron': { ...cron, silentMs: z.int() },
  'heartbeat.overdue_cron_new': cron,
  'heartbeat.unfinished': { runningMs: z.int() },
} as const;
export type LateReason = ReasonOf<typeof lateReasons>;

/** The texts of alerts that Belfry raised or resolved itself; any other alert has its sender's own text. */
export const alertReasons = {
  ...lateReasons,
  /** `line` is the last one of its log that says something. */
  'heartbeat.reported': {
    isFailure: z.boolean(),
    hasStatus: z.boolean(),
    exitStatus: z.int(),
    hasLine: z.boolean(),
    line: z.string(),
  },
  'heartbeat.recovered': {},
  'heartbeat.recovered_after': { tookMs: z.int() },
  'heartbeat.ran_again': { status: imperfect },
  'heartbeat.alert_deleted': { actor },
  'heartbeat.alert_paused': { actor },
  'heartbeat.not_late': {},
  'heartbeat.moved': { kind: z.string(), host: z.string() },
  'heartbeat.moved_to_host': { host: z.string() },
  'maintenance.began': { until: timestampMs },
  /** It is announced late: Belfry was not running when it began, or the window was changed while it was on. */
  'maintenance.began_late': { startedAt: timestampMs, until: timestampMs },
  /** Its end was moved while it was on. */
  'maintenance.end_moved': { until: timestampMs },
  'maintenance.ended': { startedAt: timestampMs, endedAt: timestampMs },
  /** Its report came without a message. */
  'job.ended': { job: jobKind, hasGroup: z.boolean(), group: z.string(), status: imperfect },
} as const;

export const alertReason = reasonOf(alertReasons);
export type AlertReason = z.infer<typeof alertReason>;

/** The events of a heartbeat, on its timeline; an absence stands alone if no ping is expected. */
export const heartbeatReasons = {
  ...absenceReasons,
  ...lateReasons,
  'heartbeat.created': { actor },
  /** Its schedule or grace is another one. */
  'heartbeat.expectation_changed': { actor },
  'heartbeat.paused': { actor },
  /** The job that it watches has a separate alert. */
  'heartbeat.ran': { status: imperfect, log: z.string() },
  'heartbeat.resumed': { actor },
  'heartbeat.grace_renewed': { absence: absenceReason, until: timestampMs },
} as const;

export const heartbeatReason = reasonOf(heartbeatReasons);
export type HeartbeatReason = z.infer<typeof heartbeatReason>;

/** Reasons why the outbound heartbeat is withheld. */
export const withheldReasons = {
  'withheld.storage': { because: storageReason },
  'withheld.channel_down': { channel: z.string() },
  'withheld.channel_attention': { channel: z.string() },
} as const;

export const withheldReason = reasonOf(withheldReasons);
