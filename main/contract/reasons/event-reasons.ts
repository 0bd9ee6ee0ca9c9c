import { z } from 'zod';
import { severity, timestampMs } from '../primitives.ts';
import { notNotifiedReason, notNotifiedReasons } from './explanation-reasons.ts';
import { alertReason } from './heartbeat-reasons.ts';
import { reasonOf } from './reason-family.ts';
import { holdReason } from './hold-reasons.ts';

const channels = z.array(z.string());

/** The events of an alert, on its timeline. A reason that applies to all channels alike is stored as it is. */
export const eventReasons = {
  ...notNotifiedReasons,
  'event.raised': { severity },
  'event.escalated': { severityBefore: severity, severity },
  'event.message_received': { severity },
  'event.message_replaced': {},
  'event.acknowledged': {},
  'event.auto_acknowledged': { openMs: z.int() },
  'event.unacknowledged': {},
  'event.snoozed': { until: timestampMs },
  'event.unsnoozed': {},
  'event.snooze_ended': {},
  'event.resolved': {},
  /** `message` is what the sender says of the end. */
  'event.resolved_with': { message: z.string() },
  'event.resolved_because': { because: alertReason },
  'event.resolved_manually': {},
  'event.end_passed': {},
  'event.expired': {},
  /** A condition was reported under the name of a message. */
  'event.overtaken': {},
  /** A newer message says that all is well again. */
  'event.recovered': {},
  'event.message_deleted': {},
  'event.message_cleared': {},
  'event.message_settled': {},
  /** Each route with its channels in brackets. */
  'event.routed': { routes: z.array(z.string()) },
  /** A maintenance window names the channels. */
  'event.announced': { channels },
  'event.held': { channels, hold: holdReason },
  'event.not_notified': { channels, reason: notNotifiedReason },
  'event.reminder': { number: z.int(), max: z.int() },
  /** It asks its channels for their next higher priority. */
  'event.reminder_louder': { number: z.int(), max: z.int(), openMs: z.int() },
  'event.escalation_step': { openMs: z.int(), step: z.int(), steps: z.int(), channels },
  /** Every channel of the step is disabled. */
  'event.escalation_step_empty': { openMs: z.int(), step: z.int(), steps: z.int() },
  'event.flapping_started': { changes: z.int(), windowMs: z.int() },
  'event.flapping_stopped': { quietMs: z.int() },
  'event.flapping_ended_manually': {},
  /** Flapping is no longer looked for. */
  'event.flapping_off': {},
} as const;

export const eventReason = reasonOf(eventReasons);
export type EventReason = z.infer<typeof eventReason>;
