import { z } from 'zod';
import { timestampMs } from '../primitives.ts';
import { legacyReasons, reasonOf } from './reason-family.ts';

/** Reasons why a notification waits although its channel could take it. */
export const holdReasons = {
  ...legacyReasons,
  'hold.pause': { until: timestampMs },
  /** A pause of all deliveries without an end. */
  'hold.pause_open': {},
  'hold.channel_pause': { until: timestampMs },
  /** A pause of a channel without an end. */
  'hold.channel_pause_open': {},
  'hold.channel_disabled': { channel: z.string() },
  'hold.channel_attention': { channel: z.string() },
  'hold.silence': { comment: z.string(), author: z.string(), until: timestampMs },
  /** A silence without a comment. */
  'hold.silence_unnamed': { author: z.string(), until: timestampMs },
  'hold.maintenance': { name: z.string(), until: timestampMs },
  /** `kind` and `host` are those of an alert that fires. */
  'hold.inhibition': { name: z.string(), kind: z.string(), host: z.string() },
  'hold.snooze': { until: timestampMs },
  'hold.quiet_hours': { until: timestampMs },
  /** The sender asked for a later delivery. */
  'hold.delay': { until: timestampMs },
  'hold.hold_for': { route: z.string(), holdForMs: z.int() },
  /** A recovery is sent only if the alert stays resolved. */
  'hold.resolved_for': { route: z.string(), resolvedForMs: z.int() },
  'hold.grouping': { route: z.string(), waitMs: z.int() },
  /** A summary of dead letters is being put together. */
  'hold.summary': {},
  'hold.storm': { threshold: z.int(), windowMs: z.int(), until: timestampMs },
} as const;

export const holdReason = reasonOf(holdReasons);
export type HoldReason = z.infer<typeof holdReason>;
