import { z } from 'zod';
import { id, timestampMs } from './primitives.ts';
import { eventReason } from './reasons/event-reasons.ts';
import { explanationReason } from './reasons/explanation-reasons.ts';

export const alertEventType = z.enum([
  'raised',
  'escalated',
  'acknowledged',
  'unacknowledged',
  'snoozed',
  'unsnoozed',
  'resolved',
  'expired',
  'routed',
  'held',
  'dropped',
  'reminder',
  'escalation_step',
  'flapping_started',
  'flapping_stopped',
]);
export type AlertEventType = z.infer<typeof alertEventType>;

/** One row of an alert's timeline. `actor` is who or what did it; `detail` is `reason` in words. */
export const alertEvent = z.object({
  id: z.int(),
  at: timestampMs,
  type: alertEventType,
  actor: z.string(),
  detail: z.string(),
  reason: eventReason,
});
export type AlertEvent = z.infer<typeof alertEvent>;

/**
 * The explanation of whether one channel was notified of an alert, and why or why not. `later` says what became of
 * its notifications since the one that `reason` is about. `sentence` is both in words.
 */
export const explanation = z.object({
  channelId: id,
  channelName: z.string(),
  verdict: z.enum(['notified', 'waiting', 'not_notified']),
  reason: explanationReason,
  later: explanationReason.nullable(),
  sentence: z.string(),
});
export type Explanation = z.infer<typeof explanation>;
