import { z } from 'zod';
import { timestampMs } from '../primitives.ts';
import { storageReason } from './host-reasons.ts';
import { reasonOf } from './reason-family.ts';

const actor = z.string();
const cron = { expression: z.string(), timeZone: z.string() };

/** Why pings may have been missed. */
const absenceReasons = {
  'absence.started': {},
  'absence.asleep': {},
  'absence.clock_ahead': { jumpMs: z.int() },
  'absence.clock_back': { jumpMs: z.int() },
} as const;

const absenceReason = reasonOf(absenceReasons);
export type AbsenceReason = z.infer<typeof absenceReason>;

/** Why a heartbeat is late: no ping in time, or a run without an end. `…_new` have had no ping at all. */
const lateReasons = {
  'heartbeat.overdue': { periodMs: z.int(), silentMs: z.int() },
  'heartbeat.overdue_new': { periodMs: z.int() },
  'heartbeat.overdue_cron': { ...cron, silentMs: z.int() },
  'heartbeat.overdue_cron_new': cron,
  'heartbeat.unfinished': { runningMs: z.int() },
} as const;

/** What happened to a heartbeat, on its timeline; an absence stands alone where no ping is expected. */
export const heartbeatReasons = {
  ...absenceReasons,
  ...lateReasons,
  'heartbeat.created': { actor },
  /** Its schedule or grace is another one. */
  'heartbeat.expectation_changed': { actor },
  'heartbeat.paused': { actor },
  'heartbeat.resumed': { actor },
  'heartbeat.grace_renewed': { absence: absenceReason, until: timestampMs },
} as const;

export const heartbeatReason = reasonOf(heartbeatReasons);
export type HeartbeatReason = z.infer<typeof heartbeatReason>;

/** Why the outbound heartbeat is withheld. */
export const withheldReasons = {
  'withheld.storage': { because: storageReason },
  'withheld.channel_down': { channel: z.string() },
  'withheld.channel_attention': { channel: z.string() },
} as const;

export const withheldReason = reasonOf(withheldReasons);
