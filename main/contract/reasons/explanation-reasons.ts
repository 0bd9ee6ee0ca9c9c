import { z } from 'zod';
import { notificationEvent } from '../notification.ts';
import { timestampMs } from '../primitives.ts';
import { failureReason } from './failure-reasons.ts';
import { legacyReasons, reasonOf } from './reason-family.ts';
import { holdReason } from './hold-reasons.ts';

const event = notificationEvent;

/** Reasons why a channel was not notified. */
export const notNotifiedReasons = {
  ...legacyReasons,
  'not_notified.no_channel': {},
  'not_notified.no_route': {},
  /** Routes match, and none of them has a channel that is enabled. */
  'not_notified.routes_without_channel': { routes: z.array(z.string()) },
  'not_notified.other_route': {},
  /** Only steps of the escalation have it, and none was due before the alert was acknowledged or ended. */
  'not_notified.step_not_reached': {},
  /** The announcement of a maintenance window that does not name the channel. */
  'not_notified.not_announced': {},
  'not_notified.flapping': { event },
  /** The channel knew nothing of the condition when it began to flap. */
  'not_notified.flapping_new': {},
  'not_notified.channel_disabled': { event },
  'not_notified.disabled_when_raised': {},
  'not_notified.enabled_since': {},
  'not_notified.channel_added': { addedAt: timestampMs },
  'not_notified.channel_deleted': { event },
  'not_notified.moved': { event },
  'not_notified.expired_on_hold': {},
  'not_notified.resolved_on_hold': { hold: holdReason },
  /** The channel wants no recovery whose firing it never got. */
  'not_notified.never_delivered': {},
  /** It fired again before its end was sent. */
  'not_notified.fired_again': {},
  /** It fired again before the end of the alert before was sent, so the channel still shows it as firing. */
  'not_notified.continued': {},
  'not_notified.superseded': { event },
  'not_notified.superseded_on_hold': { event, hold: holdReason },
  'not_notified.discarded': { event },
  'not_notified.dead': { event, attempt: z.int(), maxAttempts: z.int(), failure: failureReason },
  /** No failure is stored. */
  'not_notified.dead_unexplained': { event, attempt: z.int(), maxAttempts: z.int() },
  'not_notified.nothing_due': {},
  /** Nobody can tell any more why. */
  'not_notified.unknown': {},
  /** Nobody can tell any more whether it was notified. */
  'not_notified.not_stored': {},
} as const;

export const notNotifiedReason = reasonOf(notNotifiedReasons);
export type NotNotifiedReason = z.infer<typeof notNotifiedReason>;

/** The outcomes of a channel's notifications of an alert. */
export const explanationReasons = {
  ...notNotifiedReasons,
  'notified.sent': { event, sentAt: timestampMs },
  'notified.sent_after_retries': { event, sentAt: timestampMs, attempt: z.int() },
  /** A step of a route's escalation will notify it, unless somebody acknowledges the alert before. */
  'waiting.escalation_step': {
    route: z.string(),
    step: z.int(),
    steps: z.int(),
    dueAt: timestampMs,
  },
  'waiting.sending': { event },
  'waiting.queued': { event },
  'waiting.channel_disabled': { event },
  'waiting.channel_attention': { event, attention: failureReason },
  'waiting.on_hold': { event, hold: holdReason },
  'waiting.retry_unexplained': {
    event,
    attempt: z.int(),
    maxAttempts: z.int(),
    nextAttemptAt: timestampMs,
  },
  'waiting.retry': {
    event,
    attempt: z.int(),
    maxAttempts: z.int(),
    failure: failureReason,
    nextAttemptAt: timestampMs,
  },
} as const;

export const explanationReason = reasonOf(explanationReasons);
export type ExplanationReason = z.infer<typeof explanationReason>;
